// Marks of projects on a canvas: the shape tells the status, the size the investment. Pure but for the given context.
// The outlines are those of templates/components/_mark.html, for a radius of 5.

export const SHAPES = ["hollow", "circle", "square", "triangle", "diamond", "cross"];

const MIN_RADIUS = 3.5;
const MAX_RADIUS = 7;
const SMALL_YUAN = 1_000_000;
const LARGE_YUAN = 1_000_000_000;

/** Radius in CSS pixels, 3.5 to 7: logarithmic between 100万 and 10亿 yuan; without an amount the smallest. */
export function markRadius(yuan) {
  if (!(yuan > SMALL_YUAN)) return MIN_RADIUS;
  const share = Math.log(yuan / SMALL_YUAN) / Math.log(LARGE_YUAN / SMALL_YUAN);
  return MIN_RADIUS + (MAX_RADIUS - MIN_RADIUS) * Math.min(1, share);
}

const OUTLINES = {
  hollow: (ctx, r) => ctx.arc(0, 0, r * 0.85, 0, 2 * Math.PI),
  circle: (ctx, r) => ctx.arc(0, 0, r, 0, 2 * Math.PI),
  square: (ctx, r) => ctx.rect(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8),
  triangle: (ctx, r) => polygon(ctx, [[0, -r * 1.1], [r * 1.1, r * 0.84], [-r * 1.1, r * 0.84]]),
  diamond: (ctx, r) => polygon(ctx, [[0, -r * 1.2], [r * 1.2, 0], [0, r * 1.2], [-r * 1.2, 0]]),
  cross: (ctx, r) => {
    ctx.moveTo(-r * 0.8, -r * 0.8);
    ctx.lineTo(r * 0.8, r * 0.8);
    ctx.moveTo(r * 0.8, -r * 0.8);
    ctx.lineTo(-r * 0.8, r * 0.8);
  },
};

function polygon(ctx, points) {
  points.forEach(([x, y], index) => (index ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  ctx.closePath();
}

/** Draws one mark with its casing at (x, y); `ground` fills the hollow one so that roads do not show through. */
export function drawMark(ctx, { shape, x, y, radius, colour, casing, ground }) {
  const outline = OUTLINES[shape] ?? OUTLINES.hollow;
  ctx.save();
  ctx.translate(x, y);
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  ctx.beginPath();
  outline(ctx, radius);
  ctx.strokeStyle = casing;
  ctx.lineWidth = shape === "cross" ? 4.5 : 2.5;
  if (shape === "hollow") ctx.lineWidth = 4.5;
  ctx.stroke();
  if (shape === "cross" || shape === "hollow") {
    if (shape === "hollow") {
      ctx.fillStyle = ground;
      ctx.fill();
    }
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2.2;
    ctx.stroke();
  } else {
    ctx.fillStyle = colour;
    ctx.fill();
  }
  ctx.restore();
}

/** The same outline as an SVG path, for the mark of the card. */
export function markPath(shape, r = 5) {
  const k = (n) => Number(n.toFixed(2));
  const ring = (q) => `M${k(-q)} 0a${k(q)} ${k(q)} 0 1 0 ${k(2 * q)} 0a${k(q)} ${k(q)} 0 1 0 ${k(-2 * q)} 0z`;
  switch (shape) {
    case "circle":
      return ring(r);
    case "square":
      return `M${k(-r * 0.9)} ${k(-r * 0.9)}h${k(r * 1.8)}v${k(r * 1.8)}h${k(-r * 1.8)}z`;
    case "triangle":
      return `M0 ${k(-r * 1.1)} ${k(r * 1.1)} ${k(r * 0.84)}H${k(-r * 1.1)}z`;
    case "diamond":
      return `M0 ${k(-r * 1.2)} ${k(r * 1.2)} 0 0 ${k(r * 1.2)} ${k(-r * 1.2)} 0z`;
    case "cross":
      return `M${k(-r * 0.8)} ${k(-r * 0.8)} ${k(r * 0.8)} ${k(r * 0.8)}M${k(r * 0.8)} ${k(-r * 0.8)} ${k(-r * 0.8)} ${k(r * 0.8)}`;
    default:
      return ring(r * 0.85);
  }
}
