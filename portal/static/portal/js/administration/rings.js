// GeoJSON areas and Leaflet's rings, one into the other without losing a hole. Pure.

/** Rings of each part as [lat, lon] without the closing vertex. @returns {number[][][][]} */
export function partsOf(shape) {
  const parts = shape?.type === "Polygon" ? [shape.coordinates] : shape?.type === "MultiPolygon" ? shape.coordinates : [];
  return (parts ?? []).map((rings) => rings.map((ring) => open(ring).map(([lon, lat]) => [lat, lon])));
}

function open(ring) {
  const [first, last] = [ring[0], ring.at(-1)];
  return ring.length > 1 && first[0] === last[0] && first[1] === last[1] ? ring.slice(0, -1) : ring;
}

/** `parts`: what getLatLngs() of each polygon answers. Rings of fewer than three corners are none. */
export function multiPolygon(parts) {
  const coordinates = parts.map((rings) => rings.map(closed).filter(Boolean)).filter((rings) => rings.length);
  return { type: "MultiPolygon", coordinates };
}

function closed(ring) {
  if (ring.length < 3) return null;
  const positions = ring.map(({ lat, lng }) => [round(lng), round(lat)]);
  return [...positions, positions[0]];
}

/** 1e-8 degree, as the record stores. */
function round(degrees) {
  return Math.round(degrees * 1e8) / 1e8;
}

/** How many parts, holes and corners. */
export function countOf(shape) {
  const rings = shape.coordinates.flat();
  return { parts: shape.coordinates.length, holes: rings.length - shape.coordinates.length, corners: rings.reduce((sum, ring) => sum + ring.length - 1, 0) };
}
