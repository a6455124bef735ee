import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fillRules, isUnit, paintOf, unitAt } from "../../portal/static/portal/js/map/fill.js";
import { spread } from "../../portal/static/portal/js/map/spread.js";
import { shiftFor } from "../../portal/static/portal/js/map/view.js";

const CSS = readFileSync(new URL("../../portal/static/portal/css/tokens.css", import.meta.url), "utf8");
const p = (x, y) => ({ x, y });
const square = (x, side) => [[p(x, 0), p(x + side, 0), p(x + side, side), p(x, side), p(x, 0)]];
const unit = (code, kind, dimension, x) => ({ props: { code, kind, dimension }, geom: square(x, 10) });

test("a zone divides the city in the management dimension only, a county in each by its own shape", () => {
  assert.equal(isUnit(unit("z", "zone", "management", 0), "management"), true);
  assert.equal(isUnit(unit("c", "county", "admin", 0), "management"), false);
  assert.equal(isUnit(unit("t", "township", "admin", 0), "admin"), false);
  assert.equal(isUnit(unit("y", "city", "admin", 0), "admin"), false);
});

test("the unit under the pointer is that of the dimension", () => {
  const features = [unit("city", "city", "admin", 0), unit("county", "county", "admin", 0), unit("zone", "zone", "management", 0)];
  assert.equal(unitAt(features, p(5, 5), "admin").props.code, "county");
  assert.equal(unitAt(features, p(5, 5), "management").props.code, "zone");
  assert.equal(unitAt(features, p(50, 5), "admin"), null);
});

test("without a rate no unit is painted and only the chosen one has an outline", () => {
  const { areas, edges } = fillRules({ dimension: "admin", classes: {}, chosen: "430626" }, {});
  assert.deepEqual(areas, []);
  assert.equal(edges.length, 1);
  assert.equal(edges[0].filter(9, unit("430626", "county", "admin", 0)), true);
  assert.equal(edges[0].filter(9, unit("430602", "county", "admin", 0)), false);
});

test("zero, too few and no data are painted each in its own way, and an unknown class as no data", () => {
  const c = { steps: ["s0", "s1", "s2", "s3", "s4"], zero: "z", few: "f", none: "n" };
  assert.deepEqual(paintOf("3", c), { colour: "s3", hatched: false, dotted: false });
  assert.deepEqual(paintOf("zero", c), { colour: "z", hatched: false, dotted: false });
  assert.deepEqual(paintOf("few", c), { colour: "f", hatched: false, dotted: true });
  assert.deepEqual(paintOf("none", c), { colour: "n", hatched: true, dotted: false });
  assert.deepEqual(paintOf(undefined, c), { colour: "n", hatched: true, dotted: false });
});

test("circles on one spot part, one that stands alone stays", () => {
  const circles = [{ x: 0, y: 0, radius: 40 }, { x: 0, y: 0, radius: 25 }, { x: 400, y: 0, radius: 30 }];
  const at = spread(circles).map(({ dx, dy }, index) => p(circles[index].x + dx, circles[index].y + dy));
  assert.ok(Math.hypot(at[1].x - at[0].x, at[1].y - at[0].y) >= 64);
  assert.deepEqual(at[2], p(400, 0));
  assert.ok(Math.hypot(at[1].x, at[1].y) > Math.hypot(at[0].x, at[0].y), "the smaller one gives way");
  assert.ok(Math.hypot(at[1].x, at[1].y) <= 56.001, "no farther than allowed");
});

test("the view steps aside for the legend as far as there is room", () => {
  assert.equal(shiftFor(250, 1000, 700), 100, "150 px are free on each side");
  assert.equal(shiftFor(250, 1400, 700), 0, "the legend covers nothing");
  assert.equal(shiftFor(300, 600, 700), 0, "no room to give");
});

// --- the ramp: told apart in grey print and by people who do not see red or green

const linear = (byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
const channels = (hex) => [1, 3, 5].map((at) => linear(parseInt(hex.slice(at, at + 2), 16)));
/** CIE L* of linear sRGB. */
const lightness = ([r, g, b]) => {
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
};
/** Viénot, Brettel and Mollon (1999): linear sRGB as a deuteranope sees it. */
const deuteranope = ([r, g, b]) => [0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b];

function ramp(block) {
  return [0, 1, 2, 3, 4].map((step) => channels(new RegExp(`--c-${step}: (#[0-9a-f]{6})`).exec(block)[1]));
}

const [light, dark] = CSS.split(':root[data-theme="dark"]');

for (const [theme, block, direction] of [["light", light, -1], ["dark", dark, 1]]) {
  for (const [eye, seen] of [["in grey", (c) => c], ["for a deuteranope", deuteranope]]) {
    test(`the ${theme} ramp has clear steps in one direction ${eye}`, () => {
      const steps = ramp(block).map((colour) => lightness(seen(colour)));
      for (let i = 1; i < steps.length; i += 1) {
        const step = direction * (steps[i] - steps[i - 1]);
        assert.ok(step >= 6, `step ${i}: ${step.toFixed(1)} of L*`);
      }
    });
  }
}
