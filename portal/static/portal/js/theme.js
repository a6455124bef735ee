// Runs before the first paint (a plain script in <head>): applies what this browser has stored, so that nothing flashes.
// The choices live in localStorage alone; the site sets no cookie for them.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function stored(key) {
    try {
      return window.localStorage.getItem(key);
    } catch (_) {
      return null; // storage switched off: the defaults do
    }
  }

  function apply() {
    var theme = stored("onemap-theme") || "auto";
    var resolved = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
    var changed = root.dataset.theme !== resolved;
    root.dataset.theme = resolved;
    root.dataset.themeChoice = theme;
    root.dataset.type = stored("onemap-type") === "large" ? "large" : "normal";
    if (changed) window.dispatchEvent(new Event("onemap:theme"));
  }

  apply();
  root.classList.add("js");
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  window.addEventListener("onemap:preference", apply);
})();
