// A line drawn by hand, thinned so that an address can hold it. Pure.

/** Corners that an address may have; the server takes up to 200 (geodata/summary/rings.py). */
export const MOST_CORNERS = 60;

const away = (p, a, b) => {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  return length ? Math.abs((b.x - a.x) * (a.y - p.y) - (a.x - p.x) * (b.y - a.y)) / length : Math.hypot(p.x - a.x, p.y - a.y);
};

/** The points that matter: those farther than `tolerance` from the line without them (Douglas and Peucker). */
export function simplified(points, tolerance) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points.at(-1)];
  let farthest = 0;
  let at = 0;
  for (let i = 1; i < points.length - 1; i += 1) {
    const distance = away(points[i], first, last);
    if (distance > farthest) [farthest, at] = [distance, i];
  }
  if (farthest <= tolerance) return [first, last];
  return [...simplified(points.slice(0, at + 1), tolerance).slice(0, -1), ...simplified(points.slice(at), tolerance)];
}

/** At most MOST_CORNERS points of a closed line, as coarse as that needs; the first is not repeated at the end. */
export function corners(points, tolerance = 2) {
  const found = simplified(points, tolerance);
  const closed = found.length > 3 && Math.hypot(found[0].x - found.at(-1).x, found[0].y - found.at(-1).y) < tolerance ? found.slice(0, -1) : found;
  return closed.length > MOST_CORNERS ? corners(points, tolerance * 1.5) : closed;
}

/** "lon,lat,lon,lat": what the address's `ring` wants. */
export function ringText(latlngs) {
  return latlngs.map(({ lat, lng }) => `${lng.toFixed(6)},${lat.toFixed(6)}`).join(",");
}
