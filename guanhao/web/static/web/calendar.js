// The week: a push is dragged, or picked up with M and moved by arrow keys. The server decides; a refusal says why, cites its
// article and offers the nearest lawful time.

const SNAP = 15; // minutes
const DAY = 24 * 60;
const board = document.getElementById("week");
const held = { card: null, day: 0, minute: 0, keyboard: false };

let dragged = false; // the click that ends a drag opens nothing

const columns = () => Array.from(board.querySelectorAll("[data-date]"));
const firstMinute = () => Number(board.dataset.firstMinute);
const two = (number) => String(number).padStart(2, "0");
const clock = (minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
const target = () => `${columns()[held.day].dataset.date}T${clock(held.minute)}`;

function say(sentence) {
  document.getElementById("week-live").textContent = sentence;
}

function pickUp(card, keyboard) {
  const [date, time] = (card.dataset.at || `${columns()[0].dataset.date}T16:00`).split("T");
  const [hour, minute] = time.split(":").map(Number);
  held.card = card;
  held.keyboard = keyboard;
  held.day = Math.max(0, columns().findIndex((column) => column.dataset.date === date));
  held.minute = hour * 60 + minute;
  card.classList.add("is-held");
  closeRefusal();
  ghost();
}

function letGo() {
  if (held.card) held.card.classList.remove("is-held");
  held.card = null;
  board.querySelectorAll(".week-ghost").forEach((each) => each.remove());
}

/** Show where the push would land. */
function ghost() {
  board.querySelectorAll(".week-ghost").forEach((each) => each.remove());
  const shade = document.createElement("div");
  shade.className = "week-ghost";
  shade.style.top = `${((held.minute - firstMinute()) / (DAY - firstMinute())) * 100}%`;
  shade.textContent = clock(held.minute);
  columns()[held.day].querySelector(".week-lane").append(shade);
  say(`${board.dataset.sayTarget} ${target().replace("T", " ")}`);
}

function under(event) {
  const day = columns().findIndex((column) => {
    const box = column.getBoundingClientRect();
    return event.clientX >= box.left && event.clientX < box.right;
  });
  if (day < 0) return false;
  const lane = columns()[day].querySelector(".week-lane").getBoundingClientRect();
  const share = (event.clientY - lane.top) / lane.height;
  if (share < 0 || share > 1) return false;
  const minute = firstMinute() + share * (DAY - firstMinute());
  held.day = day;
  held.minute = Math.min(DAY - SNAP, Math.round(minute / SNAP) * SNAP);
  return true;
}

function dragging(start) {
  const card = start.target.closest("[data-move], [data-schedule]");
  if (!card || start.button !== 0 || start.target.closest("button")) return;
  let moved = false;
  const move = (event) => {
    if (!moved && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < 6) return;
    if (!moved) { moved = true; pickUp(card, false); }
    if (under(event)) ghost();
  };
  const stop = (event) => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", stop);
    document.removeEventListener("pointercancel", stop);
    if (!moved) return;
    dragged = true;
    window.setTimeout(() => { dragged = false; }, 50);
    if (event.type === "pointerup" && under(event)) drop();
    else letGo();
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", stop);
  document.addEventListener("pointercancel", stop);
}

function keys(event) {
  if (!held.card) {
    const card = document.activeElement && document.activeElement.closest("[data-move], [data-schedule]");
    if (card && event.key.toLowerCase() === "m") { event.preventDefault(); event.stopPropagation(); pickUp(card, true); }
    return;
  }
  const steps = { ArrowUp: [0, -SNAP], ArrowDown: [0, SNAP], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  if (event.key === "Escape") { letGo(); say(""); }
  if (event.key === "Enter") { event.preventDefault(); drop(); }
  if (!(event.key in steps)) return;
  event.preventDefault();
  const [days, minutes] = steps[event.key];
  held.day = Math.min(columns().length - 1, Math.max(0, held.day + days));
  held.minute = Math.min(DAY - SNAP, Math.max(firstMinute(), held.minute + minutes));
  ghost();
}

function drop() {
  const { card } = held;
  const at = target();
  letGo();
  if (card.dataset.schedule) {
    window.location.assign(`${card.dataset.schedule}?at=${encodeURIComponent(at)}`);
    return;
  }
  if (at !== card.dataset.at) send(card, at);
}

/** Ask the server to move the push; answers a refusal with its reason. */
async function send(card, at, undo = false) {
  const data = new FormData();
  data.set("at", at);
  data.set("serial", card.dataset.serial);
  data.set("csrfmiddlewaretoken", board.dataset.token);
  const response = await fetch(card.dataset.move, { method: "POST", body: data, headers: { Accept: "application/json" } });
  const answer = await response.json();
  if (!response.ok) { refuse(card, answer); return; }
  const before = card.dataset.at;
  await redraw();
  const again = board.querySelector(`[data-move="${card.dataset.move}"]`);
  say(answer.said);
  if (!undo && again) offerUndo(again, before, answer.said);
  if (again) again.focus();
}

async function redraw() {
  const response = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  board.querySelector(".week-grid").replaceWith(page.querySelector("#week .week-grid"));
  ["week-gaps", "week-list"].forEach((id) => document.getElementById(id)?.replaceWith(page.getElementById(id)));
}

function closeRefusal() {
  document.getElementById("week-refusal").hidden = true;
  document.getElementById("week-undo").hidden = true;
}

function refuse(card, answer) {
  const bar = document.getElementById("week-refusal");
  bar.querySelector("[data-reason]").textContent = answer.reason;
  bar.querySelector("[data-chip]").innerHTML = answer.chip || "";
  const nearest = bar.querySelector("[data-nearest]");
  nearest.hidden = !answer.nearest;
  nearest.textContent = answer.nearest_said || "";
  nearest.onclick = () => { closeRefusal(); send(card, answer.nearest); };
  bar.querySelector("[data-dismiss]").onclick = () => { closeRefusal(); card.focus(); };
  bar.hidden = false;
  (answer.nearest ? nearest : bar.querySelector("[data-dismiss]")).focus();
}

/** What can be reversed can be taken back for ten seconds. */
function offerUndo(card, before, said) {
  const bar = document.getElementById("week-undo");
  bar.querySelector("[data-said]").textContent = said;
  bar.querySelector("button").onclick = () => { bar.hidden = true; send(card, before, true); };
  bar.hidden = false;
  window.setTimeout(() => { bar.hidden = true; }, 10000);
}

if (board) {
  document.addEventListener("pointerdown", dragging);
  document.addEventListener("click", (event) => {
    if (!dragged) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("keydown", keys);
  document.addEventListener("dragstart", (event) => { if (event.target.closest("[data-move], [data-schedule]")) event.preventDefault(); });
}
