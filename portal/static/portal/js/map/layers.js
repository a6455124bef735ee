// Signs over the map: bottlenecks and works that could share a dig (the json_script "map-layers"). Texts go in by textContent.
// The lists of both stand on pages of their own, which the legend names: they are what the keyboard and screen readers use.

function card({ title, text, url }) {
  const box = document.createElement("div");
  const name = document.createElement(url ? "a" : "b");
  name.textContent = title;
  if (url) name.href = url;
  const words = document.createElement("p");
  words.textContent = text;
  box.append(name, words);
  return box;
}

/** Adds the signs; a click opens the words of one. */
export function showLayers(onemap, signs) {
  const group = window.L.layerGroup().addTo(onemap.map);
  for (const sign of signs) {
    const mark = document.createElement("i");
    mark.className = `sign sign-${sign.kind}`;
    const icon = window.L.divIcon({ html: mark, className: "sign-at", iconSize: [18, 18] });
    window.L.marker([sign.lat, sign.lon], { icon, title: sign.title, alt: sign.title, keyboard: false, riseOnHover: true }).bindPopup(() => card(sign), { maxWidth: 280 }).addTo(group);
  }
}

/** Asks for the signs of the layers that are on and fills their numbers into the legend; a failure is told as that of a tile is. */
export async function fetchLayers(onemap, box) {
  try {
    const response = await fetch(box.dataset.layerUrl, { headers: { accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const { signs, counts } = await response.json();
    showLayers(onemap, signs);
    for (const [kind, count] of Object.entries(counts)) {
      const slot = box.querySelector(`[data-layer-count="${kind}"]`);
      if (slot) slot.textContent = count.toLocaleString("zh-CN");
    }
  } catch {
    box.querySelector("[data-failed]").hidden = false;
  }
}
