// The theme over the ground: units painted by a rate and circles (data in the json_script "map-choropleth"); a click on a unit
// follows the address that narrows the page to it. Loaded only by pages that carry the data.

import { unitAddress, unitOf, viewHash } from "../address.js";
import { addCircles } from "./circles.js";
import { fillRules, isUnit, unitAt } from "./fill.js";
import { underPointer } from "./under_pointer.js";

export class Thematic {
  constructor(data) {
    this.dimension = data.dimension ?? "management";
    this.level = data.level ?? "unit";
    this.classes = data.classes ?? {};
    this.texts = data.texts ?? {};
    this.label = data.label ?? "";
    this.circles = data.circles ?? [];
    this.chosen = unitOf(window.location.search, this.dimension);
  }

  get hasFill() {
    return Object.keys(this.classes).length > 0;
  }

  /** The layer of tiles that holds the painted places. */
  get source() {
    return this.level === "township" ? "townships" : "regions";
  }

  get hasCircles() {
    return this.circles.length > 0;
  }

  /** Paint rules for the ground layer, see ground.js. */
  rules(palette, onUnderlay) {
    return fillRules(this, palette.fill, { onUnderlay });
  }

  addTo(onemap, tip) {
    this.map = onemap.map;
    this.onemap = onemap;
    if (!this.hasCircles) return;
    addCircles(this.map, this.circles, {
      over: (circle, point) => tip.show(circle.name, point, circle.text),
      out: () => tip.hide(),
      click: (circle) => this.follow(circle.code),
    });
  }

  /** The unit under a position: {code, name, text}, or null. */
  at(latlng) {
    const found = underPointer(this.map, this.onemap.ground, this.source, latlng);
    const unit = found && unitAt(found.features.filter((f) => isUnit(f, this.dimension, this.level)), found.point, this.dimension, this.level);
    return unit ? { code: unit.props.code, name: unit.props.name, text: this.texts[unit.props.code] ?? "" } : null;
  }

  /** The page of one unit, looking at the same place; the chosen one's page is already here. */
  follow(code) {
    if (code === this.chosen) return;
    const { lat, lng } = this.map.getCenter();
    window.location.assign(unitAddress(window.location.search, this.dimension, code) + viewHash(this.map.getZoom(), lat, lng));
  }
}
