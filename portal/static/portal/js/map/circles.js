// Proportional circles over the units: number of projects or money. Where they would cover each other they are moved apart and
// a thin line leads back. The table of units beside the map holds the same figures, so they are hidden from screen readers.

import { spread } from "./spread.js";

const SVG = "http://www.w3.org/2000/svg";
const ROOM = 6;
/** From this shift on (pixels) a line shows where the circle belongs. */
const LEADER_FROM = 8;
/** Room around the middle for each character of a name: long names stand over their neighbours otherwise. */
const ROOM_A_CHARACTER = 5;
/** On a map narrower than this (pixels) all circles are drawn smaller by the same factor. */
const NARROW = 640;
const SMALLER = 0.75;
/** Smaller circles (pixels) carry no words where there are very many: the pointer and the table tell them. */
const READABLE = 19;
const VERY_MANY = 20;

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** From the edge of a shifted circle back to its unit. */
function leader({ radius }, { dx, dy }) {
  const distance = Math.hypot(dx, dy);
  if (distance < Math.max(LEADER_FROM, radius * 0.6)) return [];
  const inside = Math.min(1, radius / distance);
  return [shape("line", { x1: -dx * inside, y1: -dy * inside, x2: -dx, y2: -dy }), shape("circle", { class: "circle-home", cx: -dx, cy: -dy, r: 2.5 })];
}

/** Whether a circle carries its words. */
const isWritten = (circle) => circle.alone || circle.radius >= READABLE;

/** One circle with its unit's name and figure in the middle; `radius` in CSS pixels, its area is the figure. */
function drawn(circle, shift) {
  const size = 2 * (circle.radius + ROOM);
  const svg = shape("svg", { width: size, height: size, viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, "aria-hidden": "true", class: "circle-mark" });
  const label = shape("text", { "text-anchor": "middle" });
  for (const [className, y, words] of !isWritten(circle) ? [] : [["circle-name", "-0.25em", circle.short], ["circle-figure", "0.95em", circle.text]]) {
    const line = shape("tspan", { x: 0, y, class: className });
    line.textContent = words;
    label.append(line);
  }
  svg.append(...leader(circle, shift), shape("circle", { r: circle.radius }), label);
  return { svg, size };
}

function addOne(map, group, circle, shift, on) {
  const { svg, size } = drawn(circle, shift);
  const icon = window.L.divIcon({ html: svg, className: "circle", iconSize: [size, size], iconAnchor: [size / 2 - shift.dx, size / 2 - shift.dy] });
  const marker = window.L.marker([circle.lat, circle.lon], { icon, keyboard: false });
  marker.on("mousemove mouseover", (event) => on.over(circle, map.mouseEventToContainerPoint(event.originalEvent)));
  marker.on("mouseout", on.out);
  marker.on("click", () => on.click(circle));
  group.addLayer(marker);
}

/** Adds the circles, the largest first so that none covers a smaller one. `on`: {over(circle, point), out(), click(circle)}. */
export function addCircles(map, circles, on) {
  const scale = map.getSize().x < NARROW ? SMALLER : 1;
  const sorted = circles.map((circle) => ({ ...circle, radius: circle.radius * scale, alone: circles.length < VERY_MANY })).sort((a, b) => b.radius - a.radius);
  const group = window.L.layerGroup().addTo(map);
  const place = () => {
    const shifts = spread(sorted.map((circle) => ({ ...map.latLngToLayerPoint([circle.lat, circle.lon]), radius: circle.radius, room: isWritten(circle) ? ROOM_A_CHARACTER * circle.short.length : 0 })));
    group.clearLayers();
    sorted.forEach((circle, index) => addOne(map, group, circle, shifts[index], on));
  };
  map.on("zoomend", place);
  place();
  return group;
}
