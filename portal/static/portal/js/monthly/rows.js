// The rows and cells of the monthly table: what is typed, what is saved, what was changed, and the words under a cell.

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

  /** Errors by field and warnings of W09, said under their cells. */
  say(errors, warnings) {
    for (const [field, cell] of this.cells) {
      const said = [
        ...(errors[field] ? [{ severity: "error", message: errors[field] }] : []),
        ...warnings.filter((one) => one.field === field && one.message !== errors[field]),
      ];
      sayUnder(cell, said, `${this.code}-${field}`);
    }
    this.element.classList.toggle("has-errors", Object.keys(errors).length > 0);
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

function sayUnder(cell, said, id) {
  const holder = cell.parentElement;
  holder.querySelectorAll(".cell-said").forEach((old) => old.remove());
  const wrong = said.some(({ severity }) => severity === "error");
  cell.setAttribute("aria-invalid", String(wrong));
  cell.classList.toggle("is-doubtful", !wrong && said.length > 0);
  if (!said.length) {
    cell.removeAttribute("aria-describedby");
    return;
  }
  const box = document.createElement("div");
  box.className = "cell-said";
  box.id = `said-${id}`;
  box.append(...said.map(({ severity, message }) => paragraph(`said-${severity}`, message)));
  holder.append(box);
  cell.setAttribute("aria-describedby", box.id);
}
