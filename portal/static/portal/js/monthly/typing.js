// Typing in the monthly table: sums that follow, the height of a text, and the judgement half a second after the last key.

import { pending, showBar } from "./bar.js";
import { sumOf } from "./block.js";
import { byCode, drafts, part, rowOf, rows, server } from "./table.js";

const PAUSE = 500;

/** Sums that nobody typed follow from the month before and this month's amount. */
export function follow(row) {
  const { pastYear, pastTotal } = row.element.dataset;
  const amount = row.cells.get("invested_period").value;
  for (const [field, before] of [["invested_cumulative", pastTotal], ["invested_year", pastYear]]) {
    const cell = row.cells.get(field);
    const mine = cell.value !== "" && cell.dataset.follows === undefined;
    if (mine || before === "") continue;
    const sum = sumOf(before, amount);
    cell.value = sum;
    if (sum) cell.dataset.follows = "";
    else delete cell.dataset.follows;
  }
}

export function touched(row) {
  row.markChanged();
  drafts.keep(rows);
  showBar();
  judgeSoon(row);
}

const waiting = new Set();
let timer = 0;

/** Rows that were typed in are judged half a second after the last key, all in one question. */
export function judgeSoon(row) {
  waiting.add(row);
  window.clearTimeout(timer);
  timer = window.setTimeout(judge, PAUSE);
}

async function judge() {
  const asked = [...waiting];
  waiting.clear();
  const before = new Map(asked.map((row) => [row.code, JSON.stringify(row.values)]));
  const { status, body } = await server.judge(asked);
  if (status !== 200) return; // saving says what is wrong; a warning can wait
  for (const [code, { errors, warnings }] of Object.entries(body.rows)) {
    const row = byCode.get(code);
    if (row && JSON.stringify(row.values) === before.get(code)) row.say(errors, warnings);
  }
  showBar(part("said").textContent); // what was said of a paste or of saving stays said
}

export function onInput({ target }) {
  const cell = target.closest("[data-field]");
  if (!cell) return;
  const row = rowOf(cell);
  delete cell.dataset.follows;
  pending.undo = null; // from here on Ctrl+Z belongs to the cell again
  if (cell.dataset.field === "invested_period") follow(row);
  fit(cell);
  touched(row);
}

/** A text's cell is as high as its text. */
export function fit(cell) {
  if (!cell.matches("textarea")) return;
  cell.rows = Math.min(6, Math.max(1, cell.value.split("\n").length, Math.ceil(cell.value.length / 14)));
}
