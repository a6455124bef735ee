// Where people were, on the map of one project: check-ins as numbered disks with the phone's doubt around them, photos as
// small squares, those taken far from the shape in the colour of a warning.

import { readPalette } from "./palette.js";

const CLOSEST = 17;

function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return { ...readPalette(), warn: read("--bad"), on: read("--on-accent"), ink: read("--ink-2") };
}

function visit(spot, palette) {
  const L = window.L;
  const at = [spot.lat, spot.lon];
  const doubt = L.circle(at, { radius: spot.radius, color: palette.accent, weight: 1, opacity: 0.7, fillColor: palette.accent, fillOpacity: 0.12, interactive: false });
  const disk = document.createElement("span");
  disk.textContent = String(spot.number);
  const icon = L.divIcon({ html: disk, className: "spot spot-visit", iconSize: [24, 24] });
  return [doubt, L.marker(at, { icon, title: spot.label, alt: spot.label, keyboard: false })];
}

function photo(spot) {
  const L = window.L;
  const square = document.createElement("span");
  const icon = L.divIcon({ html: square, className: `spot spot-photo${spot.is_far ? " is-far" : ""}`, iconSize: [14, 14] });
  return [L.marker([spot.lat, spot.lon], { icon, title: spot.label, alt: spot.label, keyboard: false })];
}

export function showSpots(map, spots) {
  const L = window.L;
  let group = null;
  const paint = () => {
    group?.remove();
    const palette = colours();
    group = L.featureGroup(spots.flatMap((spot) => (spot.kind === "visit" ? visit(spot, palette) : photo(spot)))).addTo(map.map);
  };
  paint();
  window.addEventListener("onemap:theme", paint);
  const bounds = L.latLngBounds(spots.map((spot) => [spot.lat, spot.lon]));
  if (map.own?.bounds) bounds.extend(map.own.bounds);
  map.map.scrollWheelZoom.disable();
  if (bounds.isValid()) map.map.fitBounds(bounds.pad(0.25), { maxZoom: CLOSEST, animate: false });
}
