// The projects' layer: marks and shapes by status, dimmed around a selection, and the answer to "what is here?".

import { anchor, LINE, POINT, POLYGON } from "./geometry.js";
import { pick } from "./pick.js";
import { drawMark, markRadius } from "./symbols.js";
import { underPointer } from "./under_pointer.js";

/** From this zoom on lines and areas are drawn; before, a mark stands for them. */
export const SHAPES_FROM_ZOOM = 12;

const SMALL_MARK = 4.5;

/** Pixels of a data tile: it covers two by two tiles of the screen. */
const DATA_TILE = 512;

const isShape = (feature, zoom) => feature.geomType !== POINT && zoom >= SHAPES_FROM_ZOOM;

export class ProjectStyle {
  /** @param {(status: string) => string} shapeOf  @param {object|null} marks {property, digits, values, other}: marks by another property */
  constructor(shapeOf, marks = null) {
    this.shapeOf = shapeOf;
    this.marks = marks;
    this.palette = null;
    this.selected = null;
    this.markOwners = new Map();
  }

  /** A shape that lies in several tiles carries one mark: that of the first piece whose middle is inside its own tile. */
  ownsMark(feature, zoom) {
    if (!isShape(feature, zoom)) return true;
    const { x, y } = anchor(feature.geomType, feature.geom);
    if (Math.min(x, y) < 0 || Math.max(x, y) > DATA_TILE) return false;
    if (!this.markOwners.has(feature.props.code)) this.markOwners.set(feature.props.code, feature);
    return this.markOwners.get(feature.props.code) === feature;
  }

  /** [shape, colour's name] where marks tell something else than the status, or null. */
  marked({ props }) {
    if (!this.marks) return null;
    const { property, digits, values, other } = this.marks;
    const value = String(props[property] ?? "");
    return values[digits ? value.slice(0, digits) : value] ?? other;
  }

  shape(feature) {
    return this.marked(feature)?.[0] ?? this.shapeOf(feature.props.status);
  }

  colour(feature) {
    const marked = this.marked(feature);
    return marked ? this.palette.token(marked[1]) : this.palette.status[this.shapeOf(feature.props.status)];
  }

  isSelected(feature) {
    return this.selected !== null && feature.props.code === this.selected;
  }

  opacity(feature) {
    return this.selected === null || this.isSelected(feature) ? 1 : 0.4;
  }

  /** Radius of the mark: by money, and a steady small one on top of a drawn shape. */
  radius(feature, zoom) {
    const radius = isShape(feature, zoom) ? SMALL_MARK : markRadius(Number(feature.props.budget));
    return (zoom >= 11 ? radius + 1 : radius) * this.palette.scale;
  }
}

function trace(ctx, geom, close) {
  ctx.beginPath();
  for (const part of geom) {
    part.forEach((point, index) => (index ? ctx.lineTo(point.x, point.y) : ctx.moveTo(point.x, point.y)));
    if (close) ctx.closePath();
  }
}

function strokes(ctx, lines) {
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  for (const [colour, width] of lines) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.stroke();
  }
}

/** 25 % fill with a solid edge, or a 3 px line with a 1 px casing; the selected one on an accent outline. */
function drawShape(style) {
  return {
    draw(ctx, geom, _zoom, feature) {
      const area = feature.geomType === POLYGON;
      const colour = style.colour(feature);
      const { accent, case: casing } = style.palette;
      ctx.save();
      ctx.globalAlpha = style.opacity(feature);
      trace(ctx, geom, area);
      if (area) {
        ctx.save();
        ctx.globalAlpha *= 0.25;
        ctx.fillStyle = colour;
        ctx.fill("evenodd");
        ctx.restore();
      }
      const width = area ? 1.8 : 3;
      const lines = [[casing, width + 2], [colour, width]];
      strokes(ctx, style.isSelected(feature) ? [[accent, width + 7], ...lines] : lines);
      ctx.restore();
    },
  };
}

function drawSymbol(style) {
  return {
    draw(ctx, geom, zoom, feature) {
      if (!style.ownsMark(feature, zoom)) return;
      const { x, y } = anchor(feature.geomType, geom);
      const radius = style.radius(feature, zoom);
      const { accent, land, case: casing } = style.palette;
      ctx.save();
      ctx.globalAlpha = style.opacity(feature);
      if (style.isSelected(feature) && !isShape(feature, zoom)) {
        ctx.beginPath();
        ctx.arc(x, y, radius + 6, 0, 2 * Math.PI);
        ctx.strokeStyle = accent;
        ctx.lineWidth = 3;
        ctx.stroke();
      }
      drawMark(ctx, { shape: style.shape(feature), x, y, radius, colour: style.colour(feature), casing, ground: land });
      ctx.restore();
    },
  };
}

/** Areas, then lines, then marks; the selected project last, so that nothing lies on it. */
export function projectRules(style) {
  const rule = { dataSource: "projects", dataLayer: "projects" };
  const shape = drawShape(style);
  const mark = drawSymbol(style);
  const of = (type) => (_zoom, feature) => feature.geomType === type && !style.isSelected(feature);
  const selected = (_zoom, feature) => style.isSelected(feature);
  return [
    { ...rule, minzoom: SHAPES_FROM_ZOOM, filter: of(POLYGON), symbolizer: shape },
    { ...rule, minzoom: SHAPES_FROM_ZOOM, filter: of(LINE), symbolizer: shape },
    { ...rule, filter: (_zoom, feature) => !style.isSelected(feature), symbolizer: mark },
    { ...rule, minzoom: SHAPES_FROM_ZOOM, filter: (zoom, f) => isShape(f, zoom) && selected(zoom, f), symbolizer: shape },
    { ...rule, filter: selected, symbolizer: mark },
  ];
}

/** The project under a position, out of the tiles that are already here; null when there is none. */
export function projectAt(map, layer, style, latlng) {
  const found = underPointer(map, layer, "projects", latlng);
  return found && pick(found.features, found.point, {
    scale: found.scale,
    radiusOf: (feature) => style.radius(feature, found.zoom),
    shapesShown: found.zoom >= SHAPES_FROM_ZOOM,
  });
}
