// The true geometry of one project (its page's map), from a json_script element, in the status's colour.

import { drawMark } from "./symbols.js";

/** Adds the GeoJSON to the map and answers its bounds (null when it is empty). */
export function addOwnGeometry(map, geojson, shape, palette) {
  const L = window.L;
  if (shape === "outline") return addOutline(map, geojson, palette);
  const colour = palette.status[shape] ?? palette.status.circle;
  const group = L.featureGroup();
  L.geoJSON(geojson, { style: { color: palette.case, weight: 6, opacity: 1, fill: false, interactive: false } }).eachLayer((layer) => keepLines(group, layer));
  L.geoJSON(geojson, {
    style: { color: colour, weight: 3, opacity: 1, fillColor: colour, fillOpacity: 0.25, interactive: false },
    pointToLayer: (_feature, latlng) => L.marker(latlng, { icon: markIcon(shape, colour, palette), interactive: false, keyboard: false }),
  }).addTo(group);
  group.addTo(map);
  const bounds = group.getBounds();
  return { group, bounds: bounds.isValid() ? bounds : null };
}

/** The edge of an area over the map of its projects: a line in the accent, nothing filled. */
function addOutline(map, geojson, palette) {
  const style = { color: palette.accent, weight: 2.5, opacity: 0.9, fill: false, interactive: false };
  const group = window.L.geoJSON(geojson, { style }).addTo(map);
  const bounds = group.getBounds();
  return { group, bounds: bounds.isValid() ? bounds : null };
}

/** The casing copy is for lines and areas only; its default point icons would be pictures that we do not serve. */
function keepLines(group, layer) {
  if (layer instanceof window.L.Path) group.addLayer(layer);
}

function markIcon(shape, colour, palette) {
  const canvas = document.createElement("canvas");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = 28 * ratio;
  canvas.className = "own-mark";
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  drawMark(ctx, { shape, x: 14, y: 14, radius: 9, colour, casing: palette.case, ground: palette.land });
  return window.L.divIcon({ html: canvas, className: "own-icon", iconSize: [28, 28] });
}
