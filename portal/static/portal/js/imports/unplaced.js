// A click on the map is the place of the chosen project: it goes into the form, a ring shows it.
// Reads: [data-unplaced] with a form that has [data-place] and [data-how].

const DIGITS = 6; // 0.1 m

export function placeByClick({ map }, list) {
  const place = list.querySelector("[data-place]");
  const how = list.querySelector("[data-how]");
  if (!place) return;
  let ring = null;
  const show = (latlng) => {
    const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
    ring?.remove();
    ring = window.L.circleMarker(latlng, { radius: 9, color: accent, weight: 3, fillOpacity: 0.2, interactive: false }).addTo(map);
  };
  map.on("click", ({ latlng }) => {
    const { lat, lng } = latlng.wrap();
    place.value = `${lng.toFixed(DIGITS)}, ${lat.toFixed(DIGITS)}`;
    how.value = "click";
    show(latlng);
  });
  place.addEventListener("input", () => {
    how.value = "";
    ring?.remove();
  });
}
