// The page where an article is written: text left, phone right, findings under it. Words come from the template's data attributes.
import { autosave } from "./autosave.js";
import { countWords, startBody } from "./editor-body.js";
import { findings } from "./findings.js";
import { phonePreview } from "./phone-preview.js";

const form = document.querySelector("[data-editor]");
const say = (name) => form.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`] || "";
const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;

/** Send a small form and answer what came back; a refusal is shown and answered as null. */
async function post(address, fields) {
  const data = new FormData();
  Object.entries(fields).forEach(([name, value]) => data.append(name, ...(Array.isArray(value) ? value : [value])));
  data.append("csrfmiddlewaretoken", token());
  try {
    const response = await fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (response.ok) return answer;
    trouble(answer.reason || say("failed"));
  } catch {
    trouble(say("offline"));
  }
  return null;
}

function trouble(sentence) {
  const place = document.getElementById("editor-trouble");
  place.textContent = sentence;
  place.hidden = !sentence;
}

async function upload(blob, name) {
  const answer = await post(form.dataset.pictures, { file: [blob, name || "picture.png"] });
  if (!answer) throw new Error(say("failed"));
  return answer.url;
}

/** Ask the server to store every picture that was pasted with a foreign address; the ones it cannot get stay marked. */
async function fetchRemote(body) {
  const waiting = body.images().filter((image) => image.dataset.remote && !image.dataset.asked);
  if (!waiting.length) return;
  let done = 0;
  for (const image of waiting) {
    image.dataset.asked = "1";
    state("fetching", `${done}/${waiting.length}`);
    const answer = await post(form.dataset.fetch, { address: image.dataset.remote });
    done += 1;
    if (!answer) continue;
    image.src = answer.url;
    image.setAttribute("data-mce-src", answer.url);
    ["data-remote", "data-asked"].forEach((name) => image.removeAttribute(name));
  }
  body.changed();
}

function state(name, detail = "") {
  const line = document.getElementById("editor-state");
  line.dataset.state = name;
  line.textContent = [detail === "offline" ? say("offline") : say(name), detail === "offline" ? "" : detail].join(" ").trim();
}

function counts(body) {
  document.getElementById("editor-words").textContent = countWords(body.text());
  document.getElementById("editor-pictures").textContent = body.images().length;
  document.querySelectorAll("[data-counts]").forEach((place) => {
    place.textContent = Array.from(document.getElementById(place.dataset.counts).value).length;
  });
}

function conflict(answer, saver) {
  const bar = document.getElementById("editor-conflict");
  bar.querySelector("[data-who]").textContent = answer.reason;
  bar.hidden = false;
  bar.querySelector("[data-keep-mine]").onclick = () => { bar.hidden = true; saver.accept(answer.serial); };
  bar.querySelector("[data-take-theirs]").onclick = () => { saver.drop(); window.location.reload(); };
  bar.querySelector("[data-keep-mine]").focus();
}

/** Tell the server something that may fail without harm: it is told again by the next check. */
function quiet(address, fields) {
  const data = new FormData();
  Object.entries({ ...fields, csrfmiddlewaretoken: token() }).forEach(([name, value]) => data.append(name, value));
  fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" } }).catch(() => {});
}

function dialogs(body) {
  document.querySelectorAll("[data-opens]").forEach((button) => {
    button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
  });
  document.querySelectorAll("dialog [data-closes]").forEach((button) => {
    button.addEventListener("click", () => button.closest("dialog").close());
  });
  document.getElementById("import-source").addEventListener("submit", (event) => bring(event, body));
  document.getElementById("import-word").addEventListener("submit", (event) => bring(event, body));
}

/** Put what was brought in (HTML source, Word) where the caret stands; what was left out is listed, never silently gone. */
async function bring(event, body) {
  event.preventDefault();
  const source = event.target;
  const button = source.querySelector("[type=submit]");
  button.disabled = true;
  const data = Object.fromEntries(new FormData(source));
  const file = data.file ? { file: [data.file, data.file.name] } : { html: data.html };
  const answer = await post(form.dataset.import, file);
  button.disabled = false;
  if (!answer) { source.closest("dialog").close(); return; }
  body.insert(answer.html);
  if (answer.title && !form.elements.title.value) form.elements.title.value = answer.title;
  trouble((answer.notes || []).join(" "));
  source.reset();
  source.closest("dialog").close();
  fetchRemote(body);
}

function pictureButtons(body) {
  const picker = document.getElementById("picture-file");
  picker.addEventListener("change", async () => {
    for (const file of picker.files) {
      const address = await upload(file, file.name).catch(() => "");
      if (address) body.insert(`<p><img src="${address}" alt=""></p>`);
    }
    picker.value = "";
  });
  const cover = document.getElementById("cover-file");
  cover.addEventListener("change", async () => {
    const address = await upload(cover.files[0], cover.files[0].name).catch(() => "");
    cover.value = "";
    if (address) setCover(address);
  });
  document.getElementById("cover-first").addEventListener("click", () => {
    const first = body.images().find((image) => !image.dataset.remote);
    if (first) setCover(first.getAttribute("src"));
  });
}

function setCover(address) {
  form.elements.cover.value = address;
  const picture = document.getElementById("cover-picture");
  picture.src = address;
  picture.hidden = false;
  form.elements.cover.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Offer what could not be saved last time. */
function offerLeftover(saver, body) {
  const copy = saver.leftover();
  if (!copy) return;
  const bar = document.getElementById("editor-leftover");
  bar.hidden = false;
  bar.querySelector("[data-restore]").onclick = () => {
    Object.entries(copy).forEach(([name, value]) => {
      if (form.elements[name] && name !== "serial" && form.elements[name].type !== "checkbox") form.elements[name].value = value;
    });
    body.set(copy.body || "");
    bar.hidden = true;
    saver.touch();
  };
}

async function start() {
  const area = document.getElementById("id_body");
  const { assets } = form.dataset;
  let ready = null;
  let saver = null;
  let list = null;
  const body = await startBody(area, {
    base: assets,
    contentCss: form.dataset.contentCss,
    ownPictures: form.dataset.ownPictures,
    placeholder: form.dataset.placeholder,
    language: document.documentElement.lang.toLowerCase(),
    dark: window.getComputedStyle(document.documentElement).colorScheme === "dark",
    label: area.getAttribute("aria-label") || "",
    upload,
    onChange: () => { if (ready) { saver.touch(); list.stale(); counts(ready); } },
    onPasted: () => { if (ready) fetchRemote(ready); },
  });
  const preview = phonePreview(document.getElementById("phone"));
  list = findings({ place: document.getElementById("findings"), form, body, post, quiet, say, trouble, saver: () => saver });
  saver = autosave({
    form,
    keep: `guanhao:${form.dataset.save}`,
    fill: (data) => data.set("body", body.html()),
    say: state,
    saved: (answer, more) => {
      preview.show(answer.serial, body.block());
      if (!more) list.show(answer);
      trouble("");
    },
    conflict: (answer) => conflict(answer, saver),
  });
  ready = body;
  window.guanhaoEditor = { body, saver }; // browser tests drive the editor through this
  counts(body);
  form.addEventListener("input", () => { counts(body); list.stale(); });
  preview.show(form.dataset.serial, 0);
  dialogs(body);
  pictureButtons(body);
  offerLeftover(saver, body);
  document.getElementById("findings").addEventListener("submit", (event) => submit(event, saver));
  document.documentElement.dataset.editor = "ready";
}

/** Handing in takes what is saved, so save first and wait for it; the list with its button may be new by then. */
async function submit(event, saver) {
  if (event.target.id !== "submit-form" || event.target.dataset.ready) return;
  event.preventDefault();
  await saver.now();
  if (document.getElementById("editor-state").dataset.state !== "saved") return;
  const target = document.getElementById("submit-form");
  const button = target.querySelector("[type=submit]");
  if (button.disabled) { button.scrollIntoView({ block: "center" }); return; }
  target.dataset.ready = "1";
  target.requestSubmit(button);
}

start();
