// Coordinates typed or pasted, and files: the server reads them, asks where it cannot know, and the shape that comes back is
// looked at on the map before it is taken.

import { addShape, bounds, fromGeoJSON, toGeoJSON } from "./shape.js";
import { element, sizeText } from "./telling.js";

export class Intake {
  constructor(editor) {
    Object.assign(this, { editor, words: editor.words, found: null });
    this.dialog = editor.page.querySelector("[data-intake]");
    this.forms = Object.fromEntries([...this.dialog.querySelectorAll("form[data-kind]")].map((form) => [form.dataset.kind, form]));
    this.result = this.dialog.querySelector("[data-intake-result]");
    this.trouble = this.dialog.querySelector("[data-intake-trouble]");
    for (const form of Object.values(this.forms)) form.addEventListener("submit", (event) => this.send(event));
    this.dialog.addEventListener("close", () => this.close());
    for (const button of this.dialog.querySelectorAll("[data-take]")) button.addEventListener("click", () => this.take(button.dataset.take));
    this.dialog.querySelector("[data-intake-close]").addEventListener("click", () => this.dialog.close());
  }

  open(kind) {
    if (!this.editor.mayEdit) return;
    this.editor.tools.use("");
    this.kind = kind;
    for (const [name, form] of Object.entries(this.forms)) form.hidden = name !== kind;
    this.dialog.querySelector("[data-intake-title]").textContent = this.words.intake[kind];
    this.clear();
    this.dialog.show(); // not modal: the shape that was read shows on the map beside it
    this.forms[kind].querySelector("textarea, input").focus();
  }

  clear() {
    this.trouble.replaceChildren();
    this.result.hidden = true;
    this.show(null);
  }

  close() {
    this.show(null);
    this.asking?.abort?.();
  }

  async send(event) {
    event.preventDefault();
    this.clear();
    const form = this.forms[this.kind];
    form.querySelector("[type=submit]").toggleAttribute("aria-busy", true);
    const answer = await (this.kind === "file" ? this.api.file(new FormData(form)) : this.api.coordinates(this.typed(form)));
    form.querySelector("[type=submit]").toggleAttribute("aria-busy", false);
    if (answer.status === 200) this.read(answer.body);
    else this.refused(answer);
  }

  get api() {
    return this.editor.api;
  }

  typed(form) {
    const { text, crs, kind } = form.elements;
    return { text: text.value, crs: crs.value, kind: kind.value };
  }

  refused(answer) {
    const issues = answer.body.issues ?? [];
    const lines = issues.length ? issues.map((issue) => issue.message) : [this.editor.saving.reason(answer)];
    this.trouble.replaceChildren(element("div", { className: "notice notice-bad", role: "alert" }, ...lines.map((text) => element("p", { text }))));
  }

  read(body) {
    this.body = body;
    const choices = this.result.querySelector("[data-intake-choices]");
    choices.replaceChildren();
    this.result.hidden = false;
    this.result.querySelector("[data-intake-note]").textContent = body.question?.message ?? body.note ?? "";
    if ((body.issues ?? []).length) this.trouble.replaceChildren(element("div", { className: "notice" }, ...body.issues.map((issue) => element("p", { text: issue.message }))));
    if (body.question) this.ask(body.question, choices);
    else if ((body.features ?? []).length > 1) this.choose(body.features, choices);
    else this.show(fromGeoJSON(body.geometry ?? body.features?.[0]?.geometry), body.features?.slice(0, 1));
  }

  /** Which coordinate system: each answer with what it would look like. Choosing one asks the server again with it. */
  ask({ options }, box) {
    this.show(null);
    options.forEach((option) => {
      const input = element("input", { type: "radio", name: "intake-crs", value: option.crs });
      input.addEventListener("change", () => this.answer(option));
      box.append(element("label", { className: "tick" }, input, element("span", { text: option.label })));
    });
  }

  async answer(option) {
    const form = this.forms[this.kind];
    const select = form.elements.crs;
    if (![...select.options].some((known) => known.value === option.crs)) select.append(new Option(option.label, option.crs));
    select.value = option.crs;
    form.requestSubmit();
  }

  choose(features, box) {
    const boxes = features.map((feature) => {
      const input = element("input", { type: "checkbox", value: String(feature.number) });
      input.checked = feature.suggested ?? false;
      box.append(element("label", { className: "tick" }, input, element("span", { text: feature.label })));
      input.addEventListener("change", () => this.chosen(features, boxes));
      return input;
    });
    this.chosen(features, boxes);
  }

  chosen(features, boxes) {
    const wanted = features.filter((_feature, index) => boxes[index].checked);
    const read = wanted.map((feature) => fromGeoJSON(feature.geometry));
    const families = new Set(read.map((shape) => shape.family));
    this.trouble.replaceChildren(...(families.size > 1 ? [element("p", { className: "notice notice-bad", text: this.words.mixed_families })] : []));
    this.show(families.size === 1 ? read.reduce(addShape) : null, wanted);
  }

  /** Draws what was read over the map, dashed, and lets it be taken. */
  show(shape, features = null) {
    this.preview?.remove();
    this.preview = null;
    this.found = shape?.parts.length ? shape : null;
    this.features = features;
    for (const button of this.dialog.querySelectorAll("[data-take]")) button.disabled = !this.found || (button.dataset.take === "add" && !this.fits());
    this.result.querySelector("[data-intake-size]").textContent = this.found ? sizeText(this.found, this.words) : "";
    if (!this.found) return;
    const { L } = window;
    const style = { color: this.editor.palette.status.square, weight: 3, dashArray: "6 6", fillOpacity: 0.1 };
    this.preview = L.geoJSON(toGeoJSON(this.found), { style, interactive: false, pmIgnore: true, snapIgnore: true, pointToLayer: (_feature, latlng) => L.circleMarker(latlng, { ...style, radius: 8, pmIgnore: true, snapIgnore: true }) }).addTo(this.editor.map);
    const [west, south, east, north] = bounds(this.found);
    this.editor.map.fitBounds([[south, west], [north, east]], { padding: [60, 60], maxZoom: 17, animate: false });
  }

  fits() {
    const { shape } = this.editor;
    return !shape.parts.length || shape.family === this.found?.family;
  }

  take(way) {
    const { editor, words } = this;
    const shape = way === "add" ? addShape(editor.shape, this.found) : { ...this.found, multi: true };
    const { accuracy_m: accuracy, original_wkt: whole, ...evidence } = this.body.evidence; // sealed by the server: kept as it came
    editor.saving.imported = { evidence, originals: this.features ? this.features.map((feature) => feature.original_wkt) : [whole] };
    if (accuracy) editor.saving.form.elements.accuracy.value = accuracy;
    this.dialog.close();
    editor.change(shape, words.done[this.kind], { byHand: false });
    editor.fit();
    editor.telling.say(`${words.done[this.kind]} · ${words.say_source}`, "good");
  }
}
