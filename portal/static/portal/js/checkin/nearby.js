// The list of one's own projects around the position; texts go in by textContent only.

const WAIT = 250;
const FIRST = 5; // rows before "more": the photo and the button stay near

export class Nearby {
  /** @param {HTMLElement} box the fieldset  @param {string} address  @param {(project: object|null) => void} onChoice */
  constructor(box, address, onChoice) {
    this.box = box;
    this.address = address;
    this.onChoice = onChoice;
    this.projects = [];
    this.chosen = "";
    this.asked = 0;
    this.place = null;
    this.query = box.querySelector("[data-q]");
    this.query.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.load(), WAIT);
    });
    this.query.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.slot("list").addEventListener("change", (event) => this.choose(event.target.value));
    this.slot("more").addEventListener("click", () => {
      this.all = true;
      const next = this.fold();
      next?.querySelector("input").focus();
    });
  }

  /** Hides the rows beyond the first, but not the chosen one; answers the first that was hidden before. */
  fold() {
    const rows = [...this.slot("list").children];
    const before = rows.find((row) => row.hidden);
    rows.forEach((row, place) => {
      row.hidden = !this.all && place >= FIRST && row.querySelector("input").value !== this.chosen;
    });
    this.slot("more").hidden = !rows.some((row) => row.hidden);
    return before;
  }

  slot(name) {
    return this.box.querySelector(`[data-${name}]`);
  }

  at(fix) {
    this.place = fix;
    this.box.hidden = false;
    this.load();
  }

  async load() {
    if (!this.place) return;
    const number = ++this.asked;
    this.slot("loading").hidden = this.projects.length > 0;
    this.slot("lost").hidden = true;
    const { lon, lat, accuracy } = this.place;
    const query = new URLSearchParams({ lon: lon.toFixed(7), lat: lat.toFixed(7), accuracy: accuracy.toFixed(1), q: this.query.value.trim() });
    const found = await this.fetched(query);
    if (number !== this.asked) return; // a newer question is under way
    this.slot("loading").hidden = true;
    this.slot("lost").hidden = found !== null;
    if (found) this.show(found);
  }

  async fetched(query) {
    try {
      const answer = await fetch(`${this.address}?${query}`, { headers: { accept: "application/json" } });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // said beside the list
    }
  }

  show({ projects, allowed_m: allowed }) {
    this.projects = projects;
    this.allowed = allowed;
    const list = this.slot("list");
    const focused = document.activeElement?.value;
    list.replaceChildren(...projects.map((project) => this.row(project)));
    this.slot("none").hidden = projects.length > 0;
    const only = projects.length === 1 && this.query.value.trim() ? projects[0].code : "";
    const nearest = projects[0]?.reach === "yes" ? projects[0].code : "";
    const kept = projects.some((project) => project.code === this.chosen) ? this.chosen : "";
    this.choose(kept || only || nearest);
    this.fold();
    if (focused) list.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  row(project) {
    const item = this.slot("row").content.cloneNode(true).firstElementChild;
    const input = item.querySelector("input");
    input.value = project.code;
    item.querySelector("[data-name]").textContent = project.name;
    item.querySelector("[data-facts]").textContent = [project.code, project.unit, project.status_label].join(" · ");
    item.querySelector("[data-away]").textContent = project.away;
    item.querySelector("label").dataset.reach = project.reach;
    return item;
  }

  choose(code) {
    this.chosen = code;
    const project = this.projects.find((one) => one.code === code) ?? null;
    for (const input of this.slot("list").querySelectorAll("input")) input.checked = input.value === code;
    this.slot("far").hidden = project?.reach !== "no";
    this.slot("free").hidden = project?.reach !== "free";
    this.onChoice(project);
  }
}
