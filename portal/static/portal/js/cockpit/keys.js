// Which of the screen's keys an event is: pure, so that it can be tested without a page.

const KEYS = new Set(["[", "]", "t", "u", "m", "p"]);
const TYPING = new Set(["INPUT", "SELECT", "TEXTAREA"]);

/** The key in small letters; null for others, with a modifier held, while typing, and on the map, which has keys of its own. */
export function openedBy({ key, ctrlKey, altKey, metaKey, target }) {
  if (ctrlKey || altKey || metaKey || TYPING.has(target?.tagName) || target?.isContentEditable) return null;
  const small = String(key).toLowerCase();
  return KEYS.has(small) ? small : null;
}
