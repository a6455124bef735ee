// What is typed and not saved yet, kept in this window's own storage, so that a reload or a lost session loses nothing.

export class Drafts {
  /** One store a person and month; without storage the table works, only a reload forgets. */
  constructor(person, period) {
    this.key = `onemap-month-${person}-${period}`;
  }

  /** Code → {revision, values} of the rows that were changed. */
  read() {
    try {
      return JSON.parse(window.sessionStorage.getItem(this.key) ?? "{}");
    } catch (_) {
      return {};
    }
  }

  /** Keeps the changed rows; those of other pages of the table stay as they are. */
  keep(rows) {
    const kept = this.read();
    for (const row of rows) {
      if (row.changed) kept[row.code] = { revision: row.revision, values: row.values };
      else delete kept[row.code];
    }
    try {
      if (Object.keys(kept).length) window.sessionStorage.setItem(this.key, JSON.stringify(kept));
      else window.sessionStorage.removeItem(this.key);
    } catch (_) {
      // a full or forbidden storage: what is typed still stands on the page
    }
  }
}
