// Moving between the cells of the table by keys: Enter and the arrows up and down by row, left and right at a text's end;
// and from one error to the next.

const editable = (cell) => cell && !cell.disabled;

function neighbour(row, step, field) {
  for (let next = row[step]; next; next = next[step]) {
    const cell = next.querySelector(`[data-field="${field}"]`);
    if (editable(cell)) return cell;
  }
  return null;
}

function beside(cell, step) {
  const cells = [...cell.closest("tr").querySelectorAll("[data-field]")];
  return cells[cells.indexOf(cell) + step] ?? null;
}

const atStart = (cell) => cell.selectionStart === 0 && cell.selectionEnd === 0;
const atEnd = (cell) => cell.selectionStart === cell.value.length && cell.selectionEnd === cell.value.length;
const several = (cell) => cell.value.includes("\n");
const all = (cell) => cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;

/** The cell that a key leads to, or null where the key belongs to the text itself. */
function wanted(event, cell) {
  const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
  if (altKey || ctrlKey || metaKey || event.isComposing) return null;
  const row = cell.closest("tr");
  if (key === "Enter") return neighbour(row, shiftKey ? "previousElementSibling" : "nextElementSibling", cell.dataset.field);
  if (shiftKey) return null;
  if (key === "ArrowDown" && (!several(cell) || atEnd(cell))) return neighbour(row, "nextElementSibling", cell.dataset.field);
  if (key === "ArrowUp" && (!several(cell) || atStart(cell))) return neighbour(row, "previousElementSibling", cell.dataset.field);
  if (key === "ArrowRight" && (atEnd(cell) || all(cell))) return beside(cell, 1);
  if (key === "ArrowLeft" && (atStart(cell) || all(cell))) return beside(cell, -1);
  return null;
}

/** Moves the focus; Alt+Enter breaks the line in a text. */
export function move(event) {
  const cell = event.target.closest("[data-field]");
  if (!cell) return;
  if (event.key === "Enter" && event.altKey && cell.matches("textarea")) {
    event.preventDefault();
    cell.setRangeText("\n", cell.selectionStart, cell.selectionEnd, "end");
    cell.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  const next = wanted(event, cell);
  if (event.key === "Enter" && !event.isComposing) event.preventDefault(); // the form must not be sent
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select();
}

/** The next cell with an error after the one that has the focus, round and round. */
export function toError(page, from) {
  const wrong = [...page.querySelectorAll('[aria-invalid="true"]')];
  const after = from ? wrong.find((cell) => from.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING) : null;
  const next = after ?? wrong[0];
  if (!next) return;
  next.focus();
  next.select();
  next.scrollIntoView({ block: "center", inline: "nearest" });
}
