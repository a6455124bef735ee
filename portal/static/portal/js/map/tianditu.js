// The national base map Tianditu under our own layers, only where the city has a key: one choice a kind in the layer control
// (templates/components/_ground.html), whose radio buttons carry the addresses. When its tiles do not come, our own base layer
// is what remains, with one quiet sentence; a browser that is offline or a key that is used up is no error of the page.

const STORED = "onemap-ground";
/** Tiles that may fail before anything has come, and in all. */
const EARLY_FAILURES = 3;
const ALL_FAILURES = 12;
/** How long the sentence about it stands over the map. */
const TOLD_MS = 12_000;

export class Underlay {
  /** @param {() => void} onChange called when the ground is to be painted anew */
  constructor(map, box, onChange) {
    Object.assign(this, { map, box, onChange, layers: [] });
    this.choices = [...box.querySelectorAll("[data-ground]")];
    this.note = box.querySelector("[data-ground-failed]");
    for (const choice of this.choices) choice.addEventListener("change", () => this.choose(choice));
    const first = this.choices.find((choice) => choice.value === stored()) ?? this.choices.find((choice) => choice.checked);
    if (first) this.use(first);
  }

  get isOn() {
    return this.layers.length > 0;
  }

  choose(choice) {
    store(choice.value);
    this.note.hidden = true;
    this.use(choice);
    this.onChange();
  }

  use(choice) {
    choice.checked = true;
    this.clear();
    let [failed, loaded] = [0, 0];
    const layers = (choice.dataset.ground ?? "").split(/\s+/).filter(Boolean).map((address) => window.L.tileLayer(address, { maxZoom: this.map.getMaxZoom(), maxNativeZoom: 18, zIndex: 0 }));
    for (const layer of layers) {
      layer.on("tileload", () => (loaded += 1));
      layer.on("tileerror", () => {
        failed += 1;
        if (this.layers === layers && (failed >= ALL_FAILURES || (failed >= EARLY_FAILURES && !loaded))) this.giveUp();
      });
    }
    this.layers = layers;
    layers.forEach((layer) => layer.addTo(this.map));
  }

  clear() {
    const { layers } = this;
    this.layers = [];
    layers.forEach((layer) => layer.remove());
  }

  /** Back to our own base layer; the choice stays stored, since tomorrow the tiles may come. */
  giveUp() {
    this.clear();
    const own = this.choices.find((choice) => !choice.dataset.ground);
    if (own) own.checked = true;
    this.note.hidden = false;
    setTimeout(() => (this.note.hidden = true), TOLD_MS);
    this.onChange();
  }
}

function stored() {
  try {
    return window.localStorage.getItem(STORED);
  } catch (_) {
    return null;
  }
}

function store(value) {
  try {
    window.localStorage.setItem(STORED, value);
  } catch (_) {
    // without storage the choice holds for this page
  }
}
