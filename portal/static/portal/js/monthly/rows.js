// The rows and cells of the monthly table: what is typed, what is saved, what was changed, and the words under a cell.

const EXPLANATION = "explanation";
export const FIGURES = ["physical_pct", "invested_period", "invested_cumulative", "invested_year"];

/** A row of the table that can be edited. `saved` is what the server holds, `revision` what it expects to be told. */
export class Row {
  constructor(element) {
    this.element = element;
    this.code = element.dataset.code;
    this.name = element.dataset.name;
    this.frozen = element.classList.contains("is-frozen");
    this.cells = new Map([...element.querySelectorAll("[data-field]")].map((cell) => [cell.dataset.field, cell]));
    this.saved = this.values;
  }

  get revision() {
    return Number(this.element.dataset.revision);
  }

  get state() {
    return this.element.dataset.state;
  }

  get values() {
    return Object.fromEntries([...this.cells].map(([field, cell]) => [field, cell.value]));
  }

  get changed() {
    return [...this.cells].some(([field, cell]) => cell.value.trim() !== (this.saved[field] ?? "").trim());
  }

  /** Puts a text into a cell, unless it is locked; whether anything changed. */
  put(field, text) {
    const cell = this.cells.get(field);
    if (!cell || cell.readOnly || cell.value === text) return false;
    cell.value = text;
    return true;
  }

  restore(values) {
    for (const [field, text] of Object.entries(values)) this.put(field, text);
  }

  markChanged() {
    this.element.classList.toggle("is-changed", this.changed);
    for (const [field, cell] of this.cells) {
      cell.classList.toggle("is-typed", cell.value.trim() !== (this.saved[field] ?? "").trim());
    }
  }

  /** Errors stand under their cells. Warnings of W09 stand under the explanation, which is where they are answered. */
  say(errors, warnings) {
    const doubts = warnings.filter((one) => one.message !== errors[one.field]);
    const doubtful = new Set(doubts.map(({ field }) => field));
    for (const [field, cell] of this.cells) {
      const own = errors[field] ? [{ severity: "error", message: errors[field] }] : [];
      const told = sayUnder(cell, field === EXPLANATION ? [...own, ...doubts] : own, `${this.code}-${field}`);
      cell.setAttribute("aria-invalid", String(own.length > 0));
      cell.classList.toggle("is-doubtful", doubtful.has(field));
      const where = [told, doubtful.has(field) ? idOf(this.code, EXPLANATION) : ""].filter(Boolean);
      if (where.length) cell.setAttribute("aria-describedby", [...new Set(where)].join(" "));
      else cell.removeAttribute("aria-describedby");
    }
    this.element.classList.toggle("has-errors", Object.keys(errors).length > 0);
  }

  /** Texts under some cells that are no errors: what somebody else has written. */
  compare(texts) {
    for (const [field, cell] of this.cells) {
      sayUnder(cell, texts[field] ? [{ severity: "yellow", message: texts[field] }] : [], `${this.code}-${field}`);
    }
  }

  /** A note on the row as a whole: text, and buttons [{label, press}]. */
  note(text, buttons = []) {
    const box = this.element.querySelector("[data-row-note]");
    box.replaceChildren();
    if (!text) return;
    box.append(paragraph("row-said", text));
    for (const { label, press } of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link";
      button.textContent = label;
      button.addEventListener("click", press);
      box.append(button);
    }
  }

  /** The row as the server now holds it. */
  settle({ values, revision, state, state_label: label }) {
    this.saved = { ...this.saved, ...values };
    this.element.dataset.revision = String(revision);
    this.setState(state, label);
    this.restore(values);
  }

  setState(state, label) {
    if (state === undefined) return;
    this.element.dataset.state = state;
    this.element.querySelector("[data-state-text] > span").textContent = label;
    this.element.querySelector(".comment")?.remove();
  }

  get firstError() {
    return this.element.querySelector('[aria-invalid="true"]');
  }
}

function paragraph(name, text) {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}

const idOf = (code, field) => `said-${code}-${field}`;

/** Sentences under a cell; the id of their box, "" without any. */
function sayUnder(cell, said, id) {
  const holder = cell.parentElement;
  holder.querySelectorAll(".cell-said").forEach((old) => old.remove());
  if (!said.length) return "";
  const box = document.createElement("div");
  box.className = "cell-said";
  box.id = `said-${id}`;
  box.append(...said.map(({ severity, message }) => paragraph(`said-${severity}`, message)));
  holder.append(box);
  return box.id;
}
