// A click on the map is the place of the chosen project: it goes into the form, a ring shows it. The address that is
// looked up is the chosen project's; a place that was found is shown with its radius.
// Reads: [data-unplaced] with a form that has [data-place] and [data-how], radios [data-address], [data-lookup], [data-spot].

const DIGITS = 6; // 0.1 m

export function placeByClick({ map }, list) {
  const place = list.querySelector("[data-place]");
  const how = list.querySelector("[data-how]");
  if (!place) return;
  let ring = null;
  const show = (make, latlng, look) => {
    const color = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
    ring?.remove();
    ring = make(latlng, { color, interactive: false, ...look }).addTo(map);
  };
  map.on("click", ({ latlng }) => {
    const { lat, lng } = latlng.wrap();
    place.value = `${lng.toFixed(DIGITS)}, ${lat.toFixed(DIGITS)}`;
    how.value = "click";
    show(window.L.circleMarker, latlng, { radius: 9, weight: 3, fillOpacity: 0.2 });
  });
  place.addEventListener("input", () => {
    how.value = "";
    ring?.remove();
  });
  const look = (found) => {
    const [lng, lat] = found.dataset.spot.split(",").map(Number);
    show(window.L.circle, [lat, lng], { radius: Number(found.dataset.metres), weight: 2, fillOpacity: 0.12 });
    map.fitBounds(ring.getBounds(), { maxZoom: 16 });
  };
  const found = list.querySelectorAll("[data-spot]");
  found.forEach((one) => one.addEventListener(one.type === "radio" ? "change" : "click", () => look(one)));
  if (found.length) look(found[0]);
  list.querySelectorAll("[data-address]").forEach((project) => project.addEventListener("change", () => askFor(project, list)));
}

/** The address to look up becomes that of the chosen project; what was found for another one goes. */
function askFor(project, list) {
  const lookup = list.querySelector("[data-lookup]");
  if (!lookup) return;
  lookup.elements.code.value = project.value;
  lookup.elements.address.value = project.dataset.address;
  list.querySelector("[data-found]")?.remove();
}
