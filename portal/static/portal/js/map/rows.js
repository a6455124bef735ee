// Ties the list beside the map to it: "on the map" buttons fly there, a selected project is marked in the list.

import { byKey } from "./keyboard.js";
import { PATIENCE_MS } from "./pointer.js";

const CLOSE_ZOOM = 15;

/** @param {object} onemap the map object  @returns {{mark: (code: string|null) => void}} */
export function linkRows(onemap) {
  const list = document.querySelector("[data-rows]");
  if (!list) return { mark() {} };
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-lon]");
    if (!button) return;
    const { lat, lon, code } = button.dataset;
    onemap.pointer.card.close();
    onemap.map.setView([Number(lat), Number(lon)], CLOSE_ZOOM, { animate: !reduced() });
    onemap.select(code);
    if (byKey(event)) onemap.pointer.openWhenHere([Number(lat), Number(lon)], code, Date.now() + PATIENCE_MS, { focus: true });
    onemap.box.scrollIntoView({ block: "nearest" });
  });
  return {
    mark(code) {
      for (const row of list.querySelectorAll("[data-code].row")) row.classList.toggle("is-selected", row.dataset.code === code);
    },
  };
}

function reduced() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
