// What is near a tapped point: the page's button makes the next tap on the map the place. The address alone carries it.

import { byKey } from "./keyboard.js";

/** Four decimals, ten metres: nearer than that nobody needs to be known. */
const DECIMALS = 4;

/** @param {object} onemap the map object  @param {string} address of the page, with its radius */
export function pickPlace(onemap, address) {
  const button = document.querySelector("[data-near-pick]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", (event) => {
    const picking = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(picking));
    document.querySelector("[data-near-note]").textContent = picking ? button.dataset.hint : "";
    onemap.box.classList.toggle("is-picking", picking);
    if (picking) onemap.box.scrollIntoView({ block: "nearest" });
    if (picking && byKey(event)) onemap.map.getContainer().focus(); // arrows move the map at once
  });
  onemap.map.on("click", ({ latlng }) => {
    if (button.getAttribute("aria-pressed") !== "true") return;
    const { lat, lng } = latlng.wrap();
    window.location.assign(`${address}&lon=${lng.toFixed(DECIMALS)}&lat=${lat.toFixed(DECIMALS)}`);
  });
}
