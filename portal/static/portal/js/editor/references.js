// What lies around the drawn shape and can be snapped to: the approved shape, neighbours, edges of units, and, after two
// people edited at once, one's own earlier drawing. None of it can be edited.

const WAIT_MS = 300;
/** Below this zoom a view holds too many neighbours to be of use. */
const NEAREST_ZOOM = 12;

export class References {
  constructor(map, api, { onTrouble, onCount }) {
    Object.assign(this, { map, api, onTrouble, onCount, layers: {}, data: {}, shown: { approved: true, neighbours: true, boundaries: true, mine: true } });
    map.createPane("references").style.zIndex = 390;
    map.on("moveend", () => this.later());
  }

  paint(palette, ink) {
    Object.assign(this, { palette, ink });
    for (const name of Object.keys(this.data)) this.draw(name);
    this.later();
  }

  style(name, feature) {
    const plain = { fill: false, opacity: 0.9, pane: "references" };
    if (name === "approved") return { ...plain, color: this.ink, weight: 2.5, dashArray: "8 6" };
    if (name === "mine") return { ...plain, color: this.palette.status.square, weight: 3, dashArray: "2 7" };
    if (name === "boundaries") return { ...plain, color: this.palette.edge, weight: 1.5, dashArray: "9 3 2 3" };
    const own = feature?.properties.kind === "own"; // of the person's own unit
    const isLine = feature?.geometry.type.endsWith("LineString");
    return { ...plain, color: this.palette.place, weight: own ? 2.5 : 1.5, opacity: 0.7, fill: !isLine, fillColor: this.palette.place, fillOpacity: 0.12 };
  }

  /** Shows GeoJSON (null takes it away) under a name: approved, mine, neighbours, boundaries. */
  set(name, geojson) {
    this.data[name] = geojson;
    this.draw(name);
  }

  draw(name) {
    this.layers[name]?.remove();
    delete this.layers[name];
    if (!this.data[name] || !this.shown[name] || !this.palette) return;
    const { L } = window;
    const named = name === "neighbours";
    // snapIgnore: false makes a layer that geoman may not edit one that it snaps to
    const common = { interactive: named, pmIgnore: true, snapIgnore: false, bubblingMouseEvents: true };
    this.layers[name] = L.geoJSON(this.data[name], {
      ...common,
      style: (feature) => ({ ...common, ...this.style(name, feature) }),
      pointToLayer: (feature, latlng) => L.circleMarker(latlng, { ...common, ...this.style(name, feature), radius: 6 }),
      onEachFeature: (feature, layer) => named && feature.properties?.name && layer.bindTooltip(label(feature.properties), { sticky: true }),
    }).addTo(this.map);
  }

  toggle(name, shown) {
    this.shown[name] = shown;
    this.draw(name);
    if (shown) this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), WAIT_MS);
  }

  async load() {
    if (this.map.getZoom() < NEAREST_ZOOM || !(this.shown.neighbours || this.shown.boundaries)) return this.onCount(null);
    this.asked?.abort();
    this.asked = new AbortController();
    const view = this.map.getBounds().pad(0.25);
    const answer = await this.api.neighbours([view.getWest(), view.getSouth(), view.getEast(), view.getNorth()], this.asked.signal);
    if (answer.aborted) return undefined;
    if (answer.status !== 200) return this.onTrouble();
    const features = answer.body.features ?? [];
    const isEdge = (feature) => feature.properties?.kind === "boundary";
    this.set("boundaries", collection(features.filter(isEdge)));
    this.set("neighbours", collection(features.filter((feature) => !isEdge(feature))));
    return this.onCount(features.filter((feature) => !isEdge(feature)).length);
  }
}

const collection = (features) => ({ type: "FeatureCollection", features });

/** Leaflet takes an element as it is and would read a text as markup. */
function label({ name, code }) {
  const element = document.createElement("span");
  element.textContent = code ? `${name} · ${code}` : name;
  return element;
}
