// The vertices as a table: every drawing can be made and mended with the keyboard alone.

import { FEWEST, ringsOf } from "./shape.js";

/** Rows shown at once; a surveyed outline may have thousands. */
const ROWS = 60;
const EXTENT = [[-180, 180], [-90, 90]];

/** A typed coordinate, or null. Full-width digits and points come from Chinese keyboards. */
export function typed(text, axis) {
  const plain = text.normalize("NFKC").replace(/[°\s]/g, "").replace("。", ".");
  const value = plain === "" ? NaN : Number(plain);
  const [least, most] = EXTENT[axis];
  return Number.isFinite(value) && value >= least && value <= most ? value : null;
}

export class Vertices {
  /** @param {object} on {moved(at, position), inserted(at), removed(at), ringRemoved(at), shown(at)} */
  constructor(box, words, on) {
    Object.assign(this, { box, words, on, part: 0, ring: 0, from: 0 });
    this.choice = box.querySelector("[data-ring]");
    this.body = box.querySelector("tbody");
    this.pager = box.querySelector("[data-vertex-pages]");
    this.choice.addEventListener("change", () => this.choose(...this.choice.value.split(".").map(Number)));
    box.querySelector("[data-ring-remove]").addEventListener("click", () => this.on.ringRemoved({ part: this.part, ring: this.ring }));
    for (const button of this.pager.querySelectorAll("button")) button.addEventListener("click", () => this.page(Number(button.dataset.by)));
    this.body.addEventListener("change", (event) => this.changed(event.target));
    this.body.addEventListener("click", (event) => this.clicked(event.target.closest("button")));
    this.body.addEventListener("focusin", (event) => this.on.shown(this.at(event.target)));
  }

  choose(part, ring) {
    Object.assign(this, { part, ring, from: 0 });
    this.show(this.shape);
  }

  page(by) {
    this.from = Math.max(0, this.from + by * ROWS);
    this.show(this.shape);
  }

  at(element) {
    return { part: this.part, ring: this.ring, vertex: Number(element.closest("tr").dataset.vertex) };
  }

  show(shape) {
    this.shape = shape;
    this.box.hidden = !shape.parts.length;
    if (this.box.hidden) return;
    this.part = Math.min(this.part, shape.parts.length - 1);
    const rings = ringsOf(shape, this.part);
    this.ring = Math.min(this.ring, rings.length - 1);
    const points = rings[this.ring];
    if (this.from >= points.length) this.from = 0;
    this.choice.replaceChildren(...this.options());
    this.choice.value = `${this.part}.${this.ring}`;
    this.fill(points);
    this.pager.hidden = points.length <= ROWS;
    this.pager.querySelector("[data-vertex-range]").textContent = `${this.from + 1}–${Math.min(points.length, this.from + ROWS)} / ${points.length}`;
  }

  options() {
    return this.shape.parts.flatMap((_part, part) =>
      ringsOf(this.shape, part).map((points, ring) => {
        const name = (ring ? this.words.hole_name.replace("{m}", ring) : this.words.part_name).replace("{n}", part + 1);
        return new Option(`${name} (${points.length})`, `${part}.${ring}`);
      }),
    );
  }

  /** Rows stay where they are while one types: only their values are set, so that the focus is not lost. */
  fill(points) {
    const shown = points.slice(this.from, this.from + ROWS);
    while (this.body.rows.length > shown.length) this.body.rows[this.body.rows.length - 1].remove();
    shown.forEach((point, index) => {
      const row = this.body.rows[index] ?? this.body.appendChild(this.row());
      row.dataset.vertex = this.from + index;
      row.cells[0].textContent = this.from + index + 1;
      row.querySelectorAll("input").forEach((input, axis) => this.set(input, point[axis], axis));
      row.querySelector("[data-act=insert]").hidden = this.shape.family === "point";
    });
  }

  set(input, value, axis) {
    input.value = String(value);
    input.removeAttribute("aria-invalid");
    const vertex = Number(input.closest("tr").dataset.vertex) + 1;
    input.setAttribute("aria-label", `${axis ? this.words.latitude : this.words.longitude} ${vertex}`);
  }

  row() {
    const row = document.getElementById("vertex-row").content.firstElementChild.cloneNode(true);
    return row;
  }

  changed(input) {
    const inputs = [...input.closest("tr").querySelectorAll("input")];
    const both = input.value.normalize("NFKC").split(/[,;、\s]+/).filter(Boolean);
    if (both.length === 2) inputs.forEach((field, axis) => (field.value = both[axis])); // "113.1,29.3" pasted into one cell
    const values = inputs.map((field, axis) => typed(field.value, axis));
    inputs.forEach((field, axis) => field.toggleAttribute("aria-invalid", values[axis] === null));
    const bad = values.includes(null);
    this.box.querySelector("[data-vertex-trouble]").hidden = !bad;
    if (!bad) this.on.moved(this.at(input), values);
  }

  clicked(button) {
    if (!button) return;
    const at = this.at(button);
    if (button.dataset.act === "insert") this.on.inserted(at);
    else this.on.removed(at);
    const row = this.body.rows[Math.min(at.vertex - this.from, this.body.rows.length - 1)];
    row?.querySelector("input").focus({ preventScroll: true });
  }

  /** Whether taking one vertex more would take the whole ring. */
  get isLeast() {
    return ringsOf(this.shape, this.part)[this.ring].length <= FEWEST[this.shape.family];
  }
}
