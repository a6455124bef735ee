// What was drawn, step by step: undo, redo, and whether anything differs from what the server holds.

import { equal } from "./shape.js";

/** Steps kept; each is a few lists that share all they have in common. */
const KEPT = 200;

export class History {
  constructor(shape) {
    this.reset(shape);
  }

  /** The shape as it came from the server: nothing to undo. */
  reset(shape) {
    this.steps = [{ shape, label: "" }];
    this.at = 0;
    this.saved = shape;
  }

  get shape() {
    return this.steps[this.at].shape;
  }

  /** @returns {boolean} whether the step changed anything */
  push(shape, label) {
    if (equal(shape, this.shape)) return false;
    this.steps = [...this.steps.slice(0, this.at + 1), { shape, label }].slice(-KEPT);
    this.at = this.steps.length - 1;
    return true;
  }

  /** What undo would take back, "" when there is nothing. */
  get undoable() {
    return this.at > 0 ? this.steps[this.at].label : "";
  }

  get redoable() {
    return this.steps[this.at + 1]?.label ?? "";
  }

  undo() {
    this.at = Math.max(0, this.at - 1);
    return this.shape;
  }

  redo() {
    this.at = Math.min(this.steps.length - 1, this.at + 1);
    return this.shape;
  }

  markSaved() {
    this.saved = this.shape;
  }

  get isDirty() {
    return !equal(this.saved, this.shape);
  }
}
