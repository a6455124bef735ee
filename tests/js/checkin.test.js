import assert from "node:assert/strict";
import { test } from "node:test";

import { accuracyText, better, failure, metresBetween, missing, moved, quality } from "../../portal/static/portal/js/checkin/judge.js";

const NOW = 1_700_000_000_000;
const fix = (changed = {}) => ({ lon: 113.1, lat: 29.3, accuracy: 10, timestamp: NOW, ...changed });
const all = (changed = {}) => ({ fix: fix(), worst: 100, stale: 270, project: { reach: "yes" }, now: NOW, ...changed });

test("a much worse position does not replace a fresh good one, and does replace an old one", () => {
  assert.equal(better(null, fix(), NOW), true);
  assert.equal(better(fix(), fix({ accuracy: 200 }), NOW + 5_000), false);
  assert.equal(better(fix(), fix({ accuracy: 14 }), NOW + 5_000), true);
  assert.equal(better(fix(), fix({ accuracy: 200 }), NOW + 31_000), true);
});

test("a hundred metres are good enough and no more", () => {
  assert.equal(quality(fix({ accuracy: 100 }), 100), "good");
  assert.equal(quality(fix({ accuracy: 100.1 }), 100), "poor");
});

test("the projects are asked for anew after a step or a change of doubt", () => {
  assert.equal(moved(null, fix()), true);
  assert.equal(moved(fix(), fix()), false);
  assert.equal(moved(fix(), fix({ lat: 29.3001 })), false);
  assert.equal(moved(fix(), fix({ lat: 29.3002 })), true);
  assert.equal(moved(fix(), fix({ accuracy: 40 })), true);
});

test("distances are right to half a percent", () => {
  assert.ok(Math.abs(metresBetween(fix(), fix({ lat: 29.31 })) - 1108.6) < 5);
  assert.ok(Math.abs(metresBetween(fix(), fix({ lon: 113.11 })) - 971.5) < 5);
});

test("the button says what is missing, in order", () => {
  assert.equal(missing(all()), "");
  assert.equal(missing(all({ project: { reach: "free" } })), "");
  assert.equal(missing(all({ fix: null })), "needPosition");
  assert.equal(missing(all({ fix: fix({ accuracy: 101 }) })), "needPosition");
  assert.equal(missing(all({ now: NOW + 271_000 })), "stale");
  assert.equal(missing(all({ project: null })), "needProject");
  assert.equal(missing(all({ project: { reach: "no" } })), "needNearer");
});

test("every error of the browser has its sentence", () => {
  assert.deepEqual([1, 2, 3, 9].map(failure), ["denied", "unavailable", "timeout", "unavailable"]);
});

test("no phone is surer than a metre", () => {
  assert.equal(accuracyText(0.2, "{n} 米"), "±1 米");
  assert.equal(accuracyText(1234.4, "{n} m"), "±1,234 m");
});
