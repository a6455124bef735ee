import assert from "node:assert/strict";
import { test } from "node:test";

import { carried, unitAddress, unitOf, viewHash, withParameters } from "../../portal/static/portal/js/address.js";
import { compared, nextOrder, parsedOrder } from "../../portal/static/portal/js/sorting.js";

test("a unit is chosen by the parameter of its dimension, and everything else of the address stays but the page", () => {
  assert.equal(unitAddress("?rate=I12&category=08&page=3", "management", "430626"), "?rate=I12&category=08&unit=430626");
  assert.equal(unitAddress("?unit=430626&q=%E8%B7%AF", "admin", "430602"), "?q=%E8%B7%AF&region=430602");
  assert.equal(unitOf("?region=430602", "admin"), "430602");
  assert.equal(unitOf("?region=430602", "management"), "");
});

test("an empty value takes a parameter away", () => {
  assert.equal(withParameters("?tab=units&by=value", { tab: null, by: "" }), "?");
  assert.equal(withParameters("?page=2", { page: "2", by: "-value" }), "?page=2&by=-value");
});

test("a unit opens with its projects", () => {
  assert.equal(unitAddress("?tab=units&by=value", "management", "430626"), "?by=value&unit=430626");
});

test("a link carries what the page's script has changed", () => {
  assert.equal(carried("?unit=430626", "?tab=units&by=-value", ["tab", "by"]), "?unit=430626&tab=units&by=-value");
  assert.equal(carried("?unit=430626&tab=units", "", ["tab", "by"]), "?unit=430626");
  assert.equal(carried("?tab=units", "", ["tab"]), "?");
});

test("a view is written as the map reads it", () => {
  assert.equal(viewHash(9.25, 29.37, 113.1), "#9/29.3700/113.1000");
});

test("a column is sorted rising first, falling next", () => {
  assert.equal(nextOrder("value", ""), "value");
  assert.equal(nextOrder("value", "value"), "-value");
  assert.equal(nextOrder("value", "-value"), "value");
  assert.equal(nextOrder("order", "-value"), "");
  assert.deepEqual(parsedOrder("-budget"), { column: "budget", falling: true });
  assert.deepEqual(parsedOrder("nonsense"), { column: "order", falling: false });
});

test("units without a value are last in both directions, equals in the official order", () => {
  const rows = [
    { code: "a", order: "1", value: "" },
    { code: "b", order: "2", value: "0.5" },
    { code: "c", order: "3", value: "0.10" },
    { code: "d", order: "4", value: "0.5" },
  ];
  const codes = (column, falling) => [...rows].sort((x, y) => compared(x, y, column, falling)).map((row) => row.code).join("");
  assert.equal(codes("value", false), "cbda");
  assert.equal(codes("value", true), "bdca");
  assert.equal(codes("order", false), "abcd");
});
