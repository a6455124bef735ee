// A block copied from a spreadsheet: cells of tab-separated text, which column and which project each belongs to, and the
// running sums that follow from a month. Pure; tests/js/monthly.test.js.

/** Rows of cells of a copied block. A cell with line breaks or tabs stands in quotes, its quotes doubled, as Excel writes it. */
export function cellsOf(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let i = 0; i < source.length; i += 1) {
    const c = source[i];
    if (quoted) {
      if (c === '"' && source[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && cell === "" && closes(source, i)) quoted = true;
    else if (c === "\t" || c === "\n") {
      rows.at(-1).push(cell.trim());
      cell = "";
      if (c === "\n") rows.push([]);
    } else cell += c;
  }
  rows.at(-1).push(cell.trim());
  return rows;
}

/** Whether the quote that opens here has its end before a tab, a line's end or the end of all; else it is a mere inch mark. */
function closes(source, start) {
  for (let i = start + 1; i < source.length; i += 1) {
    if (source[i] !== '"') continue;
    if (source[i + 1] === '"') i += 1;
    else return i + 1 === source.length || source[i + 1] === "\t" || source[i + 1] === "\n";
  }
  return false;
}

/** A number as it is typed into a cell: full-width forms made plain, separators and blanks gone, a dash for nothing. */
export function plainNumber(text) {
  const plain = text.normalize("NFKC").replace(/[\s,]/g, "").replace(/−/g, "-");
  return /^([-–—/]+|无)$/.test(plain) ? "" : plain;
}

const key = (text) => text.normalize("NFKC").replace(/[\s*()]/g, "").replace(/(万元|%|％)$/, "").toLowerCase();

/** The column's field of each cell of a row of heads, null for a head that no column has; null when it is no row of heads. */
export function headsOf(row, columns) {
  const known = new Map(columns.flatMap((column) => column.words.map((word) => [key(word), column.field])));
  const fields = row.map((cell) => known.get(key(cell)) ?? null);
  return fields.filter(Boolean).length >= 2 ? fields : null;
}

/** Index of the column whose cells name projects (code or name), -1 where none does: most of its filled cells must. */
export function namingColumn(rows, projects) {
  const width = Math.max(0, ...rows.map((row) => row.length));
  for (let at = 0; at < Math.min(width, 4); at += 1) {
    const filled = rows.map((row) => row[at] ?? "").filter(Boolean);
    const known = filled.filter((cell) => projects.has(key(cell))).length;
    if (known && known >= filled.length * 0.6) return at;
  }
  return -1;
}

/** Text of a project's code or name → index of its row; a name that two projects share names none. */
export function projectIndex(rows) {
  const index = new Map();
  rows.forEach(({ code, name }, at) => {
    for (const word of [key(code), key(name)]) index.set(word, index.has(word) && index.get(word) !== at ? -1 : at);
  });
  for (const [word, at] of index) if (at === -1) index.delete(word);
  return index;
}

/**
 * Where the cells of a block go: {writes: [{row, field, text}], beyond, unknown: [names], wide}.
 * `start` is the cell where the block was dropped: {row, column} as indices. A block that names its projects ignores the row,
 * one with heads ignores the column.
 */
export function placed(block, start, columns, rows) {
  const heads = headsOf(block[0] ?? [], columns);
  const body = (heads ? block.slice(1) : block).filter((row) => row.some(Boolean));
  const projects = projectIndex(rows);
  const naming = namingColumn(body, projects);
  const result = { writes: [], beyond: 0, unknown: [], wide: false };
  const fieldsOf = (width) => heads ?? fromStart(width, naming, start.column, columns);
  body.forEach((cells, line) => {
    const row = naming >= 0 ? projects.get(key(cells[naming] ?? "")) : start.row + line;
    if (naming >= 0 && row === undefined) result.unknown.push(cells[naming] || `${line + 1}`);
    else if (row >= rows.length) result.beyond += 1;
    else write(result, cells, fieldsOf(cells.length), row, naming);
  });
  return result;
}

function write(result, cells, fields, row, naming) {
  cells.forEach((text, at) => {
    const field = fields[at];
    if (field) result.writes.push({ row, field, text });
    else if (field === undefined && at !== naming && text) result.wide = true;
  });
}

/** Fields of a block without heads: in the order of the table from the cell on, or from its first after the naming column. */
function fromStart(width, naming, column, columns) {
  const first = naming >= 0 ? -(naming + 1) : column;
  return Array.from({ length: width }, (_, at) => (at <= naming ? null : columns[first + at]?.field));
}

// amounts in 万元 with up to six decimals, counted in whole fen so that no binary fraction creeps in
const SCALE = 6;

function scaled(text) {
  const plain = plainNumber(text).replace(/万元?$/, "");
  const found = /^(-?)(\d+)(?:\.(\d{0,6}))?$/.exec(plain);
  if (!found) return null;
  const whole = BigInt(found[2] + (found[3] ?? "").padEnd(SCALE, "0"));
  return found[1] ? -whole : whole;
}

/** The sum of what stood before and this month's amount, as one types it; "" where either is not known. */
export function sumOf(before, amount) {
  const [a, b] = [scaled(before), scaled(amount)];
  if (a === null || b === null || before === "" || amount === "") return "";
  const total = a + b;
  const digits = String(total < 0n ? -total : total).padStart(SCALE + 1, "0");
  const whole = digits.slice(0, -SCALE).replace(/\B(?=(\d{3})+$)/g, ",");
  const text = `${whole}.${digits.slice(-SCALE)}`.replace(/\.?0+$/, "");
  return total < 0n ? `-${text}` : text;
}

/** A sentence with its {names} filled in. */
export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
