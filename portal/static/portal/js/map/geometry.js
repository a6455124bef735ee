// Plane geometry of decoded tile features: parts of {x, y} points in pixels. Pure; tested by tests/js.

/** Twice the signed area of a ring. */
export function ringArea(ring) {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    sum += ring[j].x * ring[i].y - ring[i].x * ring[j].y;
  }
  return sum;
}

function largest(parts, measure) {
  return parts.reduce((best, part) => (measure(part) > measure(best) ? part : best), parts[0]);
}

function length(line) {
  let sum = 0;
  for (let i = 1; i < line.length; i += 1) sum += Math.hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
  return sum;
}

/** The point half way along a line. */
function middle(line) {
  let left = length(line) / 2;
  for (let i = 1; i < line.length; i += 1) {
    const step = Math.hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
    if (step > 0 && left <= step) {
      const t = left / step;
      return { x: line[i - 1].x + t * (line[i].x - line[i - 1].x), y: line[i - 1].y + t * (line[i].y - line[i - 1].y) };
    }
    left -= step;
  }
  return line[0];
}

/** The centre of gravity of a ring; of a ring without area its first point. */
function centroid(ring) {
  const area = ringArea(ring);
  if (Math.abs(area) < 1e-9) return ring[0];
  let x = 0;
  let y = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const cross = ring[j].x * ring[i].y - ring[i].x * ring[j].y;
    x += (ring[j].x + ring[i].x) * cross;
    y += (ring[j].y + ring[i].y) * cross;
  }
  return { x: x / (3 * area), y: y / (3 * area) };
}

export const POINT = 1;
export const LINE = 2;
export const POLYGON = 3;

/** Where the mark of a feature stands: its point, the middle of its longest line, the centre of its largest ring. */
export function anchor(geomType, parts) {
  if (geomType === POINT) return parts[0][0];
  if (geomType === LINE) return middle(largest(parts, length));
  return centroid(largest(parts, (ring) => Math.abs(ringArea(ring))));
}

/** Distance from a point to the nearest segment of any part. */
export function distanceToLines(point, parts) {
  let best = Infinity;
  for (const line of parts) {
    for (let i = 1; i < line.length; i += 1) best = Math.min(best, distanceToSegment(point, line[i - 1], line[i]));
  }
  return best;
}

function distanceToSegment(p, a, b) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const square = dx * dx + dy * dy;
  const t = square ? Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / square)) : 0;
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/** Even-odd over all rings, so that holes are outside. */
export function isInside(point, rings) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const a = ring[i];
      const b = ring[j];
      if (a.y > point.y !== b.y > point.y && point.x < ((b.x - a.x) * (point.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
    }
  }
  return inside;
}
