// What a finished drawing or a command makes of the shape; each ends as one step that can be undone, or says why not.

import { lengthText, measures, metresPerDegree } from "./measure.js";
import * as shapes from "./shape.js";

export class Making {
  constructor(editor) {
    Object.assign(this, { editor, words: editor.words, operations: editor.operations });
  }

  get shape() {
    return this.editor.shape;
  }

  /** A finished drawing: a part, a hole, or the knife of an operation. */
  drawn(tool, rings) {
    const { words, operations } = this;
    const [ring] = rings;
    const results = {
      point: () => shapes.addPart(this.shape, "point", ring[0]), line: () => shapes.addPart(this.shape, "line", ring), polygon: () => shapes.addPart(this.shape, "polygon", [ring]),
      hole: () => this.holed(ring), cut: () => operations.cut(this.shape, ring), split: () => operations.split(this.shape, ring),
    };
    if (tool === "measure") return this.editor.telling.say(words.measured.replace("{length}", lengthText(measures({ family: "line", parts: [ring] }).length, words.units)), "good");
    let shape;
    try {
      shape = results[tool]();
    } catch (error) { // JSTS cannot work on a shape that crosses itself
      return this.editor.telling.say(words.not_possible, "bad");
    }
    return shape ? this.editor.change(shape, words.done[tool]) : this.editor.telling.say(words.nothing_done[tool], "bad");
  }

  holed(ring) {
    const holder = this.operations.holderOf(this.shape, ring);
    return holder < 0 ? null : shapes.addHole(this.shape, holder, ring);
  }

  merge() {
    const chosen = this.editor.drawing.selected.size > 1 ? [...this.editor.drawing.selected] : [...this.shape.parts.keys()];
    try {
      const merged = this.operations.merge(this.shape, chosen);
      this.editor.drawing.selected.clear();
      if (merged) this.editor.change(merged, this.words.done.merge);
      else this.editor.telling.say(this.words.nothing_done.merge, "bad");
    } catch (error) {
      this.editor.telling.say(this.words.not_possible, "bad");
    }
  }

  removeSelected() {
    const gone = [...this.editor.drawing.selected].sort((a, b) => b - a);
    if (!gone.length || !this.editor.mayEdit) return;
    this.editor.drawing.selected.clear();
    this.editor.change(gone.reduce(shapes.removePart, this.shape), this.words.done.removed);
  }

  /** Moves the chosen parts, or all, by metres to the east and north. */
  shift(event) {
    event.preventDefault();
    const [east, north] = ["east", "north"].map((name) => Number(event.target.elements[name].value || 0));
    const box = shapes.bounds(this.shape);
    if (!box || !(east || north) || !this.editor.mayEdit) return;
    const [perLon, perLat] = metresPerDegree((box[1] + box[3]) / 2);
    const parts = this.editor.drawing.selected.size ? [...this.editor.drawing.selected] : null;
    this.editor.change(shapes.shifted(this.shape, [east / perLon, north / perLat], parts), this.words.done.move);
  }
}
