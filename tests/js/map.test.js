import assert from "node:assert/strict";
import { test } from "node:test";

import { anchor, distanceToLines, isInside, LINE, POINT, POLYGON } from "../../portal/static/portal/js/map/geometry.js";
import { pick } from "../../portal/static/portal/js/map/pick.js";
import { markPath, markRadius, SHAPES } from "../../portal/static/portal/js/map/symbols.js";

const p = (x, y) => ({ x, y });
const square = (x, y, side) => [p(x, y), p(x + side, y), p(x + side, y + side), p(x, y + side), p(x, y)];
const feature = (code, geomType, geom) => ({ geomType, geom, props: { code } });
const options = { scale: 1, radiusOf: () => 5, shapesShown: true };

test("a mark stands half way along the longest line and in the middle of the largest ring", () => {
  assert.deepEqual(anchor(LINE, [[p(0, 0), p(1, 0)], [p(0, 0), p(10, 0), p(10, 10)]]), p(10, 0));
  const centre = anchor(POLYGON, [square(100, 100, 1), square(0, 0, 10)]);
  assert.ok(Math.abs(centre.x - 5) < 1e-9 && Math.abs(centre.y - 5) < 1e-9);
  assert.deepEqual(anchor(POINT, [[p(3, 4)]]), p(3, 4));
});

test("a hole is outside", () => {
  const rings = [square(0, 0, 10), square(3, 3, 4)];
  assert.equal(isInside(p(1, 1), rings), true);
  assert.equal(isInside(p(5, 5), rings), false);
});

test("the distance to a line is measured to its segments, not to its vertices", () => {
  assert.equal(distanceToLines(p(50, 3), [[p(0, 0), p(100, 0)]]), 3);
});

test("a point on top of an area is the one that is picked", () => {
  const area = feature("area", POLYGON, [square(0, 0, 100)]);
  const point = feature("point", POINT, [[p(20, 20)]]);
  assert.equal(pick([area, point], p(22, 22), options).props.code, "point");
  assert.equal(pick([area, point], p(80, 20), options).props.code, "area");
  assert.equal(pick([area, point], p(200, 200), options), null);
});

test("of two areas the smaller one is picked", () => {
  const large = feature("large", POLYGON, [square(0, 0, 100)]);
  const small = feature("small", POLYGON, [square(60, 0, 30)]);
  assert.equal(pick([large, small], p(65, 2), options).props.code, "small");
});

test("before shapes are drawn only marks can be hit", () => {
  const line = feature("line", LINE, [[p(0, 0), p(100, 0)]]);
  assert.equal(pick([line], p(10, 0), { ...options, shapesShown: false }), null);
  assert.equal(pick([line], p(50, 4), { ...options, shapesShown: false }).props.code, "line");
});

test("marks are 7 to 14 pixels wide and grow with the investment", () => {
  assert.equal(markRadius(undefined), 3.5);
  assert.equal(markRadius(1), 3.5);
  assert.equal(markRadius(1e12), 7);
  assert.ok(markRadius(1e7) < markRadius(1e8));
});

test("every status shape has an outline of its own", () => {
  assert.equal(new Set(SHAPES.map((shape) => markPath(shape))).size, SHAPES.length);
});
