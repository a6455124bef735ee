// A shape as the editor holds it, apart from any map layer: parts of one family, each a list of numbers, never changed in place.
// The layers on the map are drawn from it and read back part by part, so a Multi* shape can neither lose a part or a hole nor
// turn into a collection. Coordinates are [lon, lat] in degrees of EPSG:4490; rings are open here and closed in GeoJSON.

export const FAMILIES = ["point", "line", "polygon"];
const FAMILY_OF = { Point: "point", MultiPoint: "point", LineString: "line", MultiLineString: "line", Polygon: "polygon", MultiPolygon: "polygon" };
const SINGLE = { point: "Point", line: "LineString", polygon: "Polygon" };
/** The fewest vertices of a line and of a ring. */
export const FEWEST = { point: 1, line: 2, polygon: 3 };
const DECIMALS = 1e8; // 1e-8 degree, about a millimetre: what the record keeps

/** Nothing drawn yet; what comes is stored as a Multi* type, like every other shape of the record. */
export const EMPTY = Object.freeze({ family: null, multi: true, parts: Object.freeze([]) });

export function rounded(number) {
  return Math.round(number * DECIMALS) / DECIMALS;
}

const pair = ([lon, lat]) => [lon, lat]; // heights and measures are not kept
const same = (a, b) => a[0] === b[0] && a[1] === b[1];

function openRing(ring) {
  const points = ring.map(pair);
  return points.length > 1 && same(points[0], points.at(-1)) ? points.slice(0, -1) : points;
}

const READ = { point: pair, line: (line) => line.map(pair), polygon: (rings) => rings.map(openRing) };
const WRITE = { point: pair, line: (line) => line.map(pair), polygon: (rings) => rings.map((ring) => [...ring, ring[0]].map(pair)) };

/** A GeoJSON geometry (or null) as a shape. Throws a TypeError for a collection: no project has one. */
export function fromGeoJSON(geometry) {
  if (!geometry) return EMPTY;
  const family = FAMILY_OF[geometry.type];
  if (!family) throw new TypeError(`no shape of a project: ${geometry.type}`);
  const multi = geometry.type.startsWith("Multi");
  const parts = multi ? geometry.coordinates : [geometry.coordinates];
  return parts.length ? { family, multi, parts: parts.map(READ[family]) } : EMPTY;
}

/** The GeoJSON geometry of a shape, null when it is empty. A single type stays single as long as one part is left. */
export function toGeoJSON(shape) {
  if (!shape.parts.length) return null;
  const parts = shape.parts.map(WRITE[shape.family]);
  const single = SINGLE[shape.family];
  if (shape.multi || parts.length > 1) return { type: `Multi${single}`, coordinates: parts };
  return { type: single, coordinates: parts[0] };
}

export function equal(a, b) {
  return JSON.stringify(toGeoJSON(a)) === JSON.stringify(toGeoJSON(b));
}

/** The lists of vertices of a part: one for a point or a line, outer ring and holes for an area. */
export function ringsOf(shape, part) {
  const held = shape.parts[part];
  if (shape.family === "point") return [[held]];
  return shape.family === "line" ? [held] : held;
}

function fromRings(family, rings) {
  if (family === "point") return rings[0][0];
  return family === "line" ? rings[0] : rings;
}

export function counts(shape) {
  let [holes, vertices] = [0, 0];
  shape.parts.forEach((_part, index) => {
    const rings = ringsOf(shape, index);
    holes += rings.length - 1;
    vertices += rings.reduce((sum, ring) => sum + ring.length, 0);
  });
  return { parts: shape.parts.length, holes, vertices };
}

/** Adds a part. Throws a TypeError when the shape holds parts of another family. */
export function addPart(shape, family, part) {
  if (shape.parts.length && shape.family !== family) throw new TypeError(`a ${family} among ${shape.family}s`);
  return { family, multi: shape.multi, parts: [...shape.parts, part] };
}

/** Adds every part of another shape, its own kind of type included where this one is empty. */
export function addShape(shape, other) {
  if (!shape.parts.length) return other;
  return other.parts.reduce((sum, part) => addPart(sum, other.family, part), shape);
}

export function replacePart(shape, index, part) {
  return { ...shape, parts: shape.parts.map((held, at) => (at === index ? part : held)) };
}

export function removePart(shape, index) {
  const parts = shape.parts.filter((_part, at) => at !== index);
  return parts.length ? { ...shape, parts } : { ...EMPTY, multi: shape.multi };
}

export function addHole(shape, index, ring) {
  return replacePart(shape, index, [...shape.parts[index], ring]);
}

function editRing(shape, { part, ring }, change) {
  const rings = ringsOf(shape, part).map((held, at) => (at === ring ? change([...held]) : held));
  return replacePart(shape, part, fromRings(shape.family, rings));
}

/** `at`: {part, ring, vertex}, counted from 0; ring 0 is the outer one, or the only one of points and lines. */
export function moveVertex(shape, at, position) {
  return editRing(shape, at, (points) => {
    points[at.vertex] = position;
    return points;
  });
}

/** A new vertex half way to the next one; at the end of a line, as far again as the last step. */
export function insertVertex(shape, at) {
  if (shape.family === "point") return shape;
  return editRing(shape, at, (points) => {
    const here = points[at.vertex];
    const isEnd = shape.family === "line" && at.vertex === points.length - 1;
    const next = isEnd ? points[at.vertex - 1].map((value, axis) => 3 * here[axis] - 2 * value) : points[(at.vertex + 1) % points.length];
    points.splice(at.vertex + 1, 0, [rounded((here[0] + next[0]) / 2), rounded((here[1] + next[1]) / 2)]);
    return points;
  });
}

/** Takes a vertex away; a ring with too few left goes with it, the outer one with its part. */
export function removeVertex(shape, at) {
  if (ringsOf(shape, at.part)[at.ring].length <= FEWEST[shape.family]) return removeRing(shape, at);
  return editRing(shape, at, (points) => points.filter((_point, index) => index !== at.vertex));
}

export function removeRing(shape, { part, ring }) {
  if (shape.family !== "polygon" || ring === 0) return removePart(shape, part);
  return replacePart(shape, part, shape.parts[part].filter((_ring, index) => index !== ring));
}

/** Every vertex of the parts (all of them without `parts`) moved by degrees. */
export function shifted(shape, [east, north], parts = null) {
  const move = ([lon, lat]) => [rounded(lon + east), rounded(lat + north)];
  const moved = (index) => fromRings(shape.family, ringsOf(shape, index).map((ring) => ring.map(move)));
  return { ...shape, parts: shape.parts.map((part, index) => (!parts || parts.includes(index) ? moved(index) : part)) };
}

/** [west, south, east, north], null when nothing is drawn. */
export function bounds(shape) {
  const points = shape.parts.flatMap((_part, index) => ringsOf(shape, index).flat());
  if (!points.length) return null;
  const [lons, lats] = [points.map((point) => point[0]), points.map((point) => point[1])];
  const least = (values) => values.reduce((a, b) => Math.min(a, b));
  const most = (values) => values.reduce((a, b) => Math.max(a, b));
  return [least(lons), least(lats), most(lons), most(lats)];
}

/**
 * A part as a map layer gives it back: positions that were there before keep their last digit, new ones are rounded.
 * @param {number[][]} before vertices of the part as it was
 */
export function readBack(family, rings, before) {
  const known = new Set(before.map(String));
  const keep = (position) => (known.has(String(position)) ? position : position.map(rounded));
  return fromRings(family, rings.map((ring) => ring.map(keep)));
}
