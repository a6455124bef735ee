// Tianditu as an underlay, only when the city has a key. The addresses come from the server (data-tianditu, base and labels
// separated by a space). When its tiles fail, the underlay goes and our own base layer is what remains.

const FAILURES_ALLOWED = 3;

/** Adds the layers below `ground`; answers through `onFail()` once they have been given up. */
export function addTianditu(map, templates, onFail) {
  const layers = templates.split(/\s+/).filter(Boolean).map((template) => window.L.tileLayer(template, { subdomains: "01234567", maxZoom: 18, pane: "tilePane", zIndex: 0 }));
  let failures = 0;
  const giveUp = () => {
    failures += 1;
    if (failures !== FAILURES_ALLOWED) return;
    layers.forEach((layer) => layer.remove());
    onFail();
  };
  for (const layer of layers) {
    layer.on("tileerror", giveUp);
    layer.addTo(map);
  }
  return layers;
}
