// The boundary of an area on the map: every part a Leaflet polygon with its holes, written back ring by ring.

import { embedded, OneMap } from "../map/one_map.js";
import { countOf, multiPolygon, partsOf } from "./rings.js";

const HANDLES = 200; // beyond that many corners only those near the pointer get a handle

class Boundary {
  constructor(root) {
    this.map = new OneMap(root.querySelector("[data-map]"), null, null).map;
    this.form = root.querySelector("[data-boundary-form]");
    this.text = root.querySelector("[data-boundary-text]");
    this.state = root.querySelector("[data-boundary-state]");
    this.before = embedded("boundary-shape");
    this.parts = window.L.featureGroup().addTo(this.map);
    this.accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
    this.drawBefore();
    this.draw(this.text.value ? this.typed() ?? this.before : this.before);
    this.controls();
    this.text.addEventListener("change", () => this.typed() && this.draw(this.typed()));
    this.form.addEventListener("submit", () => this.write());
    this.write();
  }

  /** The shape in force, dashed and out of reach of the tools. */
  drawBefore() {
    for (const rings of partsOf(this.before)) {
      window.L.polygon(rings, { color: this.accent, weight: 1, dashArray: "4 4", fill: false, interactive: false, pmIgnore: true }).addTo(this.map);
    }
  }

  draw(shape) {
    this.parts.clearLayers();
    partsOf(shape).forEach((rings) => this.add(window.L.polygon(rings, this.style())));
    this.write();
  }

  style() {
    return { color: this.accent, weight: 3, fillColor: this.accent, fillOpacity: 0.15 };
  }

  add(layer) {
    layer.setStyle?.(this.style());
    layer.addTo(this.parts);
    layer.on("pm:edit pm:vertexremoved pm:dragend", () => this.write());
  }

  controls() {
    const { pm } = this.map;
    pm.setLang(document.documentElement.lang.startsWith("zh") ? "zh" : "en");
    pm.setGlobalOptions({ layerGroup: this.parts, limitMarkersToCount: HANDLES, snapDistance: 12, allowSelfIntersection: false, continueDrawing: false });
    pm.addControls({ position: "topleft", drawMarker: false, drawCircleMarker: false, drawPolyline: false, drawRectangle: false, drawCircle: false, drawText: false, rotateMode: false });
    this.nameButtons();
    this.map.on("pm:create", ({ layer }) => this.taken(layer));
    this.map.on("pm:cut", ({ originalLayer, layer }) => this.cut(originalLayer, layer));
    this.map.on("pm:remove", ({ layer }) => this.parts.removeLayer(layer) && this.write());
  }

  /** geoman titles only the box around a button; the link in it, which the keyboard reaches, gets the same as its name. */
  nameButtons() {
    for (const link of this.map.getContainer().querySelectorAll(".leaflet-buttons-control-button")) {
      const title = link.title || link.closest("[title]")?.title;
      if (title) link.setAttribute("aria-label", title);
    }
  }

  taken(layer) {
    this.add(layer);
    this.write();
  }

  /** A cut may leave several parts in one layer: each becomes a layer of its own. */
  cut(before, after) {
    this.parts.removeLayer(before);
    this.parts.removeLayer(after);
    after.remove();
    partsOf(after.toGeoJSON().geometry).forEach((rings) => this.add(window.L.polygon(rings, this.style())));
    this.write();
  }

  shape() {
    return multiPolygon(this.parts.getLayers().filter((layer) => layer.getLatLngs).map((layer) => layer.getLatLngs()));
  }

  write() {
    const shape = this.shape();
    this.text.value = JSON.stringify(shape);
    const { parts, holes, corners } = countOf(shape);
    const words = this.state.dataset.words.replace("{parts}", parts).replace("{holes}", holes).replace("{corners}", corners);
    const same = JSON.stringify(shape) === JSON.stringify(multiPolygon(partsOf(this.before).map((rings) => rings.map((ring) => ring.map(([lat, lng]) => ({ lat, lng }))))));
    this.state.textContent = same ? `${words} · ${this.state.dataset.unchanged}` : words;
  }

  typed() {
    try {
      const shape = JSON.parse(this.text.value);
      return partsOf(shape).length ? shape : null;
    } catch {
      return null; // the server says what is wrong with it
    }
  }
}

document.querySelectorAll("[data-boundary]").forEach((root) => {
  root.boundary = new Boundary(root);
  root.dataset.ready = "";
});
