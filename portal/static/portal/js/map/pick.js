// Which project lies under the pointer. Pure: works on the decoded features of one tile, in the tile's own pixels.

import { anchor, distanceToLines, isInside, LINE, POINT, POLYGON, ringArea } from "./geometry.js";

/** Pixels around a mark or a line that still count as a hit: a finger is not a needle. */
const SLACK = 5;

/**
 * The best feature at `point`, or null: the nearest mark first, then the nearest line, then the smallest area.
 * `scale` is screen pixels per tile pixel; `radiusOf(feature)` the radius of its mark on the screen.
 */
export function pick(features, point, { scale, radiusOf, shapesShown }) {
  let best = null;
  for (const feature of features) {
    const rank = rankOf(feature, point, scale, radiusOf, shapesShown);
    if (rank && (!best || rank.order < best.order || (rank.order === best.order && rank.distance < best.distance))) {
      best = { ...rank, feature };
    }
  }
  return best?.feature ?? null;
}

function rankOf(feature, point, scale, radiusOf, shapesShown) {
  const { geomType, geom } = feature;
  const at = anchor(geomType, geom);
  const toMark = Math.hypot(at.x - point.x, at.y - point.y) * scale;
  if (toMark <= radiusOf(feature) + SLACK) return { order: 0, distance: toMark };
  if (geomType === POINT || !shapesShown) return null;
  if (geomType === LINE) {
    const distance = distanceToLines(point, geom) * scale;
    return distance <= SLACK + 1 ? { order: 1, distance } : null;
  }
  if (geomType === POLYGON && isInside(point, geom)) {
    return { order: 2, distance: geom.reduce((sum, ring) => sum + Math.abs(ringArea(ring)), 0) };
  }
  return null;
}
