import assert from "node:assert/strict";
import { test } from "node:test";

import { hits, isLongEnough, moved, optionsOf } from "../../portal/static/portal/js/combobox.js";

test("two characters suffice, spaces are none", () => {
  assert.equal(isLongEnough("平江"), true);
  assert.equal(isLongEnough("平"), false);
  assert.equal(isLongEnough(" 平  "), false);
  assert.equal(isLongEnough("𠮷"), false, "a character outside the basic plane is one");
});

test("arrows walk through the answers and back into the field", () => {
  assert.equal(moved("ArrowDown", -1, 3), 0);
  assert.equal(moved("ArrowDown", 2, 3), -1);
  assert.equal(moved("ArrowUp", -1, 3), 2);
  assert.equal(moved("ArrowUp", 0, 3), -1);
  assert.equal(moved("PageDown", 0, 3), 2);
  assert.equal(moved("x", 0, 3), null);
  assert.equal(moved("ArrowDown", -1, 0), null, "nothing to walk through");
});

test("an answer becomes one list, places first, without empty details", () => {
  const answer = {
    projects: [{ code: "YYMS-2026-0001", name: "示例路", place: "", status_label: "在建", shape: "circle", url: "/x/", lon: null, lat: null }],
    places: [{ name: "示例镇", kind_label: "乡镇", lon: 113.1, lat: 29.3, zoom: 12 }],
  };
  const options = optionsOf(answer);
  assert.deepEqual(options.map(({ group, title, detail }) => [group, title, detail]), [
    ["places", "示例镇", ["乡镇"]],
    ["projects", "示例路", ["在建", "YYMS-2026-0001"]],
  ]);
  assert.deepEqual(optionsOf({}), []);
});

test("what was typed is marked in a name, whatever its case", () => {
  assert.deepEqual(hits("示例路提质工程", "提质"), [["示例路", false], ["提质", true], ["工程", false]]);
  assert.deepEqual(hits("YYMS-2026-0001", "yyms"), [["YYMS", true], ["-2026-0001", false]]);
  assert.deepEqual(hits("示例路", "别的"), [["示例路", false]]);
});
