/* The frame's behaviour: citation cards, menus, toasts, keys, lists. Everything works without it, only less quickly. */
(function () {
  "use strict";
  const $ = (selector, within) => (within || document).querySelector(selector);
  const $$ = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  /* Citation card: htmx fills it, we put it beside the chip. Escape and a click elsewhere close it. */
  let chip = null;
  function closeCard() {
    const card = $("#cite-card");
    if (!card || card.hidden) return;
    card.hidden = true;
    if (chip) chip.focus();
    chip = null;
  }
  function placeCard(card) {
    const at = chip.getBoundingClientRect();
    card.hidden = false;
    const left = Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 12);
    const below = at.bottom + 6 + card.offsetHeight < window.innerHeight;
    card.style.left = Math.max(12, left) + window.scrollX + "px";
    card.style.top = (below ? at.bottom + 6 : Math.max(12, at.top - card.offsetHeight - 6)) + window.scrollY + "px";
    card.focus();
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.classList.contains("cite")) chip = event.target;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "cite-card" && chip) placeCard(event.detail.target);
  });

  /* Menus close on Escape and on a click elsewhere. */
  document.addEventListener("click", (event) => {
    $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const card = $("#cite-card");
    if (card && !card.hidden && !card.contains(event.target) && !event.target.closest(".cite")) closeCard();
    const opener = event.target.closest("[data-open]");
    if (opener) openDialog(opener.dataset.open);
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target.closest("[data-close-card]")) closeCard();
    if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
    const theme = event.target.closest("[data-theme-choice] button");
    if (theme) { window.chooseTheme(theme.value); showTheme(); }
  });
  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  }

  /* Toasts: an undo counts down ten seconds; other successes leave after eight; refusals stay. */
  function startToasts() {
    $$("[data-toast]").forEach((toast) => {
      if (toast.dataset.started) return;
      toast.dataset.started = "1";
      const seconds = $("[data-seconds]", toast);
      if (seconds) {
        let left = 10;
        const timer = setInterval(() => {
          left -= 1;
          seconds.textContent = String(left);
          if (left <= 0) { clearInterval(timer); toast.remove(); }
        }, 1000);
      } else if (toast.classList.contains("toast-success")) {
        setTimeout(() => toast.remove(), 8000);
      }
    });
  }

  function showTheme() {
    const now = document.documentElement.dataset.theme || "auto";
    $$("[data-theme-choice] button").forEach((button) => button.setAttribute("aria-pressed", String(button.value === now)));
  }

  /* Keys: "/" searches, "g" and a letter jumps, j and k walk a list, "?" shows this. Never while somebody types. */
  let jump = 0;
  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }
  function walk(step) {
    const rows = $$("table[data-rows] tbody tr");
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.classList.contains("is-here"));
    rows.forEach((row) => row.classList.remove("is-here"));
    const row = rows[Math.max(0, Math.min(rows.length - 1, here + step))];
    row.classList.add("is-here");
    const link = $("a", row);
    if (link) link.focus(); else row.scrollIntoView({ block: "nearest" });
  }
  function jumpTo(letter) {
    const link = $('[data-jump="' + letter + '"]');
    if (link) window.location.assign(link.href);
  }
  const keys = {
    "/": () => { const box = $("#topsearch"); if (box && box.offsetParent) box.focus(); else window.location.assign("/search/"); },
    "?": () => openDialog("keys"),
    j: () => walk(1),
    k: () => walk(-1),
    g: () => { jump = Date.now(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      closeCard();
      $$("details.menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (Date.now() - jump < 1500 && event.key !== "g" && /^[a-z]$/.test(event.key)) { jump = 0; jumpTo(event.key); return; }
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  /* Lists: filters apply when chosen, the bulk bar shows with the first tick. */
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-submit]")) { box.form.requestSubmit ? box.form.requestSubmit() : box.form.submit(); return; }
    if (!box.matches("td.pick input, [data-all]")) return;
    const boxes = $$("td.pick input");
    if (box.matches("[data-all]")) boxes.forEach((other) => { other.checked = box.checked; });
    const chosen = boxes.filter((other) => other.checked).length;
    const bar = $("[data-bulk] .bulkbar");
    if (bar) { bar.hidden = chosen === 0; $("[data-chosen]", bar).textContent = String(chosen); }
  });

  function start() {
    startToasts();
    showTheme();
    const errors = $("[data-focus]");
    if (errors) errors.focus();
  }
  document.addEventListener("htmx:load", startToasts);
  start();
})();
