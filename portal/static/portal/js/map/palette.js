// The map's colours, read from css/tokens.css, so that the two themes are kept in one place.

const NAMES = [
  "land", "water", "water-line", "mountain", "road", "road-case", "edge", "place", "lake-name", "halo", "case",
];

/** Colours of painted units (fill.js): five steps from low to high, five of a deviation around zero, and those of the classes that are no step. */
function readFill(read, palette) {
  const fill = { steps: ["0", "1", "2", "3", "4"].map((step) => read(`--c-${step}`)), sides: ["0", "1", "2", "3", "4"].map((step) => read(`--d-${step}`)), accent: palette.accent, case: palette.case };
  for (const name of ["zero", "few", "none", "hatch", "edge", "dot", "name"]) fill[name] = read(`--c-${name}`);
  return fill;
}

/** The colours of the theme that is on now: {land, water, …, status: {circle, …}, fill, accent, sans}. */
export function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  const palette = { accent: read("--accent"), sans: read("--sans"), large: document.documentElement.dataset.type === "large" };
  for (const name of NAMES) palette[name] = read(`--m-${name}`);
  palette.status = {};
  for (const shape of ["hollow", "circle", "square", "triangle", "diamond", "cross"]) palette.status[shape] = read(`--s-${shape}`);
  palette.fill = readFill(read, palette);
  const known = {};
  palette.token = (name) => (known[name] ??= read(`--${name}`));
  palette.density = ["0", "1", "2", "3", "4"].map((level) => read(`--h-${level}`));
  return palette;
}
