// Entry module of every map: turns each [data-map] of the page into one (templates/components/map.html names the data-*).

import { chooseByKey } from "./keyboard.js";
import { embedded, OneMap } from "./one_map.js";

/** Modules that few pages need are fetched by those alone. */
async function start(box) {
  const themed = document.getElementById("map-choropleth") && !box.dataset.geojson;
  const theme = themed ? new (await import("./thematic.js")).Thematic(embedded("map-choropleth")) : null;
  const Underlay = box.querySelector("[data-ground]") ? (await import("./tianditu.js")).Underlay : null;
  const map = new OneMap(box, theme, Underlay);
  if (map.pointer || box.dataset.nearUrl) chooseByKey(map);
  if (box.dataset.compare) (await import("./compare.js")).compareShapes(map, embedded(box.dataset.compare));
  if (box.dataset.spots) (await import("./spots.js")).showSpots(map, embedded(box.dataset.spots));
  if (document.getElementById("map-layers")) (await import("./layers.js")).showLayers(map, embedded("map-layers"));
  if (box.dataset.layerUrl) (await import("./layers.js")).fetchLayers(map, box);
  if (box.dataset.nearUrl) (await import("./near.js")).pickPlace(map, box.dataset.nearUrl);
  const list = box.closest("[data-unplaced]");
  if (list) (await import("../imports/unplaced.js")).placeByClick(map, list);
  const select = box.querySelector("[data-select]");
  if (select) (await import("./select.js")).addSelect(map, select);
  box.dataset.ready = ""; // tests wait for it: a click before is nobody's
}

document.querySelectorAll("[data-map]").forEach(start);
