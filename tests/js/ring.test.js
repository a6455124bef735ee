import assert from "node:assert/strict";
import { test } from "node:test";

import { corners, MOST_CORNERS, ringText, simplified } from "../../portal/static/portal/js/map/ring.js";
import { fit } from "../../portal/static/portal/js/printing.js";

const p = (x, y) => ({ x, y });

test("points on a straight line go, corners stay", () => {
  assert.deepEqual(simplified([p(0, 0), p(5, 0.5), p(10, 0), p(10, 10)], 2), [p(0, 0), p(10, 0), p(10, 10)]);
});

test("a line of a thousand wiggles fits into an address, and a closed one does not repeat its first corner", () => {
  const wild = Array.from({ length: 1000 }, (_, i) => p(300 + 200 * Math.cos(i / 159) + (i % 7), 300 + 200 * Math.sin(i / 159) + (i % 5)));
  const found = corners([...wild, wild[0]]);
  assert.ok(found.length <= MOST_CORNERS && found.length > 5);
  assert.notDeepEqual(found[0], found.at(-1));
});

test("an address has longitude before latitude with six decimals", () => {
  assert.equal(ringText([{ lat: 29.37, lng: 113.13 }, { lat: 29.4, lng: 113.2 }]), "113.130000,29.370000,113.200000,29.400000");
});

test("a map is made to fit a sheet and never larger than it is", () => {
  assert.equal(fit(500, 300), 1);
  assert.ok(fit(1486, 796) * 1486 <= 1046.01 && fit(1486, 796) * 796 <= 560.01);
  assert.equal(fit(500, 300, { width: 1000, height: 500, most: 1.5 }), 1.5);
});
