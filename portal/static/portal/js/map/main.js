// Entry module of every map: turns each [data-map] of the page into one (templates/components/map.html names the data-*).

import { Card } from "./card.js";
import { addOwnGeometry } from "./own_geometry.js";
import { labelRules, paintRules, unitNames } from "./ground.js";
import { readPalette } from "./palette.js";
import { ProjectStyle, projectAt, projectRules } from "./projects.js";
import { linkRows } from "./rows.js";
import { TileSource } from "./tile_source.js";
import { addTianditu } from "./tianditu.js";
import { firstView, parseBounds, rememberView } from "./view.js";

const { L, protomapsL } = window;

/** Tiles whose names are kept; the library's 16 would drop names on a wide screen. */
const LABELED_TILES = 64;

/** @returns {object} the content of a json_script element, or {} */
function embedded(id) {
  const element = id ? document.getElementById(id) : null;
  return element ? JSON.parse(element.textContent) : {};
}

class OneMap {
  constructor(box) {
    this.box = box;
    this.settings = box.dataset;
    this.labels = embedded("map-labels");
    this.style = new ProjectStyle((status) => this.labels.status?.[status]?.shape ?? "hollow");
    this.pending = 0;
    this.layers = [];
    box.classList.add("is-empty");
    if (box.clientWidth < 640) box.querySelector(".legend")?.removeAttribute("open");
    this.map = this.makeMap(box.querySelector("[data-canvas]"));
    this.draw();
    this.map.on("zoomstart", () => this.style.markOwners.clear());
    this.map.on("zoomend", () => this.scaleText());
    if (this.settings.tianditu) this.underlay();
    if (this.settings.geojson) this.showOwnGeometry();
    if (this.settings.tilesProjects) this.watchProjects();
    box.querySelector("[data-retry]").addEventListener("click", () => this.retry());
    window.addEventListener("onemap:theme", () => this.redraw());
    window.addEventListener("onemap:preference", () => this.redraw());
  }

  makeMap(element) {
    const map = L.map(element, { attributionControl: false, zoomControl: false, minZoom: 7, maxZoom: 18, zoomSnap: 1, maxBoundsViscosity: 0.6 });
    const { labelZoomIn: zoomInTitle, labelZoomOut: zoomOutTitle } = element.dataset;
    L.control.zoom({ zoomInTitle, zoomOutTitle }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    const bounds = parseBounds(this.settings.bounds);
    firstView(map, bounds, { fitRows: "fitRows" in this.settings, useHash: !this.settings.geojson });
    if (!this.settings.geojson) rememberView(map);
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(element);
    return map;
  }

  report(event) {
    this.pending += event === "start" ? 1 : -1;
    if (event === "done") this.box.classList.remove("is-empty");
    if (event === "failed") this.box.querySelector("[data-failed]").hidden = false;
    this.box.classList.toggle("is-loading", this.pending > 0);
  }

  sources(names) {
    const sources = {};
    for (const name of names) {
      const template = this.settings[`tiles${name[0].toUpperCase()}${name.slice(1)}`];
      if (template) sources[name] = { url: new TileSource(template, (event) => this.report(event)), maxDataZoom: Number(this.settings.maxDataZoom) || 14 };
    }
    return sources;
  }

  /** `shared`: a layer whose tiles this one draws too, fetched and decoded once. */
  layer(names, rules, labels, { zIndex, shared = null }) {
    const sources = this.sources(names);
    if (!Object.keys(sources).length) return null;
    const layer = protomapsL.leafletLayer({ sources, paintRules: rules, labelRules: labels, attribution: "", noWrap: true, zIndex, lang: document.documentElement.lang });
    layer.labelers.maxLabeledTiles = LABELED_TILES;
    if (shared) layer.views = shared.views;
    this.layers.push(layer);
    return layer.addTo(this.map);
  }

  readStyle() {
    const zoom = this.map.getZoom();
    this.palette = { ...readPalette(), scale: 2 ** (Math.round(zoom) - zoom) };
    this.style.palette = this.palette;
  }

  /** Tiles of a view between two steps are scaled; text and marks must keep their size. */
  scaleText() {
    const zoom = this.map.getZoom();
    if (this.palette.scale !== 2 ** (Math.round(zoom) - zoom)) this.redraw();
  }

  draw() {
    this.readStyle();
    this.ground = this.layer(["base", "regions"], paintRules(protomapsL, this.palette), labelRules(protomapsL, this.palette), { zIndex: 1 });
    this.projects = this.layer(["projects"], projectRules(this.style), [], { zIndex: 2 });
    this.names = this.layer(["base"], [], unitNames(protomapsL, this.palette), { zIndex: 3, shared: this.ground });
  }

  /** Another theme or type size: new rules over the tiles that are already here. */
  redraw() {
    this.readStyle();
    if (this.ground) {
      this.ground.paintRules = this.hasUnderlay ? [] : paintRules(protomapsL, this.palette);
      this.relabel(this.ground, labelRules);
      this.relabel(this.names, unitNames);
    }
    if (this.own) {
      this.own.group.remove();
      this.own = addOwnGeometry(this.map, embedded(this.settings.geojson), this.settings.shape, this.palette);
    }
    this.layers.forEach((layer) => layer.rerenderTiles());
  }

  relabel(layer, rules) {
    if (!layer) return;
    layer.labelRules = this.hasUnderlay ? [] : rules(protomapsL, this.palette);
    layer.clearLayout();
    layer.labelers.maxLabeledTiles = LABELED_TILES;
  }

  retry() {
    this.box.querySelector("[data-failed]").hidden = true;
    this.layers.forEach((layer) => layer.rerenderTiles());
  }

  underlay() {
    this.hasUnderlay = true;
    this.redraw();
    addTianditu(this.map, this.settings.tianditu, () => {
      this.hasUnderlay = false;
      this.redraw();
    });
  }

  showOwnGeometry() {
    this.own = addOwnGeometry(this.map, embedded(this.settings.geojson), this.settings.shape, this.palette);
    this.map.scrollWheelZoom.disable();
    if (this.own.bounds) this.map.fitBounds(this.own.bounds.pad(0.35), { maxZoom: 16, animate: false });
  }

  watchProjects() {
    this.card = new Card(this.box, this.labels, () => this.select(null));
    this.tip = new Tip(this.box);
    this.map.on("click", (event) => this.onClick(event));
    this.map.on("mousemove", (event) => this.onMove(event));
    this.map.on("mouseout movestart", () => this.tip.hide());
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && this.card.close());
    this.rows = linkRows(this);
    this.map.on("zoomend", () => this.tellUndrawn());
    this.tellUndrawn();
  }

  /** Far out, one mark stands for several projects: says how many are left out. A tile is 512 pixels, one zoom less. */
  tellUndrawn() {
    const line = this.box.querySelector("[data-undrawn]");
    if (!line) return;
    const count = embedded("map-undrawn")[Math.round(this.map.getZoom()) - 1] ?? 0;
    line.textContent = line.dataset.undrawn.replace("{n}", String(count));
    line.hidden = count === 0;
  }

  onClick(event) {
    const feature = projectAt(this.map, this.projects, this.style, event.latlng);
    this.tip.hide();
    if (feature) this.card.open(feature.props);
    else this.card.close();
    this.select(feature ? feature.props.code : null);
  }

  onMove(event) {
    const feature = projectAt(this.map, this.projects, this.style, event.latlng);
    this.box.querySelector("[data-canvas]").classList.toggle("is-hit", Boolean(feature));
    if (feature) this.tip.show(feature.props.name, event.containerPoint);
    else this.tip.hide();
  }

  /** Outlines one project and dims the others; null takes the selection back. */
  select(code) {
    if (this.style.selected === code) return;
    this.style.selected = code;
    this.projects.rerenderTiles();
    this.rows?.mark(code);
  }
}

/** The name beside the pointer. */
class Tip {
  constructor(box) {
    this.element = document.createElement("div");
    this.element.className = "map-tip";
    this.element.hidden = true;
    box.append(this.element);
  }

  show(text, point) {
    this.element.textContent = text;
    this.element.style.left = `${point.x}px`;
    this.element.style.top = `${point.y}px`;
    this.element.hidden = false;
  }

  hide() {
    this.element.hidden = true;
  }
}

for (const box of document.querySelectorAll("[data-map]")) {
  new OneMap(box);
  box.dataset.ready = ""; // tests wait for it: a click before is nobody's
}
