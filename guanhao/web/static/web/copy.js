// Copy buttons: put exactly what stands in the named place on the clipboard and say so.

function say(button) {
  const before = button.textContent;
  button.textContent = button.dataset.done;
  window.setTimeout(() => { button.textContent = before; }, 2000);
}

async function copyRich(place) {
  const html = new Blob([place.innerHTML], { type: "text/html" });
  const plain = new Blob([place.innerText], { type: "text/plain" });
  await navigator.clipboard.write([new ClipboardItem({ "text/html": html, "text/plain": plain })]);
}

/** Old browsers and pages without https have no clipboard interface: select the text, so that Ctrl+C takes it. */
function select(place) {
  if (place.select) { place.select(); } else {
    const range = document.createRange();
    range.selectNodeContents(place);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }
  return document.execCommand("copy");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const place = document.getElementById(button.dataset.copies);
  try {
    if ("rich" in button.dataset) await copyRich(place);
    else await navigator.clipboard.writeText(place.value === undefined ? place.innerText : place.value);
    say(button);
  } catch {
    if (select(place)) say(button);
  }
});
