// The panel beside the staff map: tabs without a new page, the table of units sorted by a column; both stay in the address.
// Reads [data-tabs] with [data-tab] links, [data-tab-body]; table[data-sortable] with th[data-sort-by] and one tbody a unit.

import { carried, withParameters } from "./address.js";
import { compared, nextOrder, parsedOrder } from "./sorting.js";

function remember(changes, keepPage = true) {
  const page = keepPage ? new URLSearchParams(window.location.search).get("page") : null;
  window.history.replaceState(null, "", withParameters(window.location.search, { ...changes, page }) + window.location.hash);
}

function showTab(tabs, name) {
  for (const link of tabs.querySelectorAll("[data-tab]")) {
    if (link.dataset.tab === name) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const body of document.querySelectorAll("[data-tab-body]")) body.hidden = body.dataset.tabBody !== name;
}

function watchTabs(tabs) {
  tabs.addEventListener("click", (event) => {
    const link = event.target.closest("[data-tab]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showTab(tabs, link.dataset.tab);
    remember({ tab: link.dataset.tab === "projects" ? null : link.dataset.tab });
    syncFields();
  });
}

/** The form beside must send what the address now says. */
function syncFields() {
  const query = new URLSearchParams(window.location.search);
  for (const form of document.querySelectorAll("form[data-keep-view]")) {
    for (const name of ["tab", "by"]) {
      const field = form.querySelector(`input[type=hidden][name=${name}]`) ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
      field.value = query.get(name) ?? "";
    }
  }
}

/** Puts the units into an order; `by` is a column, with a minus before it falling. Units without a value stay last. */
function sortTable(table, by) {
  const { column, falling } = parsedOrder(by);
  const bodies = [...table.tBodies].sort((a, b) => compared(a.dataset, b.dataset, column, falling));
  for (const body of bodies) table.insertBefore(body, table.tFoot);
  for (const head of table.querySelectorAll("[data-sort-by]")) {
    const isOn = head.dataset.sortBy === column;
    head.setAttribute("aria-sort", isOn ? (falling ? "descending" : "ascending") : "none");
  }
}

function watchTable(table) {
  for (const head of table.querySelectorAll("[data-sort-by]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const by = nextOrder(head.dataset.sortBy, new URLSearchParams(window.location.search).get("by") ?? "");
      sortTable(table, by);
      remember({ by });
      syncFields();
    });
  }
  sortTable(table, new URLSearchParams(window.location.search).get("by") ?? "");
}

/** Links of the page keep the tab and the order that were chosen since it came; a unit of the table opens its projects. */
function carryOver({ target }) {
  const link = target.closest("a[data-keep-view]");
  if (!link || link.dataset.tab || link.pathname !== window.location.pathname) return;
  link.search = carried(link.search, window.location.search, ["tab", "by"]);
  if (link.closest("[data-area]")) link.search = withParameters(link.search, { tab: null });
}

for (const event of ["click", "auxclick"]) document.addEventListener(event, carryOver, { capture: true });
document.querySelectorAll("[data-tabs]").forEach(watchTabs);
document.querySelectorAll("table[data-sortable]").forEach(watchTable);
