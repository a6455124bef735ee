// Units painted by the class of a rate, on the tiles of the regions layer: five steps of one hue, zero, hatched where nothing is
// known, white with a dotted edge where too few projects make a rate. Pure but for the canvas it is given.

import { isInside } from "./geometry.js";

const HATCH = 8;
/** The fill steps back where single projects are looked at: by map zoom 12 (shapes begin), 13 and closer. */
const fillAlpha = (zoom, onUnderlay) => (onUnderlay ? 0.6 : 1) * (zoom <= 11 ? 1 : zoom === 12 ? 0.5 : zoom === 13 ? 0.3 : 0.15);

/** The unit of a dimension among the features at a point of their tile, or null. */
export function unitAt(features, point, dimension, level = "unit") {
  return features.find((feature) => isUnit(feature, dimension, level) && isInside(point, feature.geom)) ?? null;
}

/** Whether a feature is one of the units that a dimension divides the city into, or one of its townships. */
export function isUnit({ props }, dimension, level = "unit") {
  if (level === "township") return props.kind === "township";
  const kinds = dimension === "admin" ? ["county"] : ["county", "zone"];
  return props.dimension === dimension && kinds.includes(props.kind);
}

/** What a class is painted with: {colour, hatched, dotted}. A unit without a class is as one without data. */
export function paintOf(key, c) {
  if (key === "few") return { colour: c.few, hatched: false, dotted: true };
  if (key === "zero") return { colour: c.zero, hatched: false, dotted: false };
  if (key?.[0] === "d") return { colour: c.sides[Number(key[1])], hatched: false, dotted: false };
  if (c.steps[key]) return { colour: c.steps[key], hatched: false, dotted: false };
  return { colour: c.none, hatched: true, dotted: false };
}

function trace(ctx, rings) {
  ctx.beginPath();
  for (const ring of rings) {
    ring.forEach((point, index) => (index ? ctx.lineTo(point.x, point.y) : ctx.moveTo(point.x, point.y)));
    ctx.closePath();
  }
}

/** Slanted lines as a repeating pattern that continues over the edges of tiles. */
function hatch(ctx, colour) {
  const tile = document.createElement("canvas");
  tile.width = HATCH;
  tile.height = HATCH;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 1.1;
  for (const shift of [-HATCH, 0, HATCH]) {
    pen.moveTo(shift, HATCH);
    pen.lineTo(shift + HATCH, 0);
  }
  pen.stroke();
  return ctx.createPattern(tile, "repeat");
}

function drawUnit(ctx, geom, paint, c) {
  trace(ctx, geom);
  ctx.fillStyle = paint.colour;
  ctx.fill("evenodd");
  if (paint.hatched) {
    ctx.fillStyle = hatch(ctx, c.hatch);
    ctx.fill("evenodd");
  }
  // simplified neighbours may leave a sliver between them
  ctx.strokeStyle = paint.colour;
  ctx.lineWidth = 0.8;
  ctx.stroke();
  if (paint.dotted) drawDots(ctx, c.dot);
}

/** Half of the wide line is cut off at the edge, so that the dots lie inside. */
function drawDots(ctx, colour) {
  ctx.clip("evenodd");
  ctx.strokeStyle = colour;
  ctx.lineWidth = 4;
  ctx.lineCap = "round";
  ctx.setLineDash([0.1, 6]);
  ctx.stroke();
}

/** Rules for the ground layer: the fill (below water and roads) and the edges (above them). Without classes the chosen unit alone. */
export function fillRules({ dimension, level = "unit", classes, chosen }, c, { onUnderlay = false } = {}) {
  const source = level === "township" ? "townships" : "regions";
  const rule = { dataSource: source, dataLayer: source };
  const isPainted = Object.keys(classes).length > 0;
  const painted = (_zoom, feature) => isUnit(feature, dimension, level) && feature.props.code in classes;
  const isChosen = (_zoom, feature) => isUnit(feature, dimension, level) && feature.props.code === chosen;
  const draw = (inner) => ({
    draw(ctx, geom, zoom, feature) {
      ctx.save();
      inner(ctx, geom, zoom, feature);
      ctx.restore();
    },
  });
  const stroke = (...lines) => draw((ctx, geom) => {
    trace(ctx, geom);
    ctx.lineJoin = "round";
    for (const [colour, width] of lines) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.stroke();
    }
  });
  const fill = draw((ctx, geom, zoom, feature) => {
    ctx.globalAlpha = fillAlpha(zoom, onUnderlay);
    drawUnit(ctx, geom, paintOf(classes[feature.props.code], c), c);
  });
  return {
    areas: isPainted ? [{ ...rule, filter: painted, symbolizer: fill }] : [],
    edges: [
      ...(isPainted ? [{ ...rule, filter: painted, symbolizer: stroke([c.edge, 1.4]) }] : []),
      { ...rule, filter: isChosen, symbolizer: stroke([c.case, 6], [c.accent, 3]) },
    ],
  };
}
