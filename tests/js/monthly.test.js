import assert from "node:assert/strict";
import { test } from "node:test";

import { cellsOf, filled, headsOf, placed, plainNumber, sumOf } from "../../portal/static/portal/js/monthly/block.js";

const COLUMNS = [
  { field: "physical_pct", words: ["形象进度", "进度"] },
  { field: "invested_period", words: ["本月完成投资", "本期完成投资"] },
  { field: "invested_cumulative", words: ["累计完成投资"] },
  { field: "problems", words: ["存在问题"] },
];
const ROWS = [
  { code: "YYMS-2026-0001", name: "甲路改造" },
  { code: "YYMS-2026-0002", name: "乙小区改造" },
  { code: "YYMS-2026-0003", name: "丙学校" },
];

test("a block of Excel keeps a cell with line breaks, tabs and quotes together", () => {
  assert.deepEqual(cellsOf("1\t2\r\n3\t\"说\"\"好\"\"\n第二行\"\r\n"), [["1", "2"], ["3", '说"好"\n第二行']]);
  assert.deepEqual(cellsOf('管径 24"\t3'), [['管径 24"', "3"]]);
  assert.deepEqual(cellsOf('"未闭合\t3'), [['"未闭合', "3"]]);
  assert.deepEqual(cellsOf("1\t\t3"), [["1", "", "3"]]);
});

test("a pasted number loses its separators and full-width forms, a dash is nothing", () => {
  assert.equal(plainNumber(" 1,234.50 "), "1234.50");
  assert.equal(plainNumber("１，２３４．５"), "1234.5");
  assert.equal(plainNumber("—"), "");
  assert.equal(plainNumber("62%"), "62%");
});

test("a block goes down and to the right from its cell, what lies beyond is counted", () => {
  const found = placed(cellsOf("50\t10\n60\t20\n70\t30"), { row: 1, column: 0 }, COLUMNS, ROWS);
  assert.deepEqual(found.writes.map(({ row, field, text }) => [row, field, text]), [
    [1, "physical_pct", "50"], [1, "invested_period", "10"], [2, "physical_pct", "60"], [2, "invested_period", "20"],
  ]);
  assert.equal(found.beyond, 1);
  assert.equal(placed(cellsOf("1\t2"), { row: 0, column: 3 }, COLUMNS, ROWS).wide, true);
});

test("rows that name their projects find them in any order, by code or by name", () => {
  const block = cellsOf("丙学校\t30\t3\nYYMS-2026-0001\t10\t1\n不认识的项目\t99\t9\n乙小区改造\t20\t2");
  const found = placed(block, { row: 2, column: 2 }, COLUMNS, ROWS);
  assert.deepEqual(found.writes.filter(({ field }) => field === "physical_pct").map(({ row, text }) => [row, text]), [
    [2, "30"], [0, "10"], [1, "20"],
  ]);
  assert.deepEqual(found.unknown, ["不认识的项目"]);
  assert.equal(found.wide, false);
});

test("a row of heads says which column is which, and unknown columns are left out", () => {
  const block = cellsOf("序号\t项目名称\t累计完成投资(万元)\t形象进度（％）\t备注\n1\t乙小区改造\t500\t45\t略");
  assert.deepEqual(headsOf(block[0], COLUMNS), [null, null, "invested_cumulative", "physical_pct", null]);
  const found = placed(block, { row: 0, column: 0 }, COLUMNS, ROWS);
  assert.deepEqual(found.writes, [
    { row: 1, field: "invested_cumulative", text: "500" }, { row: 1, field: "physical_pct", text: "45" },
  ]);
});

test("a name that two projects share names neither", () => {
  const twins = [...ROWS, { code: "YYMS-2026-0004", name: "甲路改造" }];
  const found = placed(cellsOf("甲路改造\t1\n乙小区改造\t2\n丙学校\t3"), { row: 0, column: 0 }, COLUMNS, twins);
  assert.deepEqual(found.unknown, ["甲路改造"]);
  assert.equal(found.writes.length, 2);
});

test("running sums are exact to the fen", () => {
  assert.equal(sumOf("0.1", "0.2"), "0.3");
  assert.equal(sumOf("1,234.5", "65.50"), "1,300");
  assert.equal(sumOf("10", "-0.25"), "9.75");
  assert.equal(sumOf("", "5"), "");
  assert.equal(sumOf("10", "约5"), "");
});

test("sentences are filled in by name", () => {
  assert.equal(filled("已保存 {n} 行,{x}", { n: 3 }), "已保存 3 行,{x}");
});
