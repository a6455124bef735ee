// Asking the server about one shape. Every answer comes back as {status, body, etag}; status 0 means that nothing came.

export class Api {
  /** @param {object} addresses {state, check, neighbours, coordinates, file}  @param {HTMLInputElement} token of the page's form */
  constructor(addresses, token) {
    Object.assign(this, { addresses, token });
  }

  state() {
    return this.ask("GET", this.addresses.state);
  }

  save(etag, content) {
    return this.write("PUT", this.addresses.state, JSON.stringify(content), { "Content-Type": "application/json", "If-Match": etag });
  }

  check(content, signal) {
    return this.write("POST", this.addresses.check, JSON.stringify(content), { "Content-Type": "application/json" }, signal);
  }

  neighbours([west, south, east, north], signal) {
    const box = [west, south, east, north].map((value) => value.toFixed(6)).join(",");
    return this.ask("GET", `${this.addresses.neighbours}?bbox=${box}`, { signal });
  }

  coordinates(content) {
    return this.write("POST", this.addresses.coordinates, JSON.stringify(content), { "Content-Type": "application/json" });
  }

  /** @param {FormData} form with the fields file and crs */
  file(form) {
    return this.write("POST", this.addresses.file, form, {});
  }

  /** A refusal may only mean that the person logged in anew in another window: asks once more with the token of today. */
  async write(method, address, body, headers, signal) {
    const first = await this.ask(method, address, { body, headers: { ...headers, "X-CSRFToken": this.token.value }, signal });
    if (first.status !== 403 || !(await this.renewToken())) return first;
    return this.ask(method, address, { body, headers: { ...headers, "X-CSRFToken": this.token.value }, signal });
  }

  async renewToken() {
    try {
      const answer = await fetch(window.location.pathname, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-editor] [name=csrfmiddlewaretoken]")?.value;
      if (!fresh || fresh === this.token.value) return false;
      this.token.value = fresh;
      return true;
    } catch (_) {
      return false; // the first answer is told
    }
  }

  async ask(method, address, { body, headers = {}, signal } = {}) {
    try {
      const answer = await fetch(address, { method, body, signal, headers: { Accept: "application/json", ...headers } });
      return { status: answer.status, body: await readBody(answer), etag: answer.headers.get("ETag") };
    } catch (error) {
      return { status: 0, body: {}, etag: null, aborted: error.name === "AbortError" };
    }
  }
}

/** A proxy's page in place of our JSON is an answer without content. */
async function readBody(answer) {
  try {
    return await answer.json();
  } catch (_) {
    return {};
  }
}
