// What lies under the projects: lake, mountains, roads, unit edges and names, all quieter than the data.

import { anchor, POLYGON, ringArea } from "./geometry.js";

/** Pixels of a data tile, and the least area (px²) of a piece, or of a whole, that carries the name of its lake. */
const DATA_TILE = 512;
const NAMED_PIECE = 20_000;
const NAMED_WHOLE = 1_200;

/** The name of an area that may be cut into several tiles: written once, on a piece with room for it. */
class AreaName {
  constructor(protomaps, options) {
    this.inner = new protomaps.CenteredTextSymbolizer(options);
  }

  place(layout, geom, feature) {
    if (!hasRoom(feature)) return undefined;
    const at = Object.assign(geom[0][0].clone(), anchor(POLYGON, geom)); // the library needs its own point class
    const labels = this.inner.place(layout, [[at]], feature);
    for (const label of labels ?? []) {
      label.deduplicationKey = feature.props.name;
      label.deduplicationDistance = 700;
    }
    return labels;
  }
}

function hasRoom({ geom, bbox }) {
  const area = Math.max(...geom.map((ring) => Math.abs(ringArea(ring)) / 2));
  const whole = Math.min(bbox.minX, bbox.minY) >= 0 && Math.max(bbox.maxX, bbox.maxY) <= DATA_TILE;
  return area >= (whole ? NAMED_WHOLE : NAMED_PIECE);
}

const BASE = { dataSource: "base", dataLayer: "base" };
const kind = (...kinds) => (_zoom, feature) => kinds.includes(feature.props.kind);
const rank = (feature) => Number(feature.props.rank ?? 3);

/** Width of a road in pixels: main roads first, wider as one comes closer. */
function roadWidth(zoom, feature) {
  const main = rank(feature) <= 1 ? 1.6 : rank(feature) === 2 ? 1.1 : 0.7;
  return main * Math.max(0.7, 1.22 ** (zoom - 10));
}

const riverWidth = (zoom, feature) => (rank(feature) <= 1 ? 2.4 : 1.2) * Math.max(0.8, 1.3 ** (zoom - 10));
const roadShown = (zoom, feature) => feature.props.kind === "road" && zoom >= 6 + rank(feature) * 1.5;
const placeShown = (zoom, feature) => feature.props.kind === "place" && zoom >= [6, 8, 11, 12, 13][Math.min(rank(feature), 5) - 1];
// the tiles hold counties once for each of the two territorial dimensions
const isCounty = (_zoom, feature) => feature.props.kind === "county" && feature.props.dimension !== "management";
const isArea = (feature) => feature.geomType === POLYGON;

/** `theme`: {areas, edges} of fill.js; painted units lie between the mountains and the water and carry edges of their own. */
export function paintRules(protomaps, c, theme = null) {
  const { LineSymbolizer, PolygonSymbolizer } = protomaps;
  const line = (color, width, more = {}) => new LineSymbolizer({ color, width, lineCap: "round", lineJoin: "round", ...more });
  return [
    { ...BASE, filter: kind("mountain"), symbolizer: new PolygonSymbolizer({ fill: c.mountain, opacity: 0.9 }) },
    ...(theme?.areas ?? []),
    { ...BASE, filter: (_z, f) => f.props.kind === "lake" || (f.props.kind === "river" && isArea(f)), symbolizer: new PolygonSymbolizer({ fill: c.water, stroke: c["water-line"], width: 1 }) },
    { ...BASE, filter: (_z, f) => f.props.kind === "river" && !isArea(f), symbolizer: line(c.water, riverWidth) },
    { ...BASE, filter: roadShown, minzoom: 11, symbolizer: line(c["road-case"], (z, f) => roadWidth(z, f) + 1.4) },
    { ...BASE, filter: roadShown, symbolizer: line(c.road, roadWidth) },
    ...unitEdges(c, theme?.areas.length > 0),
    ...(theme?.edges ?? []),
  ];
}

/** Dash, dot: the drawing of an administrative edge. Painted units are told apart by their fill and a plain edge. */
function unitEdges(c, arePainted) {
  const rule = { dataSource: "regions", dataLayer: "regions" };
  const towns = { ...rule, minzoom: 12, filter: kind("township"), symbolizer: new EdgeLine(c.edge, 0.6, [3, 4]) };
  if (arePainted) return [towns];
  return [
    { ...rule, filter: kind("zone"), symbolizer: new EdgeLine(c.edge, 0.8, [4, 3]) },
    { ...rule, filter: isCounty, symbolizer: new EdgeLine(c.edge, 1.1, [9, 3, 1.5, 3]) },
    towns,
  ];
}

/**
 * Edges of units as dashed lines. Neighbours share their edges: a segment is drawn for the first of the two only, since
 * two dashed lines on each other would look like a solid one.
 */
class EdgeLine {
  constructor(colour, width, dash) {
    Object.assign(this, { colour, width, dash, drawn: new Set() });
  }

  /** Called by the library before each tile. */
  before() {
    this.drawn.clear();
  }

  isNew(a, b) {
    const [from, to] = [`${Math.round(a.x * 8)},${Math.round(a.y * 8)}`, `${Math.round(b.x * 8)},${Math.round(b.y * 8)}`];
    const key = from < to ? `${from} ${to}` : `${to} ${from}`;
    return !this.drawn.has(key) && Boolean(this.drawn.add(key));
  }

  trace(ctx, part) {
    let open = false;
    for (let i = 1; i < part.length; i += 1) {
      const wanted = this.isNew(part[i - 1], part[i]);
      if (wanted && !open) ctx.moveTo(part[i - 1].x, part[i - 1].y);
      if (wanted) ctx.lineTo(part[i].x, part[i].y);
      open = wanted;
    }
  }

  draw(ctx, geom, zoom) {
    ctx.save();
    ctx.strokeStyle = this.colour;
    ctx.globalAlpha = zoom < 8 ? 0.6 : 0.9;
    ctx.lineWidth = zoom < 10 ? this.width : this.width * 1.3;
    ctx.setLineDash(this.dash);
    ctx.beginPath();
    for (const part of geom) this.trace(ctx, part);
    ctx.stroke();
    ctx.restore();
  }
}

/** Names of the city and its units, over the marks: they tell where one is. */
export function unitNames(protomaps, c) {
  const { place, at } = placeNames(protomaps, c);
  return [
    { ...BASE, filter: at(1, 1), symbolizer: place(16, 700, { letterSpacing: 2 }) },
    { ...BASE, filter: at(2, 2), symbolizer: place(14, 700, { letterSpacing: 1 }) },
  ];
}

function placeNames(protomaps, c) {
  const px = (size) => `${((size + (c.large ? 3 : 0)) * c.scale).toFixed(1)}px ${c.sans}`;
  const halo = { stroke: c.halo, width: 3, lineHeight: 1.3 };
  const place = (size, weight, more) => new protomaps.CenteredTextSymbolizer({ labelProps: ["name"], fill: c.place, font: `${weight} ${px(size)}`, ...halo, ...more });
  const at = (low, high) => (z, f) => placeShown(z, f) && rank(f) >= low && rank(f) <= high;
  return { px, place, at };
}

/** Every other name, under the marks: lakes, zones, townships, streets. */
export function labelRules(protomaps, c) {
  const { px, place, at } = placeNames(protomaps, c);
  return [
    { ...BASE, filter: (z, f) => f.props.kind === "lake" && z >= 8 + rank(f) && isArea(f), symbolizer: new AreaName(protomaps, { labelProps: ["name"], fill: c["lake-name"], font: `italic 400 ${px(14)}`, letterSpacing: 4, stroke: c.water, width: 2 }) },
    { ...BASE, filter: at(3, 5), symbolizer: place(12, 400, { width: 2 }) },
    { ...BASE, minzoom: 12, filter: (z, f) => roadShown(z - 2, f) && Boolean(f.props.name), symbolizer: new protomaps.LineLabelSymbolizer({ labelProps: ["name"], fill: c.place, font: `400 ${px(11)}`, stroke: c.halo, width: 3, repeatDistance: 400 }) },
  ];
}
