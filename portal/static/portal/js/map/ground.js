// What lies under the projects: lake, mountains, roads, unit edges and names, all quieter than the data.

import { anchor, POLYGON } from "./geometry.js";

/** Adds a deduplicating name to an area that is cut into several tiles. */
class AreaName {
  constructor(protomaps, options) {
    this.inner = new protomaps.CenteredTextSymbolizer(options);
  }

  place(layout, geom, feature) {
    const at = Object.assign(geom[0][0].clone(), anchor(POLYGON, geom)); // the library needs its own point class
    const labels = this.inner.place(layout, [[at]], feature);
    for (const label of labels ?? []) {
      label.deduplicationKey = feature.props.name;
      label.deduplicationDistance = 700;
    }
    return labels;
  }
}

const kind = (...kinds) => (_zoom, feature) => kinds.includes(feature.props.kind);
const rank = (feature) => Number(feature.props.rank ?? 3);

/** Width of a road in pixels: main roads first, wider as one comes closer. */
function roadWidth(zoom, feature) {
  const main = rank(feature) <= 1 ? 1.6 : rank(feature) === 2 ? 1.1 : 0.7;
  return main * Math.max(0.7, 1.22 ** (zoom - 10));
}

const riverWidth = (zoom, feature) => (rank(feature) <= 1 ? 2.4 : 1.2) * Math.max(0.8, 1.3 ** (zoom - 10));
const roadShown = (zoom, feature) => feature.props.kind === "road" && zoom >= 6 + rank(feature) * 1.5;
const placeShown = (zoom, feature) => feature.props.kind === "place" && zoom >= [6, 8, 9, 10.5, 12][Math.min(rank(feature), 5) - 1];
const isArea = (feature) => feature.geomType === POLYGON;

export function paintRules(protomaps, c) {
  const { LineSymbolizer, PolygonSymbolizer } = protomaps;
  const base = { dataSource: "base", dataLayer: "base" };
  const line = (color, width, more = {}) => new LineSymbolizer({ color, width, lineCap: "round", lineJoin: "round", ...more });
  return [
    { ...base, filter: kind("mountain"), symbolizer: new PolygonSymbolizer({ fill: c.mountain, opacity: 0.9 }) },
    { ...base, filter: (_z, f) => f.props.kind === "lake" || (f.props.kind === "river" && isArea(f)), symbolizer: new PolygonSymbolizer({ fill: c.water, stroke: c["water-line"], width: 1 }) },
    { ...base, filter: (_z, f) => f.props.kind === "river" && !isArea(f), symbolizer: line(c.water, riverWidth) },
    { ...base, filter: roadShown, minzoom: 11, symbolizer: line(c["road-case"], (z, f) => roadWidth(z, f) + 1.4) },
    { ...base, filter: roadShown, symbolizer: line(c.road, roadWidth) },
    // dash, dot: the drawing of an administrative edge
    { dataSource: "regions", dataLayer: "regions", filter: (_z, f) => f.props.kind !== "township", symbolizer: new EdgeLine(c.edge, 1.1, [9, 3, 1.5, 3]) },
    { dataSource: "regions", dataLayer: "regions", minzoom: 12, filter: kind("township"), symbolizer: new EdgeLine(c.edge, 0.6, [3, 4]) },
  ];
}

/** Edges of polygons as dashed lines; the cut edges of a tile lie in its buffer and are left out. */
class EdgeLine {
  constructor(colour, width, dash) {
    Object.assign(this, { colour, width, dash });
  }

  draw(ctx, geom, zoom) {
    ctx.save();
    ctx.strokeStyle = this.colour;
    ctx.globalAlpha = zoom < 8 ? 0.6 : 0.9;
    ctx.lineWidth = zoom < 10 ? this.width : this.width * 1.3;
    ctx.setLineDash(this.dash);
    ctx.beginPath();
    for (const part of geom) {
      part.forEach((point, index) => (index ? ctx.lineTo(point.x, point.y) : ctx.moveTo(point.x, point.y)));
    }
    ctx.stroke();
    ctx.restore();
  }
}

export function labelRules(protomaps, c) {
  const { CenteredTextSymbolizer, LineLabelSymbolizer } = protomaps;
  const px = (size) => `${((size + (c.large ? 3 : 0)) * c.scale).toFixed(1)}px ${c.sans}`;
  const halo = { stroke: c.halo, width: 2, lineHeight: 1.3 };
  const base = { dataSource: "base", dataLayer: "base" };
  const place = (size, weight, more) => new CenteredTextSymbolizer({ labelProps: ["name"], fill: c.place, font: `${weight} ${px(size)}`, ...halo, ...more });
  const at = (low, high) => (z, f) => placeShown(z, f) && rank(f) >= low && rank(f) <= high;
  return [
    { ...base, filter: at(1, 1), symbolizer: place(16, 600, { letterSpacing: 2 }) },
    { ...base, filter: at(2, 2), symbolizer: place(14, 600, { letterSpacing: 1 }) },
    { ...base, filter: (z, f) => f.props.kind === "lake" && z >= 8 + rank(f) && isArea(f), symbolizer: new AreaName(protomaps, { labelProps: ["name"], fill: c["lake-name"], font: `italic 400 ${px(14)}`, letterSpacing: 4, stroke: c.water, width: 2 }) },
    { ...base, filter: at(3, 5), symbolizer: place(12, 400) },
    { ...base, minzoom: 12, filter: (z, f) => roadShown(z - 2, f) && Boolean(f.props.name), symbolizer: new LineLabelSymbolizer({ labelProps: ["name"], fill: c.place, font: `400 ${px(11)}`, stroke: c.halo, width: 3, repeatDistance: 400 }) },
  ];
}
