// The monthly table as it stands on the page: its rows, columns and words, the window's drafts and the server.
// Read once when the page is loaded; every other module of this folder that works on the page takes it from here.

import { filled } from "./block.js";
import { Drafts } from "./drafts.js";
import { Row } from "./rows.js";
import { Server } from "./server.js";

export const page = document.querySelector("[data-month]");
export const json = (id) => JSON.parse(document.getElementById(id).textContent);
export const words = json("month-words");
export const say = (name, values = {}) => filled(words[name], values);
export const part = (name) => page.querySelector(`[data-${name}]`);
export const columns = [...page.querySelectorAll("[data-column]")].map((head) => ({
  field: head.dataset.column,
  words: head.dataset.words.split(","),
}));
export const everyRow = [...page.querySelectorAll("tr[data-code]")].map((element) => new Row(element));
export const rows = everyRow.filter((row) => !row.frozen);
export const byCode = new Map(rows.map((row) => [row.code, row]));
export const drafts = new Drafts(page.dataset.person, page.dataset.period);
export const server = new Server(page.dataset, page.querySelector("[name=csrfmiddlewaretoken]").value);

export const rowOf = (cell) => byCode.get(cell.closest("tr").dataset.code);
export const toSave = () => rows.filter((row) => row.changed);
export const toSubmit = () => rows.filter((row) => row.changed || row.state === "draft");
