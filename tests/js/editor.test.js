import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

import { History } from "../../portal/static/portal/js/editor/history.js";
import { meaning } from "../../portal/static/portal/js/editor/keys.js";
import { areaText, distance, lengthText, measures, metresPerDegree } from "../../portal/static/portal/js/editor/measure.js";
import { Operations } from "../../portal/static/portal/js/editor/operations.js";
import { rebased } from "../../portal/static/portal/js/editor/rebase.js";
import { changeText } from "../../portal/static/portal/js/editor/telling.js";
import { typed } from "../../portal/static/portal/js/editor/vertices.js";
import * as shapes from "../../portal/static/portal/js/editor/shape.js";

vm.runInThisContext(readFileSync(new URL("../../node_modules/jsts/dist/jsts.min.js", import.meta.url), "utf8"));
const operations = new Operations(globalThis.jsts);

const ring = (west, south, size) => [[west, south], [west + size, south], [west + size, south + size], [west, south + size]];
const closed = (points) => [...points, points[0]];
const areas = (...parts) => ({ family: "polygon", multi: true, parts });
const lines = (...parts) => ({ family: "line", multi: true, parts });
const area = (shape) => measures(shape).area;

const SIX = {
  Point: [113.12345678901234, 29.3],
  LineString: [[113.1, 29.3], [113.2, 29.30000000000001], [113.3, 29.2]],
  Polygon: [closed(ring(113, 29, 1)), closed(ring(113.2, 29.2, 0.1)), closed(ring(113.5, 29.5, 0.1))],
  MultiPoint: [[113.1, 29.3]],
  MultiLineString: [[[113.1, 29.3], [113.2, 29.3]], [[113.1, 29.4], [113.2, 29.4], [113.3, 29.5]]],
  MultiPolygon: [[closed(ring(113, 29, 1)), closed(ring(113.2, 29.2, 0.1))], [closed(ring(115, 29, 0.5))]],
};

for (const [type, coordinates] of Object.entries(SIX)) {
  test(`a ${type} comes back to the last digit, with its type, parts and holes`, () => {
    assert.deepEqual(shapes.toGeoJSON(shapes.fromGeoJSON({ type, coordinates })), { type, coordinates });
  });
}

test("a collection is no shape, and nothing stays nothing", () => {
  assert.throws(() => shapes.fromGeoJSON({ type: "GeometryCollection", geometries: [] }), TypeError);
  assert.equal(shapes.toGeoJSON(shapes.fromGeoJSON(null)), null);
  assert.equal(shapes.toGeoJSON(shapes.fromGeoJSON({ type: "MultiPolygon", coordinates: [] })), null);
});

test("a second part makes a Multi of a single, never a collection", () => {
  const one = shapes.fromGeoJSON({ type: "Polygon", coordinates: SIX.Polygon });
  const two = shapes.addPart(one, "polygon", [ring(115, 29, 1)]);
  assert.equal(shapes.toGeoJSON(two).type, "MultiPolygon");
  assert.deepEqual(shapes.toGeoJSON(two).coordinates[0], SIX.Polygon);
  assert.throws(() => shapes.addPart(one, "line", [[1, 2], [3, 4]]), TypeError);
});

test("heights are left behind", () => {
  assert.deepEqual(shapes.fromGeoJSON({ type: "LineString", coordinates: [[1, 2, 9], [3, 4, 9]] }).parts, [[[1, 2], [3, 4]]]);
});

test("a vertex is moved, put in and taken away in its own ring", () => {
  const held = shapes.fromGeoJSON({ type: "Polygon", coordinates: [closed(ring(0, 0, 4)), closed(ring(1, 1, 1))] });
  const moved = shapes.moveVertex(held, { part: 0, ring: 1, vertex: 0 }, [1.5, 1.5]);
  assert.deepEqual(moved.parts[0][1][0], [1.5, 1.5]);
  assert.deepEqual(held.parts[0][1][0], [1, 1], "nothing is changed in place");
  assert.deepEqual(shapes.insertVertex(held, { part: 0, ring: 0, vertex: 3 }).parts[0][0][4], [0, 2]);
  assert.equal(shapes.removeVertex(held, { part: 0, ring: 0, vertex: 0 }).parts[0][0].length, 3);
});

test("a ring with too few vertices left goes, with its part when it was the outer one", () => {
  const held = areas([[[0, 0], [4, 0], [4, 4]], [[1, 1], [2, 1], [2, 2]]], [ring(8, 8, 1)]);
  assert.deepEqual(shapes.counts(shapes.removeVertex(held, { part: 0, ring: 1, vertex: 0 })), { parts: 2, holes: 0, vertices: 7 });
  assert.deepEqual(shapes.counts(shapes.removeVertex(held, { part: 0, ring: 0, vertex: 0 })), { parts: 1, holes: 0, vertices: 4 });
  const last = shapes.removePart(lines([[0, 0], [1, 1]]), 0);
  assert.equal(last.family, null);
});

test("a line grows beyond its end and half way between", () => {
  const held = lines([[0, 0], [2, 2]]);
  assert.deepEqual(shapes.insertVertex(held, { part: 0, ring: 0, vertex: 0 }).parts[0], [[0, 0], [1, 1], [2, 2]]);
  assert.deepEqual(shapes.insertVertex(held, { part: 0, ring: 0, vertex: 1 }).parts[0], [[0, 0], [2, 2], [4, 4]]);
});

test("what a layer gives back keeps the digits that were there and rounds the new ones", () => {
  const before = [[113.12345678901234, 29.1], [113.2, 29.2]];
  const read = shapes.readBack("line", [[before[0], [113.99999999999999, 29.123456789]]], before);
  assert.deepEqual(read, [[113.12345678901234, 29.1], [114, 29.12345679]]);
});

test("the extent of many vertices needs no deep stack", () => {
  const many = Array.from({ length: 200_000 }, (_value, index) => [113 + index / 1e6, 29]);
  assert.deepEqual(shapes.bounds(lines(many)), [113, 29, 113.199999, 29]);
  assert.equal(shapes.bounds(shapes.EMPTY), null);
});

test("undo and redo go step by step, and a new step ends what could be redone", () => {
  const history = new History(shapes.EMPTY);
  assert.equal(history.push(shapes.EMPTY, "nothing"), false);
  const first = lines([[0, 0], [1, 1]]);
  const second = shapes.addPart(first, "line", [[5, 5], [6, 6]]);
  history.push(first, "line");
  history.push(second, "second");
  assert.equal(history.undoable, "second");
  assert.equal(shapes.equal(history.undo(), first), true);
  assert.equal(history.redoable, "second");
  assert.equal(shapes.equal(history.redo(), second), true);
  history.markSaved();
  assert.equal(history.isDirty, false);
  history.undo();
  assert.equal(history.isDirty, true);
  history.push(shapes.removePart(first, 0), "removed");
  assert.equal(history.redoable, "");
});

test("distances are those of the ellipsoid", () => {
  // half a quarter of the meridian and a degree of the equator of GRS 80, from the series of the Handbuch der Vermessungskunde
  assert.ok(Math.abs(distance([113, 0], [114, 0]) - (6378137 * Math.PI) / 180) < 1e-6);
  assert.ok(Math.abs(distance([113, 0], [113, 90]) - 10001965.7293) < 1e-3);
  assert.equal(distance([113, 29], [113, 29]), 0);
});

test("an area loses its holes, and the step of a metre agrees with the distance", () => {
  const whole = areas([ring(113, 29, 0.01)]);
  const holed = areas([ring(113, 29, 0.01), ring(113.002, 29.002, 0.002)]);
  assert.ok(area(holed) < area(whole) * 0.961 && area(holed) > area(whole) * 0.959);
  const [east, north] = metresPerDegree(29);
  assert.ok(Math.abs(distance([113, 29], [113.0001, 29]) / 0.0001 - east) < 0.01);
  assert.ok(Math.abs(distance([113, 28.9999], [113, 29.0001]) / 0.0002 - north) < 0.01);
});

test("figures change their unit as people do", () => {
  const units = { m: "米", km: "公里", m2: "平方米", ha: "公顷", km2: "平方公里" };
  assert.equal(lengthText(999.94, units), "999.9 米");
  assert.equal(lengthText(1234.6, units), "1.235 公里");
  assert.equal(areaText(9999, units), "9,999.0 平方米");
  assert.equal(areaText(136_000, units), "13.6000 公顷");
  assert.equal(areaText(3_250_000, units), "3.2500 平方公里");
});

test("a line through an area makes two, holes stay where they lie", () => {
  const held = areas([ring(0, 0, 10), ring(1, 1, 1)], [ring(20, 0, 1)]);
  const cut = operations.split(held, [[5, -1], [5, 11]]);
  assert.deepEqual(shapes.counts(cut), { parts: 3, holes: 1, vertices: 16 });
  assert.equal(operations.split(held, [[5, 2], [6, 3]]), null, "a line that ends inside cuts nothing");
  assert.equal(operations.split(held, [[50, 2], [60, 3]]), null);
  assert.equal(operations.fault(cut).kind, "parts-touch", "two pieces of one shape may not have an edge in common");
  assert.equal(operations.fault(shapes.removePart(cut, 0)), null);
});

test("a line through a hole cuts the ring around it", () => {
  const cut = operations.split(areas([ring(0, 0, 10), ring(4, 4, 2)]), [[5, -1], [5, 11]]);
  assert.deepEqual(shapes.counts(cut), { parts: 2, holes: 0, vertices: 16 });
});

test("a line is split by a line, and joined again", () => {
  const cut = operations.split(lines([[0, 0], [10, 0]]), [[5, -1], [5, 1]]);
  assert.deepEqual(cut.parts, [[[0, 0], [5, 0]], [[5, 0], [10, 0]]]);
  assert.equal(operations.merge(cut, [0, 1]).parts.length, 1);
  assert.equal(operations.merge(lines([[0, 0], [1, 0]], [[5, 5], [6, 6]]), [0, 1]), null);
});

test("areas that touch become one; those apart stay", () => {
  const held = areas([ring(0, 0, 2)], [ring(2, 0, 2)], [ring(9, 9, 1)]);
  const merged = operations.merge(held, [0, 1]);
  assert.deepEqual(shapes.counts(merged).parts, 2);
  assert.deepEqual(merged.parts[0], [ring(9, 9, 1)], "what was not chosen is not touched");
  assert.equal(operations.merge(held, [0, 2]), null);
});

test("cutting away makes a bay, a hole or nothing", () => {
  const held = areas([ring(0, 0, 10)]);
  assert.equal(shapes.counts(operations.cut(held, ring(4, 4, 1))).holes, 1);
  assert.equal(shapes.counts(operations.cut(held, ring(-1, -1, 2))).vertices, 6);
  assert.equal(operations.cut(held, ring(50, 50, 1)), null);
  assert.deepEqual({ ...operations.cut(held, ring(-1, -1, 20)) }, { ...shapes.EMPTY });
});

test("a hole must lie inside one part", () => {
  const held = areas([ring(20, 0, 1)], [ring(0, 0, 10), ring(4, 4, 2)]);
  assert.equal(operations.holderOf(held, ring(1, 1, 1)), 1);
  assert.equal(operations.holderOf(held, ring(3, 3, 2)), -1, "over another hole");
  assert.equal(operations.holderOf(held, ring(9, 9, 2)), -1, "over the edge");
});

test("a fault is named with its place", () => {
  const bow = operations.fault(areas([[[0, 0], [1, 1], [1, 0], [0, 1]]]));
  assert.deepEqual(bow, { kind: "self-crossing", place: [0.5, 0.5] });
  assert.equal(operations.fault(areas([ring(0, 0, 4), ring(8, 8, 1)])).kind, "hole-outside");
  assert.equal(operations.fault(areas([ring(0, 0, 4), ring(1, 1, 1)])), null);
  assert.equal(operations.fault(lines([[0, 0], [1, 1]])), null);
});

test("changes to different parts are put together", () => {
  const [a, b, c] = [[ring(0, 0, 1)], [ring(5, 0, 1)], [ring(9, 0, 1)]];
  const moved = [ring(0, 0, 2)];
  const found = rebased(areas(a, b), areas(moved, b), areas(a, c));
  assert.deepEqual(found.shape.parts, [c, moved]);
  assert.deepEqual([found.kept, found.taken], [2, 2]);
});

test("changes to the same part are a person's to decide, the same change is not", () => {
  const [a, one, other] = [[ring(0, 0, 1)], [ring(0, 0, 2)], [ring(0, 0, 3)]];
  assert.equal(rebased(areas(a), areas(one), areas(other)).shape, null);
  assert.deepEqual(rebased(areas(a), areas(one), areas(one)).shape.parts, [one]);
  assert.equal(rebased(areas(a), lines([[0, 0], [1, 1]]), areas(a, one)).shape, null);
});

test("a first shape drawn by two people at once is put together only where both are of one family", () => {
  const found = rebased(shapes.EMPTY, areas([ring(0, 0, 1)]), areas([ring(5, 5, 1)]));
  assert.equal(found.shape.parts.length, 2);
});

const stroke = (key, more = {}) => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });

test("letters choose tools only while nothing is typed", () => {
  assert.deepEqual(meaning(stroke("a"), false), { tool: "polygon" });
  assert.deepEqual(meaning(stroke("A"), false), { tool: "polygon" });
  assert.equal(meaning(stroke("a"), true), null);
  assert.equal(meaning(stroke("q"), false), null);
  assert.deepEqual(meaning(stroke("Delete"), false), { act: "remove" });
  assert.equal(meaning(stroke("Delete"), true), null);
});

test("Ctrl+S keeps the draft even from a field, Ctrl+Z there belongs to the field", () => {
  assert.deepEqual(meaning(stroke("s", { ctrlKey: true }), true), { act: "draft" });
  assert.deepEqual(meaning(stroke("z", { metaKey: true }), false), { act: "undo" });
  assert.deepEqual(meaning(stroke("Z", { ctrlKey: true, shiftKey: true }), false), { act: "redo" });
  assert.equal(meaning(stroke("z", { ctrlKey: true }), true), null);
});

test("a coordinate is read as Chinese keyboards write it, and nothing else is taken for one", () => {
  assert.equal(typed("113.1025", 0), 113.1025);
  assert.equal(typed(" １１３．１° ", 0), 113.1);
  assert.equal(typed("113。1", 0), 113.1);
  for (const text of ["", "一百", "113.1.2", "Infinity", "181"]) assert.equal(typed(text, 0), null, text);
  assert.equal(typed("113", 1), null, "a longitude in the place of a latitude");
});

test("a change of size is told in percent, and nothing is told of nothing", () => {
  assert.equal(changeText(136, 124), "+9.7%");
  assert.equal(changeText(50, 100), "−50.0%");
  assert.equal(changeText(100.01, 100), "+<0.1%");
  assert.equal(changeText(5, 0), "");
  assert.equal(changeText(5, 5), "");
});
