import assert from "node:assert/strict";
import { test } from "node:test";

import { dateText, moneyText, percentText } from "../../portal/static/portal/js/figures.js";

test("money is written in 万元 up to one 亿 and in 亿元 from there on", () => {
  assert.equal(moneyText(32_659_182.22), "3,265.92 万元");
  assert.equal(moneyText(99_999_999.99), "10,000.00 万元");
  assert.equal(moneyText(100_000_000), "1.00 亿元");
});

test("half a hundredth goes up, also where a binary fraction would fall short", () => {
  assert.equal(moneyText(1_234_550), "123.46 万元");
  assert.equal(moneyText(10_050), "1.01 万元");
});

test("English counts in yuan, million and billion", () => {
  assert.equal(moneyText(98_310_000, "en"), "98.31 million yuan");
  assert.equal(moneyText(999_999_999, "en"), "1,000.00 million yuan");
  assert.equal(moneyText(8_641_000_000, "en"), "8.64 billion yuan");
  assert.equal(moneyText(816_479.5, "en"), "816,480 yuan");
  assert.equal(moneyText(0.4, "en"), "0 yuan");
  assert.equal(dateText("2026-03-08", "en"), "8 March 2026");
});

test("a negative amount keeps its sign and a rounded nothing has none", () => {
  assert.equal(moneyText(-816_479.56), "-81.65 万元");
  assert.equal(moneyText(-1), "0.00 万元");
});

test("nothing known is null and never zero", () => {
  for (const value of [null, undefined, Number.NaN, "12"]) {
    assert.equal(moneyText(value), null);
    assert.equal(percentText(value), null);
  }
  assert.equal(dateText(undefined), null);
});

test("percents have one decimal and dates no leading zeros", () => {
  assert.equal(percentText(62.35), "62.4%");
  assert.equal(percentText(0), "0.0%");
  assert.equal(percentText(1160.9), "1,160.9%");
  assert.equal(dateText("2026-03-08T00:00:00+08:00"), "2026年3月8日");
});
