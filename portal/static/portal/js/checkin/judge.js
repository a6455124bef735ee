// What the page may decide by itself. The server judges again: this only tells people early. Pure.

/** A new fix replaces the old one unless it is much worse and the old one is still fresh. */
export function better(held, found, now) {
  if (!held) return true;
  const fresh = now - held.timestamp < 30_000;
  return !fresh || found.accuracy <= held.accuracy * 1.5;
}

/** @returns {"good"|"poor"} */
export function quality(fix, worst) {
  return fix.accuracy <= worst ? "good" : "poor";
}

/** The projects near a place are asked for anew after a step of some metres, or when the doubt has changed a lot. */
export function moved(before, fix) {
  if (!before) return true;
  return metresBetween(before, fix) > 15 || Math.abs(before.accuracy - fix.accuracy) > 15;
}

/** Metres on a sphere: right to half a percent, which is enough to ask anew. */
export function metresBetween(one, other) {
  const radians = Math.PI / 180;
  const x = (other.lon - one.lon) * radians * Math.cos(((one.lat + other.lat) / 2) * radians);
  return Math.hypot(x, (other.lat - one.lat) * radians) * 6_371_000;
}

/** What keeps the button off: a key of the sentences in the template, or "" when all is there. */
export function missing({ fix, worst, stale, project, now }) {
  if (!fix || quality(fix, worst) !== "good") return "needPosition";
  if (now - fix.timestamp > stale * 1000) return "stale";
  if (!project) return "needProject";
  return project.reach === "no" ? "needNearer" : "";
}

/** The sentence for an error of the Geolocation API. */
export function failure(code) {
  return { 1: "denied", 2: "unavailable", 3: "timeout" }[code] ?? "unavailable";
}

/** ±12 in the words of the page ("{n} m"); whole metres, never ±0. */
export function accuracyText(metres, words) {
  return words.replace("{n}", `±${Math.max(1, Math.round(metres)).toLocaleString("en-US")}`);
}
