// Lengths and areas on the ellipsoid of CGCS2000, to follow the hand while drawing; the server's figures count in the end
// (PostGIS geography: tests/portal/workbench/test_geometry_editor.py holds the two together).

import { ringsOf } from "./shape.js";

const A = 6378137;
const F = 1 / 298.257222101;
const B = A * (1 - F);
const E2 = F * (2 - F);
const E = Math.sqrt(E2);
const RAD = Math.PI / 180;
const ROUNDS = 50;

/** Metres of a degree of longitude and of latitude at a latitude. */
export function metresPerDegree(lat) {
  const w = 1 - E2 * Math.sin(lat * RAD) ** 2;
  return [(A * Math.cos(lat * RAD) * RAD) / Math.sqrt(w), (A * (1 - E2) * RAD) / w ** 1.5];
}

/** The geodesic between two positions in metres, by Vincenty's inverse formula (Survey Review 1975). */
export function distance([lon1, lat1], [lon2, lat2]) {
  if (lon1 === lon2 && lat1 === lat2) return 0;
  const l = (lon2 - lon1) * RAD;
  const [u1, u2] = [Math.atan((1 - F) * Math.tan(lat1 * RAD)), Math.atan((1 - F) * Math.tan(lat2 * RAD))];
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = l;
  for (let round = 0; round < ROUNDS; round += 1) {
    const sinSigma = Math.hypot(c2 * Math.sin(lambda), c1 * s2 - s1 * c2 * Math.cos(lambda));
    const cosSigma = s1 * s2 + c1 * c2 * Math.cos(lambda);
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (c1 * c2 * Math.sin(lambda)) / sinSigma;
    const cos2Alpha = 1 - sinAlpha ** 2;
    const cos2m = cos2Alpha ? cosSigma - (2 * s1 * s2) / cos2Alpha : 0;
    const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
    const before = lambda;
    lambda = l + (1 - c) * F * sinAlpha * (sigma + c * sinSigma * (cos2m + c * cosSigma * (2 * cos2m ** 2 - 1)));
    if (Math.abs(lambda - before) < 1e-13) return B * arc(cos2Alpha, sigma, sinSigma, cosSigma, cos2m);
  }
  return NaN; // nearly opposite points of the globe, of which no project has any
}

function arc(cos2Alpha, sigma, sinSigma, cosSigma, cos2m) {
  const u = (cos2Alpha * (A ** 2 - B ** 2)) / B ** 2;
  const a = 1 + (u / 16384) * (4096 + u * (u * (320 - 175 * u) - 768));
  const b = (u / 1024) * (256 + u * (u * (74 - 47 * u) - 128));
  const inner = cosSigma * (2 * cos2m ** 2 - 1) - (b / 6) * cos2m * (4 * sinSigma ** 2 - 3) * (4 * cos2m ** 2 - 3);
  return a * (sigma - b * sinSigma * (cos2m + (b / 4) * inner));
}

export function lineLength(points) {
  return points.slice(1).reduce((sum, point, index) => sum + distance(points[index], point), 0);
}

const q = (sine) => (1 - E2) * (sine / (1 - E2 * sine ** 2) + Math.atanh(E * sine) / E);
const Q_POLE = q(1);
/** Radius squared of the sphere of equal area. */
const R2 = (A ** 2 * Q_POLE) / 2;
/** tan of half the latitude on the sphere of equal area. */
const halfTan = (lat) => Math.tan(Math.asin(Math.max(-1, Math.min(1, q(Math.sin(lat * RAD)) / Q_POLE))) / 2);

/** Area of a ring in m², without its holes: spherical excess on the sphere of equal area. */
export function ringArea(points) {
  let excess = 0;
  points.forEach(([lon, lat], index) => {
    const [nextLon, nextLat] = points[(index + 1) % points.length];
    const [t1, t2] = [halfTan(lat), halfTan(nextLat)];
    excess += 2 * Math.atan2(Math.tan(((nextLon - lon) * RAD) / 2) * (t1 + t2), 1 + t1 * t2);
  });
  return Math.abs(excess) * R2;
}

function partMeasures(shape, index) {
  const rings = ringsOf(shape, index);
  if (shape.family === "point") return { length: 0, area: 0 };
  if (shape.family === "line") return { length: lineLength(rings[0]), area: 0 };
  const [outer, ...holes] = rings.map(ringArea);
  const length = rings.reduce((sum, ring) => sum + lineLength([...ring, ring[0]]), 0);
  return { length, area: outer - holes.reduce((sum, hole) => sum + hole, 0) };
}

/** {length, area} in m and m²; the length of an area is that of all its rings. */
export function measures(shape, parts = shape.parts.keys()) {
  return [...parts].map((index) => partMeasures(shape, index)).reduce((a, b) => ({ length: a.length + b.length, area: a.area + b.area }), { length: 0, area: 0 });
}

function grouped(value, decimals) {
  const [whole, rest] = value.toFixed(decimals).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${rest}` : "");
}

/** Metres below a kilometre, else kilometres. `units`: {m, km} in the language of the page. */
export function lengthText(metres, units) {
  return metres < 1000 ? `${grouped(metres, 1)} ${units.m}` : `${grouped(metres / 1000, 3)} ${units.km}`;
}

/** Square metres below a hectare, hectares below a square kilometre. `units`: {m2, ha, km2}. */
export function areaText(m2, units) {
  if (m2 < 10_000) return `${grouped(m2, 1)} ${units.m2}`;
  return m2 < 1_000_000 ? `${grouped(m2 / 10_000, 4)} ${units.ha}` : `${grouped(m2 / 1_000_000, 4)} ${units.km2}`;
}
