// The progress that the form shows before the server has answered is the server's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { progressOf } from "../../portal/static/portal/js/reporting/progress.js";

const OLD_COMMUNITY = [5, 30, 20, 20, 10, 10, 5];

test("the weighted sum of the nodes", () => {
  const said = ["100", "50%", "", "", "", "", ""];
  assert.equal(progressOf(OLD_COMMUNITY.map((weight, place) => [weight, said[place]])), 20);
  assert.equal(progressOf([[50, "66.69"], [50, "0"]]), 33.35); // half a hundredth goes up, here and there
  assert.equal(progressOf([[60, "100"], [40, "100"]]), 100);
});

test("untouched nodes and what cannot be read say nothing", () => {
  assert.equal(progressOf([[50, ""], [50, " "]]), null);
  for (const wrong of ["x", "101", "-1", "1e9"]) assert.equal(progressOf([[100, wrong]]), null, wrong);
});
