// What the pointer does on a map of projects: the name beside it, the card of a clicked project, the page of a clicked unit; and
// the way to a place that the search found.

import { Card } from "./card.js";
import { byKey } from "./keyboard.js";
import { projectAt } from "./projects.js";
import { Tip } from "./tip.js";

const CLOSE_ZOOM = 15;
/** How long a found project's tile may take until its card is given up. */
export const PATIENCE_MS = 4000;

export class Pointer {
  /** @param {object} onemap the map object  @param {object|null} theme units and circles over the ground (thematic.js) */
  constructor(onemap, theme) {
    Object.assign(this, { onemap, theme });
    this.canvas = onemap.box.querySelector("[data-canvas]");
    this.card = new Card(onemap.box, onemap.labels, () => onemap.select(null));
    this.tip = new Tip(onemap.box);
    onemap.map.on("click", (event) => this.onClick(event));
    onemap.map.on("mousemove", (event) => this.onMove(event));
    onemap.map.on("mouseout movestart", () => this.tip.hide());
    onemap.box.addEventListener("keydown", (event) => event.key === "Escape" && this.card.close());
    window.addEventListener("onemap:goto", (event) => this.goTo(event));
    theme?.addTo(onemap, this.tip);
  }

  project(latlng) {
    const { map, projects, style } = this.onemap;
    return projects ? projectAt(map, projects, style, latlng) : null;
  }

  unit(latlng) {
    return this.theme?.at(latlng) ?? null;
  }

  onClick({ latlng, originalEvent }) {
    const feature = this.project(latlng);
    const wasOpen = this.card.isOpen;
    this.tip.hide();
    if (feature) this.card.open(feature.props, { focus: byKey(originalEvent) });
    else this.card.close();
    this.onemap.select(feature ? feature.props.code : null);
    const unit = feature || wasOpen ? null : this.unit(latlng); // the click that closes a card does nothing else
    if (unit) this.theme.follow(unit.code);
  }

  onMove({ latlng, containerPoint, originalEvent }) {
    if (originalEvent?.target.closest?.(".leaflet-marker-icon")) return; // a circle has its own words
    const feature = this.project(latlng);
    const unit = feature ? null : this.unit(latlng);
    this.canvas.classList.toggle("is-hit", Boolean(feature) || (unit !== null && unit.code !== this.theme.chosen));
    if (feature) this.tip.show(feature.props.name, containerPoint);
    else if (unit) this.tip.show(unit.name, containerPoint, unit.text);
    else this.tip.hide();
  }

  /** Goes where the search found something; of a project the card opens once its tile is here. */
  goTo(event) {
    const { lon, lat, zoom, code } = event.detail;
    event.preventDefault();
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.card.close();
    this.onemap.map.setView([lat, lon], Math.max(this.onemap.map.getMinZoom(), zoom || CLOSE_ZOOM), { animate: !still });
    this.onemap.box.scrollIntoView({ block: "nearest" });
    this.onemap.select(code);
    if (code) this.openWhenHere([lat, lon], code, Date.now() + PATIENCE_MS);
  }

  openWhenHere(latlng, code, until, options) {
    if (this.onemap.style.selected !== code) return; // somebody has clicked elsewhere meanwhile
    const feature = this.project(latlng);
    if (feature?.props.code === code) this.card.open(feature.props, options);
    else if (Date.now() < until) setTimeout(() => this.openWhenHere(latlng, code, until, options), 200);
  }
}
