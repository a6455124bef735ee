// Addresses of the page with something changed: pure, so that tests/js can hold them.

/** The parameter that limits the projects to a unit, by territorial dimension. */
const UNIT_PARAMETER = { admin: "region", management: "unit" };

/** `search` with `changes` made (an empty or null value takes the parameter away), always from the first page of the list. */
export function withParameters(search, changes) {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries({ page: null, ...changes })) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text ? `?${text}` : "?";
}

/** The page narrowed to one unit of a dimension, with its projects: a unit of the other dimension would only contradict it. */
export function unitAddress(search, dimension, code) {
  const none = { tab: null, ...Object.fromEntries(Object.values(UNIT_PARAMETER).map((name) => [name, null])) };
  return withParameters(search, { ...none, [UNIT_PARAMETER[dimension] ?? "unit"]: code });
}

/** The address of a link with those parameters that the page's script has changed since the server wrote it. */
export function carried(search, current, names) {
  const [query, now] = [new URLSearchParams(search), new URLSearchParams(current)];
  for (const name of names) {
    if (now.has(name)) query.set(name, now.get(name));
    else query.delete(name);
  }
  return query.size ? `?${query}` : "?";
}

/** The unit that the address is narrowed to in a dimension, or "". */
export function unitOf(search, dimension) {
  return new URLSearchParams(search).get(UNIT_PARAMETER[dimension] ?? "unit") ?? "";
}

/** The place of a view as fragment: "#12/29.3700/113.1300". */
export function viewHash(zoom, lat, lon) {
  return `#${Math.round(zoom)}/${lat.toFixed(4)}/${lon.toFixed(4)}`;
}
