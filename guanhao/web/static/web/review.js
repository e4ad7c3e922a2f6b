// The decision page: earlier opinions at a press, and the consequence of the button that is about to be pressed.

const form = document.getElementById("decision");
const opinion = document.getElementById("id_opinion");
const line = form.querySelector(".consequence");
const consequences = new Map();
form.querySelectorAll(".review-consequences dt").forEach((term) => {
  consequences.set(term.textContent, term.nextElementSibling.textContent);
});

form.querySelectorAll("[data-phrase]").forEach((button) => button.addEventListener("click", () => {
  const before = opinion.value.trim();
  opinion.value = before ? `${before}\n${button.dataset.phrase}` : button.dataset.phrase;
  opinion.focus();
}));

form.querySelectorAll("[name=verdict]").forEach((button) => {
  const tell = () => { line.textContent = consequences.get(button.textContent.trim()) || ""; };
  button.addEventListener("focus", tell);
  button.addEventListener("pointerenter", tell);
});

// What a press would be refused for is said before it is sent; the server asks again.
form.addEventListener("submit", (event) => {
  const verdict = event.submitter ? event.submitter.value : "";
  const open = Array.from(form.querySelectorAll("[data-required]:not(:checked)"));
  if (verdict === "approve" && open.length) {
    event.preventDefault();
    open[0].focus();
    open.forEach((box) => box.closest("label").classList.add("is-open"));
  }
  if (verdict && verdict !== "approve" && !opinion.value.trim()) {
    event.preventDefault();
    opinion.closest(".field").classList.add("is-wrong");
    opinion.focus();
  }
});

document.querySelectorAll("[data-frame] a").forEach((link) => link.addEventListener("click", () => {
  link.parentElement.querySelectorAll("a").forEach((each) => each.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "page");
}));
