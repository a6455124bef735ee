// Moves overlapping circles apart, each no farther than it must. Pure; tests/js/fill.test.js.

const ROUNDS = 80;
const GAP = 3;
/** A figure needs this much room, however small its circle. */
const LEAST_ROOM = 25;
const FARTHEST = 56;

/** One push between two circles that stand too near; two on one spot part along a fixed direction. */
function part(a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const distance = Math.hypot(dx, dy);
  const overlap = a.room + b.room + GAP - distance;
  if (overlap <= 0) return;
  const [ux, uy] = distance > 0.01 ? [dx / distance, dy / distance] : [0.8, 0.6];
  const share = b.room / (a.room + b.room); // the smaller one gives way
  a.x -= ux * overlap * share * 0.5;
  a.y -= uy * overlap * share * 0.5;
  b.x += ux * overlap * (1 - share) * 0.5;
  b.y += uy * overlap * (1 - share) * 0.5;
}

/** Back inside the farthest distance from where the circle belongs. */
function hold(circle) {
  const [dx, dy] = [circle.x - circle.home.x, circle.y - circle.home.y];
  const distance = Math.hypot(dx, dy);
  if (distance <= FARTHEST) return;
  circle.x = circle.home.x + (dx / distance) * FARTHEST;
  circle.y = circle.home.y + (dy / distance) * FARTHEST;
}

/** @param {{x: number, y: number, radius: number, room?: number}[]} circles in pixels; `room` of the words  @returns {{dx: number, dy: number}[]} their shifts */
export function spread(circles) {
  const moved = circles.map(({ x, y, radius, room = 0 }) => ({ x, y, home: { x, y }, room: Math.max(radius, room, LEAST_ROOM) }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let i = 0; i < moved.length; i += 1) for (let j = i + 1; j < moved.length; j += 1) part(moved[i], moved[j]);
    moved.forEach(hold);
  }
  return moved.map((circle) => ({ dx: circle.x - circle.home.x, dy: circle.y - circle.home.y }));
}
