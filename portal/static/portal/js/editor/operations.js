// Splitting, cutting and merging by JSTS, the port of JTS: pure, given the library. Vertices that an operation did not make
// keep their digits. The server checks every result again; nothing here repairs a shape.

import { EMPTY, fromGeoJSON, ringsOf, rounded, toGeoJSON } from "./shape.js";

/** JTS's kinds of faults that an editor can cause, as words of our own. */
const FAULTS = { 2: "hole-outside", 3: "nested-holes", 4: "interior-cut", 5: "self-crossing", 6: "ring-crossing", 7: "nested-parts", 8: "double-ring", 9: "too-few", 10: "bad-number", 11: "open-ring" };

export class Operations {
  constructor(jsts) {
    const { io, operation, geom } = jsts;
    this.reader = new io.GeoJSONReader(new geom.GeometryFactory());
    this.writer = new io.GeoJSONWriter();
    this.ops = operation;
  }

  geometry(shape, index = null) {
    const one = index === null ? shape : { ...shape, multi: false, parts: [shape.parts[index]] };
    return this.reader.read(toGeoJSON(one));
  }

  /** The parts of a result, each as the editor holds it, dust thrown away. */
  parts(geometry, family, before) {
    const known = new Set(before.flatMap((shape) => shape.parts.flatMap((_part, index) => ringsOf(shape, index).flat().map(String))));
    const tidy = (position) => (known.has(String(position)) ? position : position.map(rounded));
    const walk = (value) => (typeof value[0] === "number" ? tidy(value) : value.map(walk));
    const parts = [];
    for (let index = 0; index < geometry.getNumGeometries(); index += 1) {
      const piece = geometry.getGeometryN(index);
      const shape = piece.isEmpty() ? EMPTY : fromGeoJSON(this.writer.write(piece));
      if (shape.family === family) parts.push(...shape.parts.map(walk));
    }
    return parts;
  }

  /** The first thing wrong with an area: {kind, place [lon, lat]}, or null. Points and lines have no such faults. */
  fault(shape) {
    if (shape.family !== "polygon") return null;
    const small = shape.parts.findIndex((rings) => rings.some((ring) => ring.length < 3));
    if (small >= 0) return { kind: "too-few", place: shape.parts[small][0][0] };
    for (const index of shape.parts.keys()) {
      const wrong = this.faultOf(this.geometry(shape, index));
      if (wrong) return wrong;
    }
    const wrong = shape.parts.length > 1 ? this.faultOf(this.geometry(shape)) : null;
    return wrong && { ...wrong, kind: "parts-touch" }; // each is sound: they overlap or have an edge in common
  }

  faultOf(geometry) {
    const check = new this.ops.valid.IsValidOp(geometry);
    if (check.isValid()) return null;
    const error = check.getValidationError();
    const at = error.getCoordinate();
    return { kind: FAULTS[error.getErrorType()] ?? "invalid", place: at ? [at.x, at.y] : null };
  }

  /** The part that an area drawn as a hole lies in; -1 when it leaves every part or crosses a hole of it. */
  holderOf(shape, ring) {
    const hole = this.reader.read(toGeoJSON({ family: "polygon", multi: false, parts: [[ring]] }));
    return shape.parts.findIndex((_part, index) => this.geometry(shape, index).contains(hole));
  }

  /** Areas become their union, lines are joined end to end. Null when nothing touches, so that nothing would change. */
  merge(shape, indexes) {
    const chosen = shape.parts.filter((_part, index) => indexes.includes(index));
    const rest = shape.parts.filter((_part, index) => !indexes.includes(index));
    const joined = shape.family === "line" ? this.joinLines(shape, indexes) : this.union(shape, indexes);
    if (joined.length >= chosen.length) return null;
    return { ...shape, parts: [...rest, ...joined] };
  }

  union(shape, indexes) {
    const [first, ...others] = indexes.map((index) => this.geometry(shape, index));
    return this.parts(others.reduce((sum, other) => sum.union(other), first), "polygon", [shape]);
  }

  joinLines(shape, indexes) {
    const merger = new this.ops.linemerge.LineMerger();
    indexes.forEach((index) => merger.add(this.geometry(shape, index)));
    return merger.getMergedLineStrings().toArray().flatMap((line) => this.parts(line, "line", [shape]));
  }

  /** Takes the area out of every part. Null when it touches none. */
  cut(shape, ring) {
    const tool = { family: "polygon", multi: false, parts: [[ring]] };
    const knife = this.geometry(tool);
    let touched = false;
    const parts = shape.parts.flatMap((part, index) => {
      const held = this.geometry(shape, index);
      if (!held.intersects(knife)) return [part];
      touched = true;
      return this.parts(held.difference(knife), shape.family, [shape, tool]);
    });
    if (!touched) return null;
    return parts.length ? { ...shape, parts } : { ...EMPTY, multi: shape.multi };
  }

  /** Cuts every part that the line runs through; pieces of an area have an edge in common until one goes. Null when it cuts none. */
  split(shape, points) {
    const tool = { family: "line", multi: false, parts: [points] };
    const line = this.geometry(tool);
    let made = 0;
    const parts = shape.parts.flatMap((part, index) => {
      const pieces = this.pieces(shape, index, line, tool);
      made += pieces.length > 1 ? 1 : 0;
      return pieces.length > 1 ? pieces : [part];
    });
    return made ? { ...shape, parts } : null;
  }

  pieces(shape, index, line, tool) {
    const held = this.geometry(shape, index);
    if (!held.intersects(line)) return [];
    if (shape.family === "line") return this.parts(held.difference(line), "line", [shape, tool]);
    const polygonizer = new this.ops.polygonize.Polygonizer();
    polygonizer.add(held.getBoundary().union(line));
    const inside = polygonizer.getPolygons().toArray().filter((piece) => held.contains(piece.getInteriorPoint()));
    return inside.flatMap((piece) => this.parts(piece, "polygon", [shape, tool]));
  }
}
