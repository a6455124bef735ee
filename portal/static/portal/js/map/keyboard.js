// The map by the keyboard: the library moves and zooms it, Enter takes what lies in the middle, where a cross shows.

/** @param {object} onemap the map object */
export function chooseByKey(onemap) {
  const { box, map } = onemap;
  const canvas = box.querySelector("[data-canvas]");
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== canvas) return; // buttons and marks in the map have their own Enter
    event.preventDefault();
    const latlng = map.getCenter();
    map.fire("click", { latlng, containerPoint: map.latLngToContainerPoint(latlng), originalEvent: event });
  });
}

/** Whether it was a key that did it, so that the keyboard's place goes along. */
export function byKey(event) {
  return event?.type === "keydown" || (event?.type === "click" && event.detail === 0);
}
