// Findings beside the text: go to the words, mend them with one press, ignore them with a reason, call them no error.
// What the server answered for an older text is never shown: the page asks again with the next save.

/**
 * Wire the list of findings.
 *
 * options: place (element holding the list), form (the editor's form), body (face of the editor), post(address, fields) →
 * Promise of an answer or null, say(name) → words of the page, saver() → the autosave, trouble(sentence).
 * Answers { show(answer), stale() }.
 */
export function findings(options) {
  const shown = { serial: Number(options.form.dataset.serial), isStale: false, done: new Set() };
  options.place.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const link = event.target.closest("[data-jump]");
    if (link) { event.preventDefault(); jump(link, options); }
    if (!button) return;
    if (button.dataset.fix !== undefined) fix(button, options);
    if (button.dataset.handle) handle(button, options, shown);
    if (button.dataset.takeBack) takeBack(button, options, shown);
    if (button.dataset.undo !== undefined) undo(button, options);
  });
  return {
    show: (answer) => show(answer, options, shown),
    stale: () => { shown.isStale = true; note(options, "checking"); },
  };
}

function note(options, name) {
  const line = options.place.querySelector("[data-findings-state]");
  if (line) line.textContent = name ? options.say(name) : "";
  options.place.classList.toggle("is-stale", Boolean(name));
}

function show(answer, options, shown) {
  if (answer.findings === undefined || answer.serial < shown.serial) return;
  const kept = keep(options.place);
  options.place.innerHTML = answer.findings;
  if (window.htmx) window.htmx.process(options.place); // the chips open as cards
  restore(options.place, kept);
  Object.assign(shown, { serial: answer.serial, isStale: false });
  note(options, "");
  askAgain(options, shown);
}

const itemsOf = (place) => Array.from(place.querySelectorAll("[data-finding]"));

/** What a person has done in the list since it came: folds opened and shut, a reason half written, where the caret stands. */
function keep(place) {
  const whole = (group) => [group.dataset.class, group.open];
  const started = itemsOf(place).filter((item) => item.querySelector(".finding-why[open]")).map((item) => {
    const reason = item.querySelector("[data-reason]");
    const focused = item.contains(document.activeElement) ? document.activeElement : null;
    const caret = focused === reason ? [reason.selectionStart, reason.selectionEnd] : null;
    return [item.dataset.finding, { value: reason.value, caret, act: focused ? focused.dataset.handle : undefined }];
  });
  const handled = place.querySelector("#handled");
  return {
    groups: new Map(Array.from(place.querySelectorAll("details[data-class]"), whole)),
    isHandledOpen: Boolean(handled && handled.open),
    started: new Map(started),
  };
}

/** The list is new after every save: what was begun in the old one goes on in it. */
function restore(place, { groups, isHandledOpen, started }) {
  place.querySelectorAll("details[data-class]").forEach((group) => {
    if (groups.has(group.dataset.class)) group.open = groups.get(group.dataset.class);
  });
  const handled = place.querySelector("#handled");
  if (handled && isHandledOpen) handled.open = true;
  itemsOf(place).forEach((item) => {
    const begun = started.get(item.dataset.finding);
    const reason = item.querySelector("[data-reason]");
    if (!begun || !reason) return;
    started.delete(item.dataset.finding);
    item.querySelector(".finding-why").open = true;
    reason.value = begun.value;
    const act = begun.act ? item.querySelector(`[data-handle="${begun.act}"]`) : null;
    if (begun.caret) { reason.focus({ preventScroll: true }); reason.setSelectionRange(...begun.caret); }
    else if (act) act.focus({ preventScroll: true });
  });
}

/** An answer that was on its way while a finding was handled does not know of it: the next save asks anew. */
function askAgain(options, shown) {
  const late = itemsOf(options.place).filter((item) => shown.done.delete(item.dataset.finding));
  if (late.length) options.saver().touch();
}

const spotOf = (link) => ({
  field: link.dataset.jump,
  attribute: link.dataset.attribute || "",
  start: Number(link.dataset.start),
  end: Number(link.dataset.end),
  skip: Number(link.dataset.skip),
  length: Number(link.dataset.length),
  nth: Number(link.dataset.nth),
  words: link.dataset.words || "",
});

const fieldOf = (name) => document.getElementById(`id_${name}`) || document.getElementById(name);

/** Go to the words; where they are gone, say so. */
function jump(link, { body, say, trouble }) {
  const spot = spotOf(link);
  if (spot.field === "body") {
    if (link.dataset.skip === undefined) { body.focus(); return; }
    const found = spot.attribute ? body.selectTag(spot.attribute.split(".")[0], spot.nth) : body.select(spot);
    if (!found) trouble(say("moved"));
    return;
  }
  const field = fieldOf(spot.field);
  if (!field) return;
  const fold = field.closest("details");
  if (fold) fold.open = true;
  field.scrollIntoView({ block: "center" });
  field.focus();
  if (link.dataset.start !== undefined && field.setSelectionRange) field.setSelectionRange(spot.start, spot.end);
}

/** Put the suggestion in place of the words; undo brings them back. */
function fix(button, options) {
  const item = button.closest("[data-finding]");
  const spot = spotOf(item.querySelector("[data-jump]"));
  const mended = spot.field === "body" ? mendBody(spot, button.dataset.fix, options) : mendField(spot, button.dataset.fix);
  if (!mended) { options.trouble(options.say("moved")); return; }
  options.trouble("");
  options.quiet(options.form.dataset.handle, { finding: item.dataset.finding, state: "fixed" });
  shift(options.place, spot, Array.from(button.dataset.fix.replace(/\s/g, "")).length - spot.length);
  item.classList.add("is-mended");
  const acts = item.querySelector(".finding-acts");
  acts.innerHTML = "";
  const back = document.createElement("button");
  Object.assign(back, { type: "button", className: "btn btn-small", textContent: options.say("undo") });
  Object.assign(back.dataset, { undo: spot.field, was: mended, start: spot.start, length: Array.from(button.dataset.fix).length });
  acts.append(back);
  back.focus();
}

function mendBody(spot, text, { body }) {
  if (spot.attribute) return body.mendTag(spot.attribute, spot.nth, spot.words, text) ? spot.words || " " : "";
  return body.mend(spot, text);
}

/** Positions of the server count code points, those of a field halves of them. */
function mendField(spot, text) {
  const field = fieldOf(spot.field);
  if (!field || field.value === undefined) return "";
  const all = Array.from(field.value);
  const was = all.slice(spot.start, spot.end).join("");
  if (spot.words && was !== spot.words) return "";
  field.value = [...all.slice(0, spot.start), text, ...all.slice(spot.end)].join("");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return was;
}

/** Words further on have moved by as much as the mended ones grew. */
function shift(place, spot, by) {
  place.querySelectorAll("[data-skip]").forEach((link) => {
    if (link.dataset.jump !== spot.field || (link.dataset.attribute || "") !== spot.attribute) return;
    if (Number(link.dataset.skip) > spot.skip) link.dataset.skip = Number(link.dataset.skip) + by;
    if (spot.field !== "body" && Number(link.dataset.start) > spot.start) {
      link.dataset.start = Number(link.dataset.start) + by;
      link.dataset.end = Number(link.dataset.end) + by;
    }
  });
}

function undo(button, { body }) {
  if (button.dataset.undo === "body") body.undo();
  else {
    const start = Number(button.dataset.start);
    const spot = { field: button.dataset.undo, start, end: start + Number(button.dataset.length), words: "" };
    mendField(spot, button.dataset.was);
  }
  button.disabled = true;
}

/** Ignore with a reason, or no error: what is written is saved first, so that both sides mean the same words. */
async function handle(button, options, shown) {
  const item = button.closest("[data-finding]");
  const reason = item.querySelector("[data-reason]");
  if (!reason.value.trim()) { reason.setCustomValidity(options.say("reason")); reason.reportValidity(); reason.setCustomValidity(""); reason.focus(); return; }
  button.disabled = true;
  const fields = { finding: item.dataset.finding, state: button.dataset.handle, reason: reason.value };
  if (shown.isStale) await options.saver().now();
  const answer = await options.post(options.form.dataset.handle, fields);
  button.disabled = false;
  if (!answer) return;
  options.trouble("");
  shown.done.add(item.dataset.finding);
  show(answer, options, shown);
  askAgain(options, shown); // where a newer list came first, the answer was not shown
}

async function takeBack(button, options, shown) {
  button.disabled = true;
  const answer = await options.post(button.dataset.takeBack, {});
  if (!answer) { button.disabled = false; return; }
  shown.done.clear();
  show(answer, options, shown);
}
