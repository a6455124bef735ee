// Proportional circles over the units: number of projects or money. The table of units beside the map holds the same figures, so
// the circles themselves are hidden from screen readers.

const SVG = "http://www.w3.org/2000/svg";
const ROOM = 6;

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** One circle with its figure in the middle; `radius` in CSS pixels, its area is the figure. */
function drawn({ radius, text }) {
  const size = 2 * (radius + ROOM);
  const svg = shape("svg", { width: size, height: size, viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, "aria-hidden": "true", class: "circle-mark" });
  const label = shape("text", { y: "0.36em", "text-anchor": "middle" });
  label.textContent = text;
  svg.append(shape("circle", { r: radius }), label);
  return { svg, size };
}

/** Adds the circles, the largest first so that none covers a smaller one. `on`: {over(circle, point), out(), click(circle)}. */
export function addCircles(map, circles, on) {
  const sorted = [...circles].sort((a, b) => b.radius - a.radius);
  const group = window.L.layerGroup();
  for (const circle of sorted) {
    const { svg, size } = drawn(circle);
    const icon = window.L.divIcon({ html: svg, className: "circle", iconSize: [size, size] });
    const marker = window.L.marker([circle.lat, circle.lon], { icon, keyboard: false });
    marker.on("mousemove mouseover", (event) => on.over(circle, map.mouseEventToContainerPoint(event.originalEvent)));
    marker.on("mouseout", on.out);
    marker.on("click", () => on.click(circle));
    group.addLayer(marker);
  }
  return group.addTo(map);
}
