// Two shapes of one project on one map: the earlier dashed, the later solid. Boxes beside the map show and hide them,
// buttons bring one or both into view.

import { readPalette } from "./palette.js";

const DASHES = "7 6";
const CLOSEST = 17;

/** Weights and dashes of a shape; the earlier one lies above, so that its dashes show on the later one's edge. */
function look(name, palette) {
  if (name === "before") return { color: palette.before, weight: 2.5, dashArray: DASHES, fillColor: palette.before, fillOpacity: 0.06 };
  return { color: palette.accent, weight: 3, fillColor: palette.accent, fillOpacity: 0.25 };
}

/** A point: the earlier one a dashed ring, the later one a disk. */
function spot(name, latlng, palette) {
  const style = look(name, palette);
  const options = name === "before" ? { ...style, radius: 10, fillOpacity: 0, dashArray: "4 3" } : { ...style, radius: 6, fillOpacity: 0.9 };
  return window.L.circleMarker(latlng, { ...options, interactive: false });
}

class Shape {
  constructor(map, name, geojson, palette) {
    this.map = map;
    this.name = name;
    this.geojson = geojson;
    this.shown = true;
    this.paint(palette);
  }

  paint(palette) {
    this.group?.remove();
    const L = window.L;
    this.group = L.featureGroup();
    const lines = (style) => L.geoJSON(this.geojson, { style, pointToLayer: (_feature, latlng) => spot(this.name, latlng, palette) });
    const casing = L.geoJSON(this.geojson, { style: { color: palette.case, weight: 6, opacity: 0.9, fill: false, interactive: false }, filter: notPoints });
    if (this.name === "after") casing.addTo(this.group);
    lines({ ...look(this.name, palette), interactive: false }).addTo(this.group);
    if (this.shown) this.group.addTo(this.map);
  }

  show(shown) {
    this.shown = shown;
    if (shown) this.group.addTo(this.map);
    else this.group.remove();
  }

  get bounds() {
    return this.group.getBounds();
  }
}

/** A button that brings the shapes of a collection into view one after the other, and says which one it is. */
function step(map, shapes, page) {
  const button = page.querySelector("[data-compare-step]");
  const features = shapes.after?.features ?? [];
  if (!button || features.length < 2) return;
  const said = page.querySelector("[data-compare-named]");
  let at = -1;
  button.hidden = false;
  button.addEventListener("click", () => {
    at = (at + 1) % features.length;
    const { key } = features[at].properties;
    const held = (shapes.before?.features ?? []).filter((one) => key.startsWith(one.properties.key));
    map.fitBounds(window.L.geoJSON([features[at], ...held]).getBounds().pad(0.5), { maxZoom: CLOSEST, animate: false });
    said.textContent = `${at + 1} / ${features.length} · ${key}`;
  });
}

function notPoints(feature) {
  return !(feature.geometry ?? feature).type.endsWith("Point");
}

/** The colours of the theme, with one for what was. */
function colours() {
  return { ...readPalette(), before: getComputedStyle(document.documentElement).getPropertyValue("--bad").trim() };
}

/**
 * Draws {before, after} (GeoJSON geometries, either may be null) on a OneMap and listens to the `[data-compare-show]`
 * boxes and `[data-compare-fit]` buttons of its `[data-compare-page]`.
 */
export function compareShapes({ map, box }, shapes) {
  const drawn = new Map();
  for (const name of ["after", "before"]) {
    if (shapes[name]) drawn.set(name, new Shape(map, name, shapes[name], colours()));
  }
  const fit = (which) => {
    const bounds = window.L.latLngBounds([]);
    for (const [name, shape] of drawn) if (which === "both" || which === name) bounds.extend(shape.bounds);
    if (bounds.isValid()) map.fitBounds(bounds.pad(0.2), { maxZoom: CLOSEST, animate: false });
  };
  const page = box.closest("[data-compare-page]") ?? document;
  for (const control of page.querySelectorAll("[data-compare-show]")) {
    const apply = () => drawn.get(control.dataset.compareShow)?.show(control.checked);
    control.addEventListener("change", apply);
    apply(); // browsers remember boxes over a reload
  }
  for (const control of page.querySelectorAll("[data-compare-fit]")) control.addEventListener("click", () => fit(control.dataset.compareFit));
  step(map, shapes, page);
  for (const event of ["onemap:theme", "onemap:preference"]) {
    window.addEventListener(event, () => { for (const shape of drawn.values()) shape.paint(colours()); });
  }
  map.scrollWheelZoom.disable();
  fit("both");
}
