// Entry module of the geometry editor (templates/workbench/geometry/editor.html names the data-*).

import { embedded, OneMap } from "../map/one_map.js";
import { readPalette } from "../map/palette.js";
import { Editor } from "./editor.js";

window.L.PM.setOptIn(true); // geoman leaves alone what does not ask for it; before the first layer is made
window.L.Map.mergeOptions({ pmIgnore: false });

async function start(page) {
  const box = page.querySelector("[data-map]");
  const Underlay = box.querySelector("[data-ground]") ? (await import("../map/tianditu.js")).Underlay : null;
  const one = new OneMap(box, null, Underlay);
  box.dataset.ready = "";
  const editor = new Editor(page, one, embedded("editor-words"));
  window.addEventListener("onemap:theme", () => editor.paint(readPalette()));
  await editor.start(readPalette());
  page.dataset.ready = ""; // tests wait for it
}

document.querySelectorAll("[data-editor]").forEach(start);
