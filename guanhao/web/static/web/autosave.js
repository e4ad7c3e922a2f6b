// Saves a form by itself, tells where it stands, never loses input, and never overwrites what somebody else saved.

const PAUSE = 1500; // milliseconds after the last keystroke
const RETRY = 5000;

/**
 * Watch a form and save it.
 *
 * options: form, fill(FormData) adds what is not a form field, say(state, detail) shows the state, saved(answer, more) receives
 * the server's answer and whether more was typed meanwhile, conflict(answer) is called when somebody else saved in between, keep: key of the copy kept on this machine.
 * States: changed, saving, saved, failed, conflict. Answers { touch, now, accept (go on from a serial), drop (forget what is
 * unsaved), leftover (what could not be saved last time) }.
 */
export function autosave(options) {
  const state = { serial: Number(options.form.dataset.serial), timer: 0, running: null, dirty: false, stopped: false };
  const touch = () => {
    if (state.stopped) return;
    state.dirty = true;
    options.say("changed");
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(() => now(state, options), PAUSE);
  };
  options.form.addEventListener("input", touch);
  options.form.addEventListener("change", touch);
  window.addEventListener("beforeunload", (event) => { if (state.dirty) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && state.dirty) now(state, options); });
  return {
    touch,
    now: () => now(state, options),
    drop() { Object.assign(state, { stopped: true, dirty: false }); },
    accept(serial) { Object.assign(state, { serial, stopped: false, dirty: true }); return now(state, options); },
    leftover: () => leftover(options.keep),
  };
}

function now(state, options) {
  window.clearTimeout(state.timer);
  if (state.running) return state.running.then(() => (state.dirty ? now(state, options) : undefined));
  state.running = send(state, options).finally(() => { state.running = null; });
  return state.running;
}

async function send(state, options) {
  const data = new FormData(options.form);
  options.fill(data);
  data.set("serial", state.serial);
  state.dirty = false;
  options.say("saving");
  try {
    const response = await fetch(options.form.dataset.save, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const answer = await response.json();
    receive(state, options, response.status, answer);
  } catch (error) {
    later(state, options, data, error);
  }
}

function receive(state, options, status, answer) {
  if (status === 409) {
    Object.assign(state, { stopped: true, dirty: true });
    options.say("conflict");
    options.conflict(answer);
    return;
  }
  if (status >= 400) {
    state.dirty = true;
    options.say("failed", answer.reason);
    return;
  }
  state.serial = answer.serial;
  window.localStorage.removeItem(options.keep);
  options.say(state.dirty ? "changed" : "saved", answer.at);
  options.saved(answer, state.dirty);
}

/** The network or the server is gone: keep a copy here and try again. */
function later(state, options, data, error) {
  state.dirty = true;
  const copy = Object.fromEntries(Array.from(data).filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken"));
  window.localStorage.setItem(options.keep, JSON.stringify(copy));
  options.say("failed", error instanceof SyntaxError ? "" : "offline");
  state.timer = window.setTimeout(() => now(state, options), RETRY);
}

function leftover(key) {
  const text = window.localStorage.getItem(key);
  if (!text) return null;
  window.localStorage.removeItem(key);
  return JSON.parse(text);
}
