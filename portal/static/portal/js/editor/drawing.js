// The shape on the map: one Leaflet layer a part, drawn from the shape and read back part by part (shape.js says why).

import { FEWEST, readBack, ringsOf } from "./shape.js";

const toLatLng = ([lon, lat]) => [lat, lon];
const toPosition = ({ lng, lat }) => [lng, lat];
/** Vertices from which on only those near the pointer get a handle. */
const MANY = 400;
const HANDLES = 150;

/** The vertices of a layer of a family, in rings, as positions. */
export function ringsOfLayer(layer, family) {
  if (family === "point") return [[toPosition(layer.getLatLng())]];
  const held = layer.getLatLngs();
  return family === "line" ? [held.map(toPosition)] : held.map((ring) => ring.map(toPosition));
}

export class Drawing {
  /** @param {object} on {edited(index, part), removed(index), changing(index, rings), picked(index)} */
  constructor(map, on) {
    Object.assign(this, { map, on, layers: [], selected: new Set(), mode: "", snap: true });
    this.group = window.L.layerGroup().addTo(map);
  }

  /** Draws the shape anew; whatever was being edited goes on in the same mode. */
  show(shape, palette = this.palette) {
    this.palette = palette;
    this.stop();
    this.group.clearLayers();
    this.shape = shape;
    for (const index of this.selected) if (index >= shape.parts.length) this.selected.delete(index);
    this.layers = shape.parts.map((_part, index) => this.layer(index));
    this.layers.forEach((layer) => layer.addTo(this.group));
    this.use(this.mode);
  }

  layer(index) {
    const { L } = window;
    const { family } = this.shape;
    const latlngs = ringsOf(this.shape, index).map((ring) => ring.map(toLatLng));
    const options = { ...this.style(index), pmIgnore: false, bubblingMouseEvents: true };
    const make = { point: () => L.marker(latlngs[0][0], { icon: pointIcon(this.selected.has(index)), pmIgnore: false, keyboard: false, bubblingMouseEvents: true }), line: () => L.polyline(latlngs[0], options), polygon: () => L.polygon(latlngs, options) };
    const layer = make[family]();
    layer.on("click", () => this.on.picked(index));
    layer.on("pm:edit pm:vertexremoved", () => this.read(index));
    layer.on("pm:remove", () => this.gone(index));
    layer.on("pm:change pm:drag", () => this.on.changing(index, ringsOfLayer(layer, family)));
    return layer;
  }

  style(index) {
    const chosen = this.selected.has(index);
    return { color: this.palette.accent, weight: chosen ? 5 : 3, opacity: 1, fillColor: this.palette.accent, fillOpacity: chosen ? 0.35 : 0.2 };
  }

  read(index) {
    const layer = this.layers[index];
    const { family } = this.shape;
    if (!layer) return;
    const rings = this.map.hasLayer(layer) ? ringsOfLayer(layer, family).filter((ring) => ring.length >= FEWEST[family]) : [];
    if (!rings.length) this.gone(index);
    else this.on.edited(index, readBack(family, rings, ringsOf(this.shape, index).flat()));
  }

  /** The layers without one that geoman has just taken away. */
  get standing() {
    return this.layers.filter(Boolean);
  }

  /** Its last vertices were taken away; geoman tells that more than once. */
  gone(index) {
    if (!this.layers[index]) return;
    this.layers[index] = null;
    this.on.removed(index);
  }

  /** What the layers themselves just did: keeps them, since drawing anew would take the handle from under the finger. */
  follow(shape) {
    this.shape = shape;
  }

  /** "vertices": handles; "move": whole parts; "": neither. */
  use(mode) {
    this.stop();
    this.mode = mode;
    for (const layer of this.standing) {
      if (mode === "vertices") layer.pm.enable({ ...this.snapping(), allowSelfIntersection: true, ...this.limits(layer) });
      if (mode === "move") layer.pm.enableLayerDrag();
    }
  }

  limits(layer) {
    const count = this.shape.family === "point" ? 1 : ringsOfLayer(layer, this.shape.family).flat().length;
    return count > MANY ? { limitMarkersToCount: HANDLES } : {};
  }

  snapping() {
    const coarse = window.matchMedia("(pointer: coarse)").matches;
    return { snappable: this.snap, snapDistance: coarse ? 24 : 14, snapSegment: true };
  }

  stop() {
    for (const layer of this.standing) {
      layer.pm?.disable();
      layer.pm?.disableLayerDrag?.();
    }
  }

  select(index) {
    this.selected = new Set(index === null ? [] : [index]);
    this.restyle();
  }

  toggle(index) {
    if (!this.selected.delete(index)) this.selected.add(index);
    this.restyle();
  }

  restyle() {
    this.layers.forEach((layer, index) => layer && (layer.setStyle ? layer.setStyle(this.style(index)) : layer.setIcon(pointIcon(this.selected.has(index)))));
  }
}

function pointIcon(selected) {
  return window.L.divIcon({ className: selected ? "editor-point is-selected" : "editor-point", iconSize: [22, 22] });
}
