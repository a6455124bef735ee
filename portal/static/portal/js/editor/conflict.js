// Somebody saved while one was drawing (412): both shapes side by side and over each other, and four ways on. Nothing is
// written here; whichever way is taken, the next save stands on the other's version.

import { paintRules } from "../map/ground.js";
import { rebased } from "./rebase.js";
import { fromGeoJSON, toGeoJSON } from "./shape.js";
import { element, sizeText } from "./telling.js";

/** How each is drawn, as a sign beside its name: colour alone would not tell them apart. */
const SIGNS = { theirs: "┅┅", yours: "━━" };

export class Conflict {
  constructor(editor) {
    Object.assign(this, { editor, words: editor.words, maps: [] });
    this.dialog = editor.page.querySelector("[data-conflict]");
    for (const button of this.dialog.querySelectorAll("[data-way]")) button.addEventListener("click", () => this.go(button.dataset.way));
    for (const input of this.dialog.querySelectorAll("[name=conflict-view]")) input.addEventListener("change", () => this.view(input.value));
    this.dialog.addEventListener("close", () => this.clear());
  }

  open(body, yours) {
    const [theirs, base] = [fromGeoJSON(body.theirs), fromGeoJSON(body.base)];
    this.body = body;
    this.shapes = { yours, theirs, base };
    this.merged = rebased(base, yours, theirs);
    const at = body.at ? new Date(body.at).toLocaleString(document.documentElement.lang, { timeZone: this.editor.page.dataset.zone }) : "";
    this.dialog.querySelector("[data-conflict-who]").textContent = this.words.conflict_who.replace("{author}", body.author || "—").replace("{at}", at).replace("{n}", body.number ?? "");
    this.dialog.querySelector("[data-conflict-reason]").textContent = body.reason ? this.words.draft_reason.replace("{reason}", body.reason) : "";
    this.dialog.querySelector("[data-conflict-sizes]").replaceChildren(...["base", "theirs", "yours"].map((name) => element("div", {}, element("dt", { text: this.words.conflict[name] }), element("dd", { text: sizeText(this.shapes[name], this.words) }))));
    this.dialog.querySelector("[data-way=merge]").hidden = !this.merged.shape;
    this.dialog.querySelector("[data-conflict-clash]").hidden = Boolean(this.merged.shape);
    this.dialog.showModal();
    this.dialog.querySelector("[name=conflict-view]").checked = true;
    this.view("side");
    this.editor.telling.say(this.words.conflict_said, "bad");
  }

  view(kind) {
    this.clear();
    this.dialog.dataset.view = kind;
    const boxes = kind === "side" ? [["theirs"], ["yours"]] : [["theirs", "yours"]];
    const holder = this.dialog.querySelector("[data-conflict-maps]");
    holder.replaceChildren(...boxes.map((names) => element("figure", {}, element("figcaption", { text: names.map((name) => `${this.words.conflict[name]} ${SIGNS[name]}`).join("  ") }), element("div", { className: "conflict-map" }))));
    this.maps = boxes.map((names, index) => this.map(holder.children[index].lastChild, names));
    this.maps.forEach((map) => map.on("moveend", () => this.together(map)));
  }

  map(box, names) {
    const { L, protomapsL } = window;
    const { palette, one } = this.editor;
    const map = L.map(box, { attributionControl: false, zoomControl: false, maxZoom: 20, zoomSnap: 0.25, zoomAnimation: false, fadeAnimation: false, inertia: false, pmIgnore: true });
    L.control.scale({ imperial: false }).addTo(map);
    const sources = one.sources(["base", "regions"]);
    const whole = L.featureGroup();
    for (const [name, style] of this.styles(names, palette)) {
      const geometry = toGeoJSON(this.shapes[name]);
      if (geometry) L.geoJSON(geometry, { style, interactive: false, pmIgnore: true, pointToLayer: (_feature, latlng) => L.circleMarker(latlng, { ...style, radius: 8, interactive: false }) }).eachLayer((layer) => whole.addLayer(layer));
    }
    const bounds = L.featureGroup(["theirs", "yours", "base"].flatMap((name) => (this.shapes[name].parts.length ? [L.geoJSON(toGeoJSON(this.shapes[name]), { pointToLayer: (_feature, latlng) => L.circleMarker(latlng) })] : []))).getBounds();
    map.fitBounds(bounds.pad(0.08), { maxZoom: 17, animate: false });
    if (Object.keys(sources).length) protomapsL.leafletLayer({ sources, paintRules: paintRules(protomapsL, palette), labelRules: [], attribution: "", noWrap: true }).addTo(map);
    whole.addTo(map);
    return map;
  }

  styles(names, palette) {
    const looks = { base: { color: palette.place, weight: 2, dashArray: "1 6", fill: false }, theirs: { color: palette.status.square, weight: 3, dashArray: "12 5", fillOpacity: 0.2 }, yours: { color: palette.accent, weight: 3, fillOpacity: 0.2 } };
    return ["base", ...names].map((name) => [name, looks[name]]);
  }

  /** Both maps look at the same place. */
  together(moved) {
    for (const map of this.maps) {
      const differs = map !== moved && (map.getZoom() !== moved.getZoom() || map.getCenter().distanceTo(moved.getCenter()) > 0.5);
      if (differs) map.setView(moved.getCenter(), moved.getZoom(), { animate: false });
    }
  }

  clear() {
    this.maps.forEach((map) => map.remove());
    this.maps = [];
  }

  /** merge: both; redo: theirs to draw on, mine beside it; mine: keep mine as the next version; later: look again. */
  go(way) {
    const { editor, words } = this;
    const { yours, theirs } = this.shapes;
    this.dialog.close();
    if (way === "later") return;
    editor.saving.standOn(this.body);
    editor.references.set("mine", way === "redo" ? toGeoJSON(yours) : null);
    const shape = { merge: this.merged.shape, redo: theirs, mine: yours }[way];
    editor.history.push(shape, words.ways[way]);
    editor.refresh();
    editor.fit();
    editor.telling.say(words.ways_said[way], way === "redo" ? "" : "good");
  }
}
