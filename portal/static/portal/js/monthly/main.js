// Entry module of the monthly table. Reads: [data-month] (data-period, data-row-url, data-check-url, data-person) with rows
// tr[data-code], cells [data-field], the bar [data-month-bar], json_script month-warnings {code: [...]} and month-words.
// Types stay in the window until saved (drafts.js). table.js holds what stands on the page, bar.js says how much is open, typing.js
// follows what is typed, pasting.js puts blocks in (block.js is its pure part), saving.js sends rows one by one (server.js).

import { pending, showBar } from "./bar.js";
import { move, toError } from "./moving.js";
import { onPaste, takeBack } from "./pasting.js";
import { send } from "./saving.js";
import { byCode, drafts, json, page, part, rowOf, rows, say, toSave, toSubmit, words } from "./table.js";
import { fit, judgeSoon, onInput, touched } from "./typing.js";

function onKey(event) {
  const cell = event.target.closest("[data-field]");
  if (event.key === "Escape" && cell) {
    const row = rowOf(cell);
    cell.value = row.saved[cell.dataset.field] ?? "";
    delete cell.dataset.follows;
    touched(row);
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && pending.undo) {
    event.preventDefault();
    takeBack();
  } else move(event);
}

/** What a reload or a lost session left unsaved comes back, if the row is still the one that was read. */
function bringBack() {
  let count = 0;
  for (const [code, { revision, values }] of Object.entries(drafts.read())) {
    const row = byCode.get(code);
    if (!row) continue;
    row.restore(values);
    if (row.changed && revision !== row.revision) row.note(words.stale);
    count += Number(row.changed);
    row.markChanged();
    if (row.changed) judgeSoon(row);
  }
  return count;
}

let lastCell = null;
for (const row of rows) for (const cell of row.cells.values()) {
  cell.disabled = false;
  fit(cell);
}
for (const [code, warnings] of Object.entries(json("month-warnings"))) byCode.get(code)?.say({}, warnings);
page.addEventListener("input", onInput);
page.addEventListener("keydown", onKey);
page.addEventListener("paste", onPaste);
page.addEventListener("focusin", ({ target }) => (lastCell = target.closest("[data-field]") ?? lastCell));
page.querySelector("[data-month-form]").addEventListener("submit", (event) => event.preventDefault());
part("save").addEventListener("click", () => send(toSave(), false));
part("submit").addEventListener("click", () => send(toSubmit(), true));
part("undo").addEventListener("click", takeBack);
part("next-error").addEventListener("click", () => toError(page, lastCell));
const restored = bringBack();
showBar(restored ? say("restored", { n: restored }) : undefined);
page.dataset.ready = "";
