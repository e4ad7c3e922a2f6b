/* Runs before the first paint: the theme chosen, or the system's. */
(function () {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    const wanted = root.dataset.theme || "auto";
    const isDark = wanted === "dark" || (wanted === "auto" && dark.matches);
    root.setAttribute("data-bs-theme", isDark ? "dark" : "light");
  }
  apply();
  dark.addEventListener("change", apply);
  window.chooseTheme = function (theme) {
    root.dataset.theme = theme;
    document.cookie = "theme=" + theme + ";path=/;max-age=31536000;samesite=lax";
    apply();
  };
})();
