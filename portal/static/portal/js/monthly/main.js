// Entry module of the monthly table. Reads: [data-month] (data-period, data-row-url, data-check-url, data-person) with rows
// tr[data-code], cells [data-field], the bar [data-month-bar], json_script month-warnings {code: [...]} and month-words.
// Types stay in the window until saved (drafts.js), rows are saved one by one (server.js), blocks are pasted by block.js.

import { cellsOf, filled, placed, plainNumber, sumOf } from "./block.js";
import { Drafts } from "./drafts.js";
import { move } from "./moving.js";
import { FIGURES, Row } from "./rows.js";
import { Server, eachOf } from "./server.js";

const PAUSE = 500;
const page = document.querySelector("[data-month]");
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const words = json("month-words");
const say = (name, values = {}) => filled(words[name], values);
const part = (name) => page.querySelector(`[data-${name}]`);
const columns = [...page.querySelectorAll("[data-column]")].map((head) => ({
  field: head.dataset.column,
  words: head.dataset.words.split(","),
}));
const everyRow = [...page.querySelectorAll("tr[data-code]")].map((element) => new Row(element));
const rows = everyRow.filter((row) => !row.frozen);
const byCode = new Map(rows.map((row) => [row.code, row]));
const drafts = new Drafts(page.dataset.person, page.dataset.period);
const server = new Server(page.dataset, page.querySelector("[name=csrfmiddlewaretoken]").value);
let undo = null;
let busy = false;

const rowOf = (cell) => byCode.get(cell.closest("tr").dataset.code);
const toSave = () => rows.filter((row) => row.changed);
const toSubmit = () => rows.filter((row) => row.changed || row.state === "draft");

/** The bar says how much is open; its buttons say how many rows they would send. */
function showBar(sentence) {
  const changed = toSave().length;
  const open = toSubmit().length;
  const save = part("save");
  const submit = part("submit");
  save.disabled = busy || !changed;
  submit.disabled = busy || !open;
  save.textContent = changed ? say("save", { n: changed }) : words.drafts;
  submit.textContent = open ? say("submit", { n: open }) : words.nothing;
  part("next-error").hidden = !rows.some((row) => row.firstError);
  part("undo").hidden = undo === null;
  part("said").textContent = sentence ?? (changed ? say("changed", { n: changed }) : words.clean);
}

/** Sums that nobody typed follow from the month before and this month's amount. */
function follow(row) {
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

function touched(row) {
  row.markChanged();
  drafts.keep(rows);
  showBar();
  judgeSoon(row);
}

const waiting = new Set();
let timer = 0;

/** Rows that were typed in are judged half a second after the last key, all in one question. */
function judgeSoon(row) {
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

function onInput({ target }) {
  const cell = target.closest("[data-field]");
  if (!cell) return;
  const row = rowOf(cell);
  delete cell.dataset.follows;
  undo = null; // from here on Ctrl+Z belongs to the cell again
  if (cell.dataset.field === "invested_period") follow(row);
  fit(cell);
  touched(row);
}

/** A text's cell is as high as its text. */
function fit(cell) {
  if (!cell.matches("textarea")) return;
  cell.rows = Math.min(6, Math.max(1, cell.value.split("\n").length, Math.ceil(cell.value.length / 14)));
}

function onKey(event) {
  const cell = event.target.closest("[data-field]");
  if (event.key === "Escape" && cell) {
    const row = rowOf(cell);
    cell.value = row.saved[cell.dataset.field] ?? "";
    delete cell.dataset.follows;
    touched(row);
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && undo) {
    event.preventDefault();
    takeBack();
  } else move(event);
}

function onPaste(event) {
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
  undo = before;
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

function takeBack() {
  for (const [row, { values, follows }] of undo) {
    row.restore(values);
    row.cells.forEach((cell) => delete cell.dataset.follows);
    follows.forEach((cell) => (cell.dataset.follows = ""));
    row.cells.forEach(fit);
    touched(row);
  }
  undo = null;
  showBar();
}

/** Sends rows one by one; what fails stays typed, with its error in its cell. */
async function send(chosen, submit) {
  if (busy || !chosen.length) return;
  busy = true;
  undo = null;
  const bar = part("progress");
  let done = 0;
  let failed = 0;
  bar.hidden = false;
  bar.max = chosen.length;
  showBar(say("saving", { done, all: chosen.length }));
  await eachOf(chosen, async (row) => {
    if (!(await keepRow(row, submit || row.state === "submitted"))) failed += 1;
    done += 1;
    bar.value = done;
    part("said").textContent = say("saving", { done, all: chosen.length });
  });
  busy = false;
  bar.hidden = true;
  drafts.keep(rows);
  const kept = done - failed;
  const result = [kept ? say(submit ? "submitted" : "saved", { n: kept }) : "", failed ? say("failed", { n: failed }) : ""];
  showBar(result.join(" ").trim());
  if (failed) toError(null);
}

/** Saves one row; whether it is kept. What was typed while the answer was under way stays typed. */
async function keepRow(row, submit) {
  row.element.setAttribute("aria-busy", "true");
  const sent = row.values;
  const { status, body } = await server.keep(row, submit);
  row.element.removeAttribute("aria-busy");
  if (status === 200) {
    const typed = row.values;
    row.settle(body);
    for (const [field, text] of Object.entries(typed)) if (text !== sent[field]) row.put(field, text);
    row.cells.forEach((cell) => delete cell.dataset.follows);
    row.note("");
    row.say({}, body.warnings);
    row.markChanged();
    return true;
  }
  row.say(body.errors ?? {}, body.warnings ?? []);
  if (status === 412) clash(row, body);
  else row.note(trouble(status, body));
  row.element.classList.add("has-errors");
  return false;
}

function trouble(status, body) {
  if (status === 0) return words.offline;
  if (status === 403 && loggedOut(body)) return words.login;
  return body.message || body.detail || words.offline;
}

/** A program without log-in, or whose token is of an older log-in, is told so by 403. */
const loggedOut = ({ detail }) => detail === undefined || detail.includes("登录");

/** Somebody else was faster: both are shown, and the person decides. */
function clash(row, { theirs, revision, state, state_label: label }) {
  const differing = [...row.cells.keys()].filter((field) => theirs[field] !== row.cells.get(field).value);
  row.say({}, []);
  row.compare(Object.fromEntries(differing.map((f) => [f, say("theirs", { text: theirs[f] || words.empty })])));
  const decided = () => {
    row.note("");
    row.say({}, []);
    row.element.classList.remove("has-errors");
    touched(row);
  };
  const adopt = () => {
    row.settle({ values: theirs, revision, state, state_label: label });
    decided();
  };
  const insist = () => {
    row.saved = { ...row.saved, ...theirs };
    row.element.dataset.revision = String(revision);
    row.setState(state, label);
    decided();
  };
  row.note(words.stale, [{ label: words.take, press: adopt }, { label: words.keep, press: insist }]);
}

/** The next cell with an error after the one that has the focus, round and round. */
function toError(from) {
  const wrong = [...page.querySelectorAll('[aria-invalid="true"]')];
  const after = from ? wrong.find((cell) => from.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING) : null;
  const next = after ?? wrong[0];
  if (!next) return;
  next.focus();
  next.select();
  next.scrollIntoView({ block: "center", inline: "nearest" });
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
part("next-error").addEventListener("click", () => toError(lastCell));
const restored = bringBack();
showBar(restored ? say("restored", { n: restored }) : undefined);
page.dataset.ready = "";
