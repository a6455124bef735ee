// Where the map looks: the place in the address (#12/29.3700/113.1300), else the rows of a search, else the whole city.

import { viewHash } from "../address.js";

const HASH = /^#(\d{1,2}(?:\.\d+)?)\/(-?\d+\.\d+)\/(-?\d+\.\d+)$/;
const CLOSEST_FIT = 14;
const GIVEN_UP = 0.5;

/** "west,south,east,north" in degrees as Leaflet bounds. */
export function parseBounds(text) {
  const [west, south, east, north] = text.split(",").map(Number);
  return window.L.latLngBounds([south, west], [north, east]);
}

/**
 * Fits the bounds to the box. Whole zoom steps would leave half a wide screen empty, so the first view may lie a quarter, a half
 * or three quarters of a step further (main.js draws finer tiles for it); every later zoom is a whole step again.
 * Half a step is given up where the legend, `width` pixels, would else cover a part of the bounds.
 */
function fitWell(map, bounds, width) {
  map.options.zoomSnap = 0.25;
  const beside = map.getBoundsZoom(bounds, false, window.L.point(width, 0));
  const zoom = Math.max(beside, map.getBoundsZoom(bounds) - GIVEN_UP);
  map.setView(bounds.getCenter(), Math.min(zoom, CLOSEST_FIT), { animate: false });
  map.options.zoomSnap = 1;
}

/**
 * Moves the view aside so that the legend, `width` pixels at the right, covers as little of the bounds as there is room for.
 * Pure: answers the shift in pixels.
 */
export function shiftFor(width, boxWidth, contentWidth) {
  const free = Math.max(0, (boxWidth - contentWidth) / 2);
  return Math.round(Math.min(free, Math.max(0, width - free)));
}

function clearOfLegend(map, bounds, width) {
  if (!width) return;
  const zoom = map.getZoom();
  const content = map.project(bounds.getNorthEast(), zoom).x - map.project(bounds.getSouthWest(), zoom).x;
  map.panBy([shiftFor(width, map.getSize().x, content), 0], { animate: false });
}

/** Bounds of the located rows of the list, or null. */
function rowBounds() {
  const places = [...document.querySelectorAll("[data-rows] [data-lon]")].map(({ dataset }) => [Number(dataset.lat), Number(dataset.lon)]);
  return places.length ? window.L.latLngBounds(places).pad(0.15) : null;
}

/** Sets the first view. `fitRows`: the list is the whole result of a search, so the map shows where it lies. */
export function firstView(map, bounds, { fitRows = false, useHash = true, legendWidth = 0 } = {}) {
  const place = useHash ? HASH.exec(window.location.hash) : null;
  if (place) map.setView([Number(place[2]), Number(place[3])], Math.round(Number(place[1])), { animate: false });
  else {
    const wanted = (fitRows && rowBounds()) || bounds;
    fitWell(map, wanted, legendWidth);
    clearOfLegend(map, wanted, legendWidth);
  }
}

/** Keeps the place in the address from the first move on, so that it can be sent to somebody. */
export function rememberView(map) {
  map.on("moveend", () => {
    const { lat, lng } = map.getCenter();
    window.history.replaceState(null, "", viewHash(map.getZoom(), lat, lng));
  });
}
