// Pasting a block into the monthly table, and taking it back.

import { pending, showBar } from "./bar.js";
import { cellsOf, placed, plainNumber } from "./block.js";
import { FIGURES } from "./rows.js";
import { columns, everyRow, say, words } from "./table.js";
import { fit, follow, touched } from "./typing.js";

export function onPaste(event) {
  const cell = event.target.closest("[data-field]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const block = cellsOf(text);
  if (!cell || (block.length === 1 && block[0].length === 1)) return; // one cell: the browser's own way
  event.preventDefault();
  drop(block, cell);
}

/** Puts a block into the table, remembers what stood there, and says what was left out. */
function drop(block, cell) {
  const start = {
    row: everyRow.findIndex((row) => row.element === cell.closest("tr")),
    column: columns.findIndex(({ field }) => field === cell.dataset.field),
  };
  const found = placed(block, start, columns, everyRow);
  const before = new Map();
  const frozen = new Set();
  let cells = 0;
  for (const { row: at, field, text } of found.writes) {
    const row = everyRow[at];
    if (row.frozen) frozen.add(row);
    else {
      if (!before.has(row)) before.set(row, { values: row.values, follows: followers(row) });
      if (row.put(field, FIGURES.includes(field) ? plainNumber(text) : text)) cells += 1;
      delete row.cells.get(field).dataset.follows;
    }
  }
  for (const row of before.keys()) settleTyped(row);
  pending.undo = before;
  showBar(leftOut(found, cells, before.size, frozen.size));
}

const followers = (row) => [...row.cells.values()].filter((cell) => cell.dataset.follows !== undefined);

function settleTyped(row) {
  follow(row);
  row.cells.forEach(fit);
  touched(row);
}

function leftOut(found, cells, count, frozen) {
  const { unknown, beyond, wide } = found;
  return [
    say("pasted", { n: cells, rows: count }),
    unknown.length ? say("unknown", { n: unknown.length, names: unknown.slice(0, 3).join("、") }) : "",
    beyond ? say("beyond", { n: beyond }) : "",
    frozen ? say("frozen", { n: frozen }) : "",
    wide ? words.wide : "",
  ].join(" ").trim();
}

export function takeBack() {
  for (const [row, { values, follows }] of pending.undo) {
    row.restore(values);
    row.cells.forEach((cell) => delete cell.dataset.follows);
    follows.forEach((cell) => (cell.dataset.follows = ""));
    row.cells.forEach(fit);
    touched(row);
  }
  pending.undo = null;
  showBar();
}
