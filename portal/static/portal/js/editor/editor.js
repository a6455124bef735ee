// The editor put together: history in the middle, the map and the table as two views of it, the server behind.

import { Api } from "./api.js";
import { Conflict } from "./conflict.js";
import { Drawing } from "./drawing.js";
import { History } from "./history.js";
import { Intake } from "./intake.js";
import { listen } from "./keys.js";
import { Making } from "./making.js";
import { areaText, lengthText, measures } from "./measure.js";
import { Operations } from "./operations.js";
import { References } from "./references.js";
import { Saving } from "./saving.js";
import * as shapes from "./shape.js";
import { Telling } from "./telling.js";
import { Tools } from "./tools.js";
import { Vertices } from "./vertices.js";

const CLOSEST = 17;

export class Editor {
  constructor(page, one, words) {
    Object.assign(this, { page, one, words, map: one.map, history: new History(shapes.EMPTY), approved: null, kinds: shapes.FAMILIES });
    this.api = new Api(page.dataset, page.querySelector("[name=csrfmiddlewaretoken]"));
    this.operations = new Operations(window.jsts);
    this.telling = new Telling(page, words);
    this.mayEdit = false;
    this.drawing = new Drawing(this.map, {
      edited: (index, part) => this.follow(shapes.replacePart(this.shape, index, part), words.done.vertices),
      removed: (index) => this.change(shapes.removePart(this.shape, index), words.done.removed),
      changing: (index, rings) => this.sketch("vertices", rings),
      picked: (index) => this.pick(index),
    });
    this.tools = new Tools(this.map, this.drawing, { drawn: (tool, rings) => this.making.drawn(tool, rings), sketch: (tool, rings) => this.sketch(tool, rings), changed: (tool) => this.mark(tool) });
    this.references = new References(this.map, this.api, { onTrouble: () => this.telling.say(words.no_neighbours, "bad"), onCount: (count) => this.count(count) });
    this.vertices = new Vertices(page.querySelector("[data-vertices]"), words, {
      moved: (at, position) => this.change(shapes.moveVertex(this.shape, at, position), words.done.vertices),
      inserted: (at) => this.change(shapes.insertVertex(this.shape, at), words.done.vertices),
      removed: (at) => this.change(shapes.removeVertex(this.shape, at), words.done.vertices),
      ringRemoved: (at) => this.change(shapes.removeRing(this.shape, at), words.done.removed),
      shown: (at) => this.point(shapes.ringsOf(this.shape, at.part)[at.ring][at.vertex]),
    });
    this.making = new Making(this);
    this.saving = new Saving(this);
    this.conflict = new Conflict(this);
    this.intake = new Intake(this);
    this.listen();
  }

  get shape() {
    return this.history.shape;
  }

  listen() {
    for (const button of this.page.querySelectorAll("[data-tool]")) button.addEventListener("click", () => this.tool(button.dataset.tool));
    for (const button of this.page.querySelectorAll("[data-act]")) if (!button.closest("[data-vertices], template")) button.addEventListener("click", () => this.act(button.dataset.act));
    for (const box of this.page.querySelectorAll("[data-reference]")) box.addEventListener("change", () => this.references.toggle(box.dataset.reference, box.checked));
    this.page.querySelector("[data-snap]").addEventListener("change", (event) => this.snap(event.target.checked));
    this.page.querySelector("[data-shift]").addEventListener("submit", (event) => this.making.shift(event));
    listen(({ tool, act }) => (tool ? this.tool(tool) : this.act(act)));
    window.addEventListener("beforeunload", (event) => {
      if (this.history.isDirty) event.preventDefault();
    });
  }

  async start(palette) {
    this.paint(palette);
    await this.saving.load();
  }

  paint(palette) {
    this.palette = palette;
    this.drawing.show(this.shape, palette);
    this.references.paint(palette, getComputedStyle(this.page).color);
  }

  /** A shape from the server is the new beginning. */
  begin(shape, approved) {
    this.approved = approved;
    this.history.reset(shape);
    this.references.set("approved", approved ? shapes.toGeoJSON(approved) : null);
    this.refresh();
    this.fit();
  }

  /** One step by a tool, the table or a dialog: drawn anew everywhere. */
  change(shape, label, { byHand = true } = {}) {
    if (!this.history.push(shape, label)) return;
    if (byHand) this.saving.byHand();
    this.refresh();
    this.telling.say(label);
  }

  /** One step that the map's own layers made. */
  follow(shape, label) {
    if (!this.history.push(shape, label)) return;
    this.saving.byHand();
    this.drawing.follow(shape);
    this.refreshPanel();
  }

  refresh() {
    this.drawing.show(this.shape);
    this.refreshPanel();
  }

  refreshPanel() {
    this.vertices.show(this.shape);
    this.telling.showFigures(this.shape, this.approved, null);
    this.fault = this.operations.fault(this.shape);
    this.saving.changed();
    this.enable();
  }

  /** Tools that the shape has no use for are off, and say so by being grey. */
  enable() {
    const { family, parts } = this.shape;
    const usable = { hole: family === "polygon", cut: ["polygon", "line"].includes(family), split: ["polygon", "line"].includes(family), vertices: parts.length > 0, move: parts.length > 0, merge: parts.length > 1 && family !== "point", remove: this.drawing.selected.size > 0, clear: parts.length > 0, undo: this.history.undoable !== "", redo: this.history.redoable !== "", fit: true };
    const allowed = (tool) => !shapes.FAMILIES.includes(tool) || this.kinds.includes(tool);
    for (const button of this.page.querySelectorAll("[data-tool], [data-tools] [data-act]")) {
      const name = button.dataset.tool ?? button.dataset.act;
      button.disabled = !this.mayEdit || !(usable[name] ?? true) || !allowed(name);
    }
  }

  tool(name) {
    const button = this.page.querySelector(`[data-tool="${name}"]`);
    if (!button || button.disabled) return;
    const isOther = shapes.FAMILIES.includes(name) && this.shape.parts.length && this.shape.family !== name;
    if (isOther && this.tools.current !== name) {
      this.telling.say(this.words.other_family.replace("{have}", this.words.family[this.shape.family]).replace("{want}", this.words.family[name]), "bad");
      return;
    }
    this.tools.use(name);
  }

  mark(tool) {
    for (const button of this.page.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    const bar = this.page.querySelector("[data-draw-bar]");
    bar.querySelector("[data-hint]").textContent = this.words.hints[tool || "idle"];
    for (const button of bar.querySelectorAll("[data-while=drawing]")) button.hidden = !this.tools.isDrawing || tool === "point";
    bar.querySelector("[data-while=tool]").hidden = !tool;
  }

  act(name) {
    const acts = {
      undo: () => this.step("undo"), redo: () => this.step("redo"), merge: () => this.making.merge(), remove: () => this.making.removeSelected(),
      clear: () => this.change({ ...shapes.EMPTY, multi: this.shape.multi }, this.words.done.cleared), fit: () => this.fit(),
      cancel: () => (this.tools.current ? this.tools.use("") : this.pick(null)), finish: () => this.tools.finish() || this.telling.say(this.words.too_few, "bad"), back: () => this.tools.stepBack(),
      draft: () => this.saving.save(false), submit: () => this.saving.save(true), check: () => this.saving.check(),
      coordinates: () => this.intake.open("coordinates"), file: () => this.intake.open("file"), help: () => this.page.querySelector("[data-help]").showModal(),
    };
    acts[name]?.();
  }

  step(way) {
    const label = way === "undo" ? this.history.undoable : this.history.redoable;
    if (!label || !this.mayEdit) return;
    this.history[way]();
    this.refresh();
    this.telling.say(this.words[way === "undo" ? "undone" : "redone"].replace("{what}", label));
  }

  pick(index) {
    if (this.tools.isDrawing) return;
    if (index === null) this.drawing.select(null);
    else this.drawing.toggle(index);
    if (index !== null) this.vertices.choose(index, 0);
    this.enable();
  }

  snap(on) {
    this.drawing.snap = on;
    const { current } = this.tools;
    if (current) {
      this.tools.use("");
      this.tools.use(current);
    }
  }

  /** Length and area of what is under the hand, over the map. */
  sketch(tool, rings) {
    const box = this.page.querySelector("[data-sketch]");
    const isArea = ["polygon", "hole", "cut"].includes(tool) || (tool === "vertices" && this.shape.family === "polygon");
    const points = rings?.[0] ?? [];
    box.hidden = points.length < 2;
    if (box.hidden) return;
    const found = measures({ family: isArea ? "polygon" : "line", parts: [isArea ? rings : points] });
    const length = lengthText(found.length, this.words.units);
    box.textContent = isArea && points.length > 2 ? `${this.words.perimeter} ${length} · ${this.words.area} ${areaText(found.area, this.words.units)}` : `${this.words.length} ${length}`;
  }

  count(count) {
    this.page.querySelector("[data-neighbour-count]").textContent = count === null ? this.words.closer : this.words.neighbours.replace("{n}", count);
  }

  fit() {
    const box = shapes.bounds(this.shape) ?? (this.approved && shapes.bounds(this.approved));
    if (box) this.map.fitBounds([[box[1], box[0]], [box[3], box[2]]], { padding: [28, 28], maxZoom: CLOSEST, animate: false });
  }

  /** Shows one place by a ring for a while. */
  point([lon, lat]) {
    this.spot?.remove();
    this.spot = window.L.circleMarker([lat, lon], { radius: 12, color: this.palette.status.square, weight: 3, fill: false, interactive: false, pmIgnore: true, snapIgnore: true }).addTo(this.map);
    if (!this.map.getBounds().contains([lat, lon])) this.map.panTo([lat, lon], { animate: false });
  }
}
