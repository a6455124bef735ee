// Entry module of every page: theme and type switches, the phone's menu, filter forms that submit on change, and links and
// forms that keep where the map looks. Reads: [data-set="theme|type"][data-value], [data-menu-toggle] (aria-controls),
// form[data-autosubmit], [data-keep-view], details[data-fold="narrow"], .table-box.

const root = document.documentElement;

/** Stores one choice; without storage the page still follows it until it is left. */
function choose(key, value) {
  try {
    window.localStorage.setItem(`onemap-${key}`, value);
    window.dispatchEvent(new Event("onemap:preference"));
  } catch (_) {
    root.dataset[key] = value;
    window.dispatchEvent(new Event("onemap:theme"));
  }
}

function current(key) {
  return key === "theme" ? root.dataset.themeChoice : root.dataset.type;
}

function markPressed() {
  for (const button of document.querySelectorAll("[data-set]")) {
    button.setAttribute("aria-pressed", String(current(button.dataset.set) === button.dataset.value));
  }
}

function onSwitch(event) {
  const button = event.target.closest("[data-set]");
  if (!button) return;
  const { set, value, off } = button.dataset;
  choose(set, off && current(set) === value ? off : value);
  markPressed();
}

function onMenu(event) {
  const button = event.target.closest("[data-menu-toggle]");
  if (!button) return;
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  document.getElementById(button.getAttribute("aria-controls"))?.classList.toggle("is-open", open);
}

/** Empty fields would only lengthen the address that people share. */
function dropEmptyFields(form) {
  for (const field of form.elements) {
    if (field.name && field.value === "") field.disabled = true;
  }
}

function watchForms() {
  for (const form of document.querySelectorAll("form[data-autosubmit]")) {
    form.addEventListener("submit", () => dropEmptyFields(form));
    form.addEventListener("change", (event) => {
      if (event.target.matches("select")) form.requestSubmit();
    });
  }
  // back from the bfcache: fields that were dropped must work again
  window.addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("form[data-autosubmit] :disabled")) field.disabled = false;
  });
}

/** The map's place stands in the fragment (js/map/view.js): a link or form to the same page takes it along. */
function keepView({ target }) {
  const kept = target.closest("a[data-keep-view], form[data-keep-view]");
  if (kept instanceof HTMLAnchorElement) kept.hash = window.location.hash;
  else if (kept) kept.action = window.location.pathname + window.location.hash;
}

/** Parts that lie open on a wide screen start folded on a narrow one. */
function foldNarrow() {
  const narrow = window.matchMedia("(max-width: 1023px)");
  const fold = () => document.querySelectorAll("details[data-fold='narrow']").forEach((part) => (part.open = !narrow.matches));
  narrow.addEventListener("change", fold);
  if (narrow.matches) fold();
}

/** A table wider or taller than its box can be scrolled by the keyboard: its box becomes a stop, and only then. One that
    would stick out of the window (css/lists.css) scrolls in its box. */
function reachScrollers() {
  const watch = new ResizeObserver((changes) => {
    for (const { target } of changes) {
      const box = target.closest(".table-box");
      const wide = box.scrollWidth > box.clientWidth + 1;
      box.classList.toggle("is-wide", wide);
      if (wide || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  });
  for (const part of document.querySelectorAll(".table-box, .table-box > table")) watch.observe(part);
}

document.addEventListener("click", onSwitch);
document.addEventListener("click", onMenu);
for (const event of ["click", "auxclick", "submit"]) document.addEventListener(event, keepView, { capture: true });
foldNarrow();
markPressed();
watchForms();
reachScrollers();
