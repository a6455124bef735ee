// Entry module of the leaders' screen: the slider of days, keys, printing, menus that close. Without it every part is a link.

import { drawCurves } from "../project/curve.js";
import { openedBy } from "./keys.js";
import { loadParts } from "./parts.js";
import "../printing.js";

/** On a phone the months are wider than the screen: the chosen one stands in its middle. */
function show(box, day) {
  box.scrollLeft = day.offsetLeft - (box.clientWidth - day.offsetWidth) / 2;
}

/** The slider names the day while it moves and opens it when it is let go. */
function slide(track) {
  const chosen = track.querySelector("[aria-current]");
  if (chosen) show(track.querySelector(".timeline-track"), chosen.parentElement);
  const slider = track.querySelector("[data-slider]");
  const days = [...track.querySelectorAll("[data-day]")];
  if (!slider || days.length < 2) return;
  const name = () => slider.setAttribute("aria-valuetext", days[slider.value].dataset.day);
  slider.hidden = false;
  name();
  slider.addEventListener("input", () => {
    name();
    days.forEach((day, place) => day.parentElement.classList.toggle("is-aimed", place === Number(slider.value)));
  });
  slider.addEventListener("change", () => days[slider.value].click());
  // back from the bfcache the slider stands where it was let go
  window.addEventListener("pageshow", () => { slider.value = slider.defaultValue; name(); });
}

function follow(event) {
  const key = openedBy(event);
  if (!key) return;
  if (key === "p") window.print();
  else if (key === "u") [...document.querySelectorAll(".cockpit-crumbs a")].at(-1)?.click();
  else document.querySelector(`[data-key="${key}"]`)?.click();
}

/** A menu closes by Escape and by a click beside it. */
function closeMenus() {
  const menus = () => document.querySelectorAll(".cockpit-menu[open]");
  document.addEventListener("click", ({ target }) => menus().forEach((menu) => { if (!menu.contains(target)) menu.open = false; }));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
}

document.querySelectorAll("[data-timeline]").forEach(slide);
document.addEventListener("keydown", follow);
closeMenus();
// The library of charts stands behind this module: while it is read, the panels are on their way.
const read = new Promise((done) => {
  if (window.echarts || document.readyState === "complete") done();
  else document.addEventListener("DOMContentLoaded", done, { once: true });
});

function draw() {
  return read.then(() => { if (document.querySelector("[data-curve]:not([data-ready])")) drawCurves(); });
}

draw(); // a page that was asked for with all its panels
loadParts(draw).then(draw).then(() => { document.documentElement.dataset.cockpit = "ready"; });
