// The bar of the monthly table, and the two things besides the rows that it depends on.

import { part, rows, say, toSave, toSubmit, words } from "./table.js";

/** What is under way: a sending of rows, and the last paste, which can be taken back (row → what stood there). */
export const pending = { undo: null, busy: false };

/** The bar says how much is open; its buttons say how many rows they would send. */
export function showBar(sentence) {
  const changed = toSave().length;
  const open = toSubmit().length;
  const save = part("save");
  const submit = part("submit");
  save.disabled = pending.busy || !changed;
  submit.disabled = pending.busy || !open;
  save.textContent = changed ? say("save", { n: changed }) : words.drafts;
  submit.textContent = open ? say("submit", { n: open }) : words.nothing;
  part("next-error").hidden = !rows.some((row) => row.firstError);
  part("undo").hidden = pending.undo === null;
  part("said").textContent = sentence ?? (changed ? say("changed", { n: changed }) : words.clean);
}
