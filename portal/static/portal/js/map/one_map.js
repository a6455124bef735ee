// One map of a page: ground, projects, the theme of the painted units (templates/components/map.html names the data-*).

import { addOwnGeometry } from "./own_geometry.js";
import { densityRules } from "./density.js";
import { labelRules, paintRules, unitNames } from "./ground.js";
import { readPalette } from "./palette.js";
import { Pointer } from "./pointer.js";
import { ProjectStyle, projectRules } from "./projects.js";
import { linkRows } from "./rows.js";
import { TileSource } from "./tile_source.js";
import { firstView, parseBounds, rememberView } from "./view.js";

const { L, protomapsL } = window;

/** Tiles whose names are kept; the library's 16 would drop names on a wide screen. */
const LABELED_TILES = 64;

/** Pixels of a tile a CSS pixel where the first view lies less than half a step above one: tiles are then scaled up. */
const FINER = 1.5;

/** @returns {object} the content of a json_script element, or {} */
export function embedded(id) {
  const element = id ? document.getElementById(id) : null;
  return element ? JSON.parse(element.textContent) : {};
}

export class OneMap {
  /** @param {object|null} theme a Thematic  @param {Function|null} Underlay where the city has Tianditu */
  constructor(box, theme, Underlay) {
    this.box = box;
    this.settings = box.dataset;
    this.theme = theme;
    this.labels = embedded("map-labels");
    this.style = new ProjectStyle((status) => this.labels.status?.[status]?.shape ?? "hollow", this.labels.marks ?? null);
    this.pending = 0;
    this.layers = [];
    box.classList.add("is-empty");
    if (box.clientWidth < 640) box.querySelector(".legend")?.removeAttribute("open");
    this.map = this.makeMap(box.querySelector("[data-canvas]"));
    this.underlay = Underlay && new Underlay(this.map, box, () => this.redraw());
    this.draw();
    this.map.on("zoomstart", () => this.style.markOwners.clear());
    this.map.on("zoomend", () => this.scaleText());
    if (this.settings.geojson) this.showOwnGeometry();
    if (this.settings.tilesProjects || this.theme) this.watch();
    box.querySelector("[data-retry]").addEventListener("click", () => this.retry());
    window.addEventListener("onemap:theme", () => this.redraw());
    window.addEventListener("onemap:preference", () => this.redraw());
  }

  makeMap(element) {
    const moving = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const motion = { zoomAnimation: moving, fadeAnimation: moving, markerZoomAnimation: moving, inertia: moving };
    const map = L.map(element, { attributionControl: false, zoomControl: false, minZoom: 7, maxZoom: Number(this.settings.maxZoom) || 18, zoomSnap: 1, maxBoundsViscosity: 0.6, ...motion });
    const { labelZoomIn: zoomInTitle, labelZoomOut: zoomOutTitle } = element.dataset;
    L.control.zoom({ zoomInTitle, zoomOutTitle }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    const bounds = parseBounds(this.settings.bounds);
    const legend = this.box.querySelector(".legend[open]");
    const useHash = !this.settings.geojson && !this.settings.compare && !this.settings.spots; // a map of one project looks at that project
    firstView(map, bounds, { fitRows: "fitRows" in this.settings, useHash, legendWidth: legend ? legend.offsetWidth + 24 : 0 });
    if (useHash) rememberView(map);
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
    const between = this.map.getZoom() % 1;
    const devicePixelRatio = Math.max(window.devicePixelRatio, between > 0 && between < 0.5 ? FINER : 1);
    const layer = protomapsL.leafletLayer({ sources, devicePixelRatio, paintRules: rules, labelRules: labels, attribution: "", noWrap: true, zIndex, lang: document.documentElement.lang });
    layer.labelers.maxLabeledTiles = LABELED_TILES;
    if (shared) layer.views = shared.views;
    this.layers.push(layer);
    return layer.addTo(this.map);
  }

  readStyle() {
    const zoom = this.map.getZoom();
    this.palette = { ...readPalette(), scale: 2 ** (Math.round(zoom) - zoom) };
    if (this.theme?.hasFill) this.palette.place = this.palette.fill.name;
    this.style.palette = this.palette;
  }

  /** Tiles of a view between two steps are scaled; text and marks must keep their size. */
  scaleText() {
    const zoom = this.map.getZoom();
    if (this.palette.scale !== 2 ** (Math.round(zoom) - zoom)) this.redraw();
  }

  /** The ground's rules; over Tianditu the painted units alone. */
  groundRules() {
    const onUnderlay = Boolean(this.underlay?.isOn);
    const theme = this.theme?.rules(this.palette, onUnderlay) ?? null;
    return onUnderlay ? [...(theme?.areas ?? []), ...(theme?.edges ?? [])] : paintRules(protomapsL, this.palette, theme);
  }

  draw() {
    this.readStyle();
    this.ground = this.layer(["base", "regions", ...(this.theme?.source === "townships" ? ["townships"] : [])], this.groundRules(), labelRules(protomapsL, this.palette), { zIndex: 1 });
    if (this.settings.tilesComplaintDensity) this.density = this.layer(["complaintDensity"], densityRules(this.palette), [], { zIndex: 2 });
    if (!this.theme?.hasCircles) this.projects = this.layer(["projects"], projectRules(this.style), [], { zIndex: 2 });
    if (!this.theme?.hasCircles) this.names = this.layer(["base"], [], unitNames(protomapsL, this.palette), { zIndex: 3, shared: this.ground }); // circles carry their units' names
    if (this.underlay?.isOn) this.redraw();
  }

  /** Another theme, type size or underlay: new rules over the tiles that are already here. */
  redraw() {
    this.readStyle();
    if (this.ground) {
      this.ground.paintRules = this.groundRules();
      this.relabel(this.ground, labelRules);
      this.relabel(this.names, unitNames);
    }
    if (this.density) this.density.paintRules = densityRules(this.palette);
    if (this.own) {
      this.own.group.remove();
      this.own = addOwnGeometry(this.map, embedded(this.settings.geojson), this.settings.shape, this.palette);
    }
    this.layers.forEach((layer) => layer.rerenderTiles());
  }

  relabel(layer, rules) {
    if (!layer) return;
    layer.labelRules = this.underlay?.isOn ? [] : rules(protomapsL, this.palette); // Tianditu has names of its own
    layer.clearLayout();
    layer.labelers.maxLabeledTiles = LABELED_TILES;
  }

  retry() {
    this.box.querySelector("[data-failed]").hidden = true;
    this.layers.forEach((layer) => layer.rerenderTiles());
  }

  showOwnGeometry() {
    this.own = addOwnGeometry(this.map, embedded(this.settings.geojson), this.settings.shape, this.palette);
    this.map.scrollWheelZoom.disable();
    if (this.own.bounds) this.map.fitBounds(this.own.bounds.pad(0.35), { maxZoom: 16, animate: false });
  }

  watch() {
    this.pointer = new Pointer(this, this.theme);
    this.rows = linkRows(this);
    this.map.on("zoomend", () => this.tellUndrawn());
    this.tellUndrawn();
  }

  /** Far out, one mark stands for several projects: says how many are left out. A tile is 512 pixels, one zoom less. */
  tellUndrawn() {
    const line = this.box.querySelector("[data-undrawn]");
    if (!line) return;
    const count = this.projects ? embedded("map-undrawn")[Math.round(this.map.getZoom()) - 1] ?? 0 : 0;
    line.textContent = line.dataset.undrawn.replace("{n}", String(count));
    line.hidden = count === 0;
  }

  /** Outlines one project and dims the others; null takes the selection back. */
  select(code) {
    if (this.style.selected === code) return;
    this.style.selected = code;
    this.projects?.rerenderTiles();
    this.rows?.mark(code);
  }
}
