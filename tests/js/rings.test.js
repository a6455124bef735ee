import assert from "node:assert/strict";
import { test } from "node:test";

import { countOf, multiPolygon, partsOf } from "../../portal/static/portal/js/administration/rings.js";

const ring = (west, south, size) => [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]];
const SHAPE = { type: "MultiPolygon", coordinates: [[ring(113, 29, 1), ring(113.125, 29.125, 0.25), ring(113.5, 29.5, 0.25)], [ring(115, 29, 1), ring(115.25, 29.25, 0.5)]] };
const asLeaflet = (parts) => parts.map((rings) => rings.map((one) => one.map(([lat, lng]) => ({ lat, lng }))));

test("two parts with holes come back with every hole", () => {
  assert.deepEqual(multiPolygon(asLeaflet(partsOf(SHAPE))), SHAPE);
});

test("a polygon becomes a multi polygon of one part", () => {
  assert.deepEqual(multiPolygon(asLeaflet(partsOf({ type: "Polygon", coordinates: SHAPE.coordinates[0] }))).coordinates, [SHAPE.coordinates[0]]);
});

test("parts, holes and corners are counted", () => {
  assert.deepEqual(countOf(SHAPE), { parts: 2, holes: 3, corners: 20 });
});

test("what is no area has no parts", () => {
  for (const shape of [null, {}, { type: "Point", coordinates: [1, 2] }]) assert.deepEqual(partsOf(shape), []);
});

test("a ring of two corners is dropped, and a part without rings too", () => {
  assert.deepEqual(multiPolygon([[[{ lat: 1, lng: 2 }, { lat: 3, lng: 4 }]]]), { type: "MultiPolygon", coordinates: [] });
});
