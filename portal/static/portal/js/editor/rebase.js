// Two people changed the same shape: what each did to the parts, and whether both can stand.

import { EMPTY } from "./shape.js";

const key = (part) => JSON.stringify(part);
const without = (parts, others) => {
  const known = new Set(others.map(key));
  return parts.filter((part) => !known.has(key(part)));
};

/**
 * Takes one's own changes over to the shape that somebody else has saved meanwhile, part by part.
 * @returns {{shape: object|null, kept: number, taken: number}} shape is null where both changed the same part, or where
 *   the family of one of them is another: then a person has to decide. `kept`: parts that only the other changed.
 */
export function rebased(base, yours, theirs) {
  const [gone, goneThere] = [without(base.parts, yours.parts), without(base.parts, theirs.parts)];
  const [added, addedThere] = [without(yours.parts, base.parts), without(theirs.parts, base.parts)];
  const both = gone.filter((part) => goneThere.some((other) => key(other) === key(part)));
  const families = new Set([yours, theirs].filter((shape) => shape.parts.length).map((shape) => shape.family));
  const isOnce = without(added, addedThere).length === 0 && added.length === addedThere.length && gone.length === goneThere.length;
  if (families.size > 1 || (both.length && !isOnce)) return { shape: null, kept: 0, taken: 0 };
  const parts = [...without(theirs.parts, gone), ...without(added, theirs.parts)];
  const shape = parts.length ? { family: [...families][0], multi: theirs.multi || yours.multi, parts } : { ...EMPTY, multi: theirs.multi };
  return { shape, kept: addedThere.length + goneThere.length, taken: added.length + gone.length };
}
