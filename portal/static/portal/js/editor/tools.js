// The tools: which one is on, drawing with geoman, and what a finished drawing becomes.

import { ringsOfLayer } from "./drawing.js";
import { FEWEST, rounded } from "./shape.js";

/** geoman's name of what is drawn with each tool. */
const DRAWN = { point: "Marker", line: "Line", polygon: "Polygon", hole: "Polygon", cut: "Polygon", split: "Line", measure: "Line" };
const FAMILY = { Marker: "point", Line: "line", Polygon: "polygon" };

export class Tools {
  /** @param {object} on {drawn(tool, rings), sketch(tool, rings|null), changed(tool)} */
  constructor(map, drawing, on) {
    Object.assign(this, { map, drawing, on, current: "" });
    map.pm.setGlobalOptions({ finishOnEnter: true });
    map.on("pm:create", (event) => this.created(event));
    map.on("pm:drawstart", ({ workingLayer }) => this.sketching(workingLayer));
    map.on("mousemove", ({ latlng }) => this.sketch(latlng));
  }

  get isDrawing() {
    return this.current in DRAWN;
  }

  /** Puts a tool on; the same once more, or "", puts it off. */
  use(tool) {
    const wanted = tool === this.current ? "" : tool;
    this.off();
    this.current = wanted;
    this.drawing.use(wanted === "vertices" || wanted === "move" ? wanted : "");
    if (wanted in DRAWN) this.draw(wanted);
    this.on.changed(wanted);
  }

  draw(tool) {
    const accent = this.drawing.palette.accent;
    const pathOptions = { color: accent, weight: 3, fillOpacity: 0.15, pmIgnore: true };
    this.map.pm.enableDraw(DRAWN[tool], {
      ...this.drawing.snapping(),
      tooltips: false, // the bar over the map says it, in the language of the page
      allowSelfIntersection: true, // told as a fault at once; refusing the click would only puzzle
      continueDrawing: false,
      markerStyle: { icon: window.L.divIcon({ className: "editor-point", iconSize: [22, 22] }), pmIgnore: true },
      templineStyle: { color: accent, weight: 3 },
      hintlineStyle: { color: accent, weight: 2, dashArray: "5 6" },
      pathOptions,
    });
  }

  off() {
    this.working = null;
    if (this.map.pm.globalDrawModeEnabled()) this.map.pm.disableDraw();
    this.on.sketch(this.current, null);
  }

  created({ layer, shape }) {
    const tool = this.current;
    layer.remove();
    const rings = ringsOfLayer(layer, FAMILY[shape]).map((ring) => ring.map((position) => position.map(rounded)));
    queueMicrotask(() => this.finished(tool, rings)); // geoman has to end its own drawing first
  }

  finished(tool, rings) {
    this.off();
    this.current = "";
    this.on.drawn(tool, rings);
    if (tool === "point") this.use("point"); // points seldom come alone
    else this.on.changed("");
  }

  sketching(layer) {
    this.working = layer;
    layer?.on?.("pm:vertexadded", () => this.sketch(null));
  }

  /** The line so far, with the place of the pointer as its last vertex. */
  sketch(latlng) {
    const held = this.working?.getLatLngs?.();
    if (!held) return;
    const points = held.flat(2).map(({ lng, lat }) => [lng, lat]);
    this.on.sketch(this.current, [latlng && points.length ? [...points, [latlng.lng, latlng.lat]] : points]);
  }

  /** Ends the drawing, for fingers and for those who do not know the double click; false while there are too few vertices. */
  finish() {
    const drawer = this.drawer();
    const count = drawer?._layer?.getLatLngs?.().flat(2).length ?? 0;
    if (count < FEWEST[FAMILY[DRAWN[this.current]]]) return false;
    drawer._finishShape();
    return true;
  }

  /** Takes the last vertex back; the first one by beginning anew. */
  stepBack() {
    const drawer = this.drawer();
    const tool = this.current;
    if ((drawer?._layer?.getLatLngs?.().flat(2).length ?? 0) > 1) {
      drawer._removeLastVertex();
      this.sketch(null);
    } else if (tool) {
      this.use("");
      this.use(tool);
    }
  }

  drawer() {
    return this.isDrawing ? this.map.pm.Draw[DRAWN[this.current]] : null;
  }
}
