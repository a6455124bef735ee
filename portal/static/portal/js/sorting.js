// Orders of a table of units. Pure; tests/js/desk.test.js. An order is a column, with a minus before it falling; "" is the official one.

const OFFICIAL = "order";

export function parsedOrder(by) {
  const column = by.replace(/^-/, "");
  return { column: ["value", "projects", "budget"].includes(column) ? column : OFFICIAL, falling: by.startsWith("-") };
}

/** What a click on a column's head asks for: rising first (who lags stands on top), falling next. */
export function nextOrder(column, by) {
  if (column === OFFICIAL) return "";
  return by === column ? `-${column}` : column;
}

/** Compares two rows' data by a column; what has no value is last in both directions, equals keep the official order. */
export function compared(a, b, column, falling) {
  const [x, y] = [a, b].map((row) => (row[column] === "" || row[column] === undefined ? null : Number(row[column])));
  if (x === null || y === null) return x === y ? Number(a[OFFICIAL]) - Number(b[OFFICIAL]) : x === null ? 1 : -1;
  return (falling ? y - x : x - y) || Number(a[OFFICIAL]) - Number(b[OFFICIAL]);
}
