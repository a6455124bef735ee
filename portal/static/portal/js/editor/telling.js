// What the page says: one line about the last thing, the figures, the findings with their answers.

import { areaText, lengthText, measures } from "./measure.js";
import { counts } from "./shape.js";

const MARKS = { block: "■", ask: "?", headquarters: "▲", warn: "○" };

export function element(tag, { text = "", className = "", ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** "12.4000 公顷", "1.235 公里", "3 个点": the size of a shape by its family. */
export function sizeText(shape, words) {
  if (!shape.parts.length) return words.nothing;
  if (shape.family === "point") return words.points.replace("{n}", shape.parts.length);
  const { length, area } = measures(shape);
  return shape.family === "line" ? lengthText(length, words.units) : areaText(area, words.units);
}

/** Signed change in percent of a size against another, "" where there is nothing to compare. */
export function changeText(now, before) {
  if (!(before > 0) || now === before) return "";
  const percent = (now / before - 1) * 100;
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent) < 0.05 ? "<0.1" : Math.abs(percent).toFixed(1)}%`;
}

export class Telling {
  constructor(page, words) {
    Object.assign(this, { page, words });
    this.line = page.querySelector("[data-said]");
    this.figures = page.querySelector("[data-figures]");
    this.findings = page.querySelector("[data-findings]");
    this.answers = new Map();
  }

  /** @param {"good"|"bad"|""} tone */
  say(text, tone = "") {
    this.line.textContent = text;
    this.line.className = `said${tone ? ` said-${tone}` : ""}`;
  }

  showFigures(shape, approved, server) {
    const { parts, holes, vertices } = counts(shape);
    const [now, before] = [measures(shape), approved ? measures(approved) : { length: 0, area: 0 }];
    const { words } = this;
    const rows = [[words.parts, holes ? words.parts_holes.replace("{n}", parts).replace("{m}", holes) : String(parts)], [words.vertices, String(vertices)]];
    if (shape.family === "line") rows.push([words.length, lengthText(now.length, words.units), changeText(now.length, before.length)]);
    if (shape.family === "polygon") rows.push([words.area, areaText(now.area, words.units), changeText(now.area, before.area)], [words.perimeter, lengthText(now.length, words.units)]);
    const checked = server && (server.area_m2 ?? server.length_m);
    if (checked && shape.family !== "point") rows.push([words.checked, server.area_m2 ? areaText(Number(server.area_m2), words.units) : lengthText(Number(server.length_m), words.units)]);
    this.figures.replaceChildren(...rows.map(([name, text, change]) => element("div", {}, element("dt", { text: name }), element("dd", { text }, ...(change ? [element("small", { text: `${change} ${words.against_approved}` })] : [])))));
  }

  /** @param {object[]|null} findings null while the server has not looked  @param {(finding) => void} onPlace */
  showFindings(findings, onPlace, note = "") {
    const rows = (findings ?? []).map((finding) => this.finding(finding, onPlace));
    if (findings && !findings.length) rows.push(element("li", { className: "finding finding-good", text: this.words.all_good }));
    if (note) rows.push(element("li", { className: "finding finding-wait", text: note }));
    this.findings.replaceChildren(...rows);
  }

  finding(finding, onPlace) {
    const mark = element("span", { className: "finding-mark", text: MARKS[finding.severity] ?? "○", "aria-hidden": "true" });
    const words = element("span", { text: finding.message }, element("small", { text: this.words.severity[finding.severity] ?? "" }));
    const row = element("li", { className: `finding finding-${finding.severity}` }, mark, words);
    if (finding.lon !== null && finding.lon !== undefined) {
      const go = element("button", { type: "button", className: "quiet", text: this.words.show_place });
      go.addEventListener("click", () => onPlace(finding));
      row.append(go);
    }
    if (finding.severity === "ask") row.append(this.question(finding));
    return row;
  }

  /** The answer survives every new check: it belongs to the question, not to the row. */
  question(finding) {
    const key = finding.key ?? finding.code;
    if (!this.answers.has(key) && finding.answer) this.answers.set(key, finding.answer);
    const input = element("input", { maxlength: "200", placeholder: this.words.answer, "aria-label": `${this.words.answer}: ${finding.message}` });
    input.value = this.answers.get(key) ?? "";
    input.addEventListener("input", () => this.answers.set(key, input.value));
    return input;
  }

  /** While an answer is being typed the list must not be built anew under the hand. */
  get isAnswering() {
    return this.findings.contains(document.activeElement) && document.activeElement.matches("input");
  }

  given() {
    return Object.fromEntries([...this.answers].filter(([, text]) => text.trim()));
  }
}
