// Squares of complaints over the ground (tile layer complaint_density): five levels, the first for fewer than five.

/** Rules of the layer; the first level has an edge alone, since its number is not told. */
export function densityRules({ density }) {
  return [{
    dataSource: "complaintDensity",
    dataLayer: "complaint_density",
    symbolizer: {
      draw(ctx, geom, _zoom, feature) {
        const level = Number(feature.props.level);
        ctx.save();
        ctx.beginPath();
        for (const ring of geom) {
          ring.forEach((point, index) => (index ? ctx.lineTo(point.x, point.y) : ctx.moveTo(point.x, point.y)));
          ctx.closePath();
        }
        ctx.globalAlpha = level ? 0.72 : 0.5;
        ctx.fillStyle = density[level];
        if (level) ctx.fill("evenodd");
        ctx.strokeStyle = density[level];
        ctx.lineWidth = 1;
        ctx.stroke();
        ctx.restore();
      },
    },
  }];
}
