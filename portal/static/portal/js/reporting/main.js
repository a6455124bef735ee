// The form of a month's report: the server compares the figures while one types; the browser shows what it says.
// Reads: form[data-report][data-check], [data-node] with [data-range] beside it, [data-progress], [data-take], [data-error],
// [data-findings] with its templates, [data-report-said].

import { leaveGuard } from "./leave.js";
import { progressOf } from "./progress.js";

const PAUSE = 450; // ms after the last key

function showProgress(form) {
  const place = document.querySelector("[data-progress]");
  const nodes = [...form.querySelectorAll("[data-node]")];
  if (!place || nodes.length === 0) return;
  const found = progressOf(nodes.map((node) => [Number(node.dataset.weight), node.value]));
  place.textContent = found === null ? place.dataset.stated || "—" : String(found);
}

function showErrors(form, errors) {
  for (const place of form.querySelectorAll("[data-error]")) {
    const text = errors[place.dataset.error] || "";
    place.textContent = text;
    const field = form.elements.namedItem(place.dataset.error);
    if (field) field.setAttribute("aria-invalid", String(text !== ""));
  }
}

function findingItem(finding) {
  const item = document.createElement("li");
  item.className = `finding finding-${finding.severity}`;
  const line = document.createElement("p");
  const label = document.createElement("b");
  const mark = document.querySelector(`template[data-finding-mark="${finding.severity}"]`);
  if (mark) label.append(mark.content.cloneNode(true));
  label.append(` ${finding.label}`);
  line.append(label, ` ${finding.message}`);
  item.append(line);
  return item;
}

/** Whether no figure has been typed yet. */
function untouched(form) {
  const figures = form.querySelectorAll("[data-node], .money-now input, #physical_pct");
  return [...figures].every((field) => field.value.trim() === "") && !document.querySelector('[data-stated]:not([data-stated=""])');
}

function showFindings(findings) {
  const box = document.querySelector("[data-findings]");
  if (!box) return;
  const said = document.querySelector("[data-report-said]"); // beside the buttons, for phones
  if (said) said.textContent = findings.length ? said.dataset.words.replace("{n}", String(findings.length)) : "";
  if (findings.length === 0) {
    if (untouched(document.querySelector("form[data-report]"))) return; // the sentence that is there says enough
    const good = document.createElement("p");
    good.className = "findings-none";
    good.textContent = document.querySelector("[data-findings-good]").textContent;
    box.replaceChildren(good);
    return;
  }
  const list = document.createElement("ul");
  list.className = "findings";
  list.append(...findings.map(findingItem));
  box.replaceChildren(list);
}

/** Offers the sums that follow from last month, where the field is empty or says something else. */
function offer(form, suggested) {
  for (const button of form.querySelectorAll("[data-take]")) {
    const value = suggested[button.dataset.take] || "";
    const field = form.elements.namedItem(button.dataset.take);
    button.hidden = value === "" || field.value.trim() === value;
    button.querySelector("b").textContent = value;
    button.dataset.value = value;
  }
}

function show(form, answer) {
  showErrors(form, answer.errors);
  showFindings(answer.findings);
  offer(form, answer.suggested);
  const place = document.querySelector("[data-progress]");
  if (place && !place.hidden) place.textContent = answer.progress || "—";
}

function trouble() {
  const box = document.querySelector("[data-findings]");
  const words = document.createElement("p");
  words.className = "findings-none";
  words.textContent = document.querySelector("[data-findings-trouble]").textContent;
  box.replaceChildren(words);
}

function watch(form) {
  let timer = 0;
  let asked = 0;
  const check = async () => {
    const number = (asked += 1);
    const data = new FormData(form);
    data.delete("papers"); // files are looked at on saving
    try {
      const answer = await fetch(form.dataset.check, {
        method: "POST",
        body: data,
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const said = await answer.json();
      if (number === asked) show(form, said); // a later question is under way otherwise
    } catch (_) {
      if (number === asked) trouble();
    }
  };
  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(check, PAUSE);
  };
  form.addEventListener("input", (event) => {
    const range = event.target.closest("[data-range]");
    if (range) range.parentElement.querySelector("[data-node]").value = range.value;
    const node = event.target.closest("[data-node]");
    if (node) node.parentElement.querySelector("[data-range]").value = node.value.trim() || "0";
    showProgress(form);
    later();
  });
  form.addEventListener("change", later);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    const field = form.elements.namedItem(button.dataset.take);
    field.value = button.dataset.value;
    button.hidden = true;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  showProgress(form);
  if (!form.querySelector("fieldset").disabled) check();
}

const form = document.querySelector("form[data-report]");
if (form) {
  watch(form);
  leaveGuard(form);
}
