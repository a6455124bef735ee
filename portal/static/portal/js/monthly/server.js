// What the monthly table asks the server: one row to be kept, or many rows to be judged.

export const AT_ONCE = 3;

export class Server {
  constructor(page, token) {
    this.page = page;
    this.token = token;
  }

  /** {status, body}; status 0 when no answer came. */
  async ask(url, body) {
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ period: this.page.period, ...body }),
        redirect: "error",
      });
      return { status: answer.status, body: await answer.json().catch(() => ({})) };
    } catch (_) {
      return { status: 0, body: {} };
    }
  }

  keep(row, submit) {
    return this.ask(this.page.rowUrl, { code: row.code, revision: row.revision, values: row.values, submit });
  }

  judge(rows) {
    const asked = rows.map((row) => ({ code: row.code, revision: row.revision, values: row.values }));
    return this.ask(this.page.checkUrl, { rows: asked });
  }
}

/** Runs `work` over the items, a few at a time, in their order. */
export async function eachOf(items, work) {
  const waiting = [...items];
  const one = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, one));
}
