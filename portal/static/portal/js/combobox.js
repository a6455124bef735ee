// What a combobox does for a key, and what an answer of the search address holds. Pure; tests/js/search.test.js.

export const LEAST_CHARACTERS = 2;

/** Characters as people count them; the spaces around do not count. */
export function isLongEnough(text) {
  return Array.from(text.trim()).length >= LEAST_CHARACTERS;
}

/**
 * The option that is active after a key: -1 is the text field itself, which lies between the last and the first option.
 * Returns null for a key that moves nothing.
 */
export function moved(key, active, count) {
  if (!count) return null;
  switch (key) {
    case "ArrowDown":
      return active + 1 >= count ? -1 : active + 1;
    case "ArrowUp":
      return active === -1 ? count - 1 : active - 1;
    case "PageDown":
      return count - 1;
    case "PageUp":
      return 0;
    default:
      return null;
  }
}

/** The answer as one list of options in the order shown: places first, because there are few, then projects. */
export function optionsOf(answer) {
  const places = (answer?.places ?? []).map((place) => ({ group: "places", title: place.name, detail: [place.kind_label], ...place }));
  const projects = (answer?.projects ?? []).map((row) => ({ group: "projects", title: row.name, detail: [row.status_label, row.place, row.code], ...row }));
  return [...places, ...projects].map((option) => ({ ...option, detail: option.detail.filter(Boolean) }));
}

/** `text` cut where `query` occurs in it: [[part, isHit], …]; upper and lower case are the same. */
export function hits(text, query) {
  const word = query.trim().toLowerCase();
  const at = word ? text.toLowerCase().indexOf(word) : -1;
  if (at < 0) return [[text, false]];
  const parts = [[text.slice(0, at), false], [text.slice(at, at + word.length), true], [text.slice(at + word.length), false]];
  return parts.filter(([part]) => part !== "");
}
