// A secret shown once: it goes from the page after two minutes, when the page is left, and when the person says so.

const SECONDS = 120;
const box = document.querySelector("[data-once]");
const left = document.querySelector("[data-once-left]");
let rest = SECONDS;

function forget() {
  if (!box.isConnected) return;
  document.getElementById("once").textContent = "";
  box.remove();
  document.querySelector("[data-once-gone]").hidden = false;
  window.clearInterval(ticking);
}

const ticking = window.setInterval(() => {
  rest -= 1;
  left.textContent = `${rest} s`;
  if (rest <= 0) forget();
}, 1000);

// A reload asks for the page anew, which shows nothing, instead of posting again, which would raise an alarm.
window.history.replaceState(null, "", window.location.href);
window.addEventListener("pagehide", forget);
document.querySelector("[data-once-hide]").addEventListener("click", forget);
