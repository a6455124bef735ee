// The search field as an ARIA combobox (templates/components/_search.html): answers while one types, the arrow keys walk
// through them, Enter takes one, Escape closes. Without an active answer Enter sends the form, as it does without JavaScript.

import { hits, isLongEnough, moved, optionsOf } from "./combobox.js";
import { markPath } from "./map/symbols.js";

const DEBOUNCE_MS = 150;
const SVG = "http://www.w3.org/2000/svg";
const PIN = "M0-6a4 4 0 0 1 4 4c0 2.6-2.6 4.6-4 7-1.4-2.4-4-4.4-4-7a4 4 0 0 1 4-4z";

class SearchBox {
  /** @param {HTMLElement} box the [data-search] element */
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("[role=combobox]");
    this.list = box.querySelector("[role=listbox]");
    this.note = box.querySelector("[data-search-note]");
    this.options = [];
    this.active = -1;
    this.input.addEventListener("input", () => this.onInput());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("focus", () => this.options.length && this.open(true));
    // before the field loses the focus, else the list is gone when the click comes
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.onPick(event));
    box.addEventListener("focusout", (event) => !box.contains(event.relatedTarget) && this.open(false));
    box.querySelector("[data-search-retry]")?.addEventListener("click", () => this.ask());
  }

  onInput() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!isLongEnough(this.input.value)) {
      this.show([], "");
      this.open(false);
      return;
    }
    this.timer = setTimeout(() => this.ask(), DEBOUNCE_MS);
  }

  /** Asks for what stands in the field; an answer that is no longer wanted is dropped. */
  async ask() {
    const query = this.input.value.trim();
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    if (!this.options.length) this.show([], "loading");
    this.box.classList.add("is-asking");
    this.open(true);
    try {
      const answer = await fetch(`${this.box.dataset.searchUrl}?${new URLSearchParams({ q: query })}`, {
        signal,
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(`search: ${answer.status}`);
      const options = optionsOf(await answer.json());
      this.show(options, options.length ? "found" : "empty", query);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.show([], "failed");
    }
    if (signal.aborted) return;
    this.box.classList.remove("is-asking");
    this.open(true);
  }

  /** `state` chooses the sentence below the answers: loading, found, empty, failed or none. */
  show(options, state, query = "") {
    this.options = options;
    this.setActive(-1);
    this.list.replaceChildren(...this.groups(query));
    this.list.hidden = options.length === 0;
    const text = this.note.dataset[state] ?? "";
    this.note.querySelector("span").textContent = text.replace("{n}", String(options.length));
    this.note.hidden = text === "";
    this.note.classList.toggle("is-bad", state === "failed");
    const retry = this.box.querySelector("[data-search-retry]");
    if (retry) retry.hidden = state !== "failed";
    if (state === "") this.box.classList.remove("is-asking");
  }

  groups(query) {
    const groups = [];
    this.options.forEach((option, index) => {
      if (groups.at(-1)?.dataset.group !== option.group) groups.push(this.group(option.group));
      groups.at(-1).append(this.option(option, index, query));
    });
    return groups;
  }

  group(name) {
    const group = element("div", "search-group");
    const label = element("div", "search-label", this.list.dataset[name] ?? "");
    label.id = `${this.list.id}-${name}`;
    group.dataset.group = name;
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", label.id);
    group.append(label);
    return group;
  }

  option(option, index, query) {
    const line = element("div", "search-option");
    line.id = `${this.list.id}-${index}`;
    line.dataset.index = String(index);
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    const title = element("span", "search-title");
    for (const [part, hit] of hits(option.title, query)) title.append(hit ? element("mark", "", part) : part);
    line.append(sign(option), title, element("span", "search-detail", option.detail.join(" · ")));
    return line;
  }

  open(wanted) {
    const open = wanted && document.activeElement === this.input;
    this.box.classList.toggle("is-open", open);
    this.input.setAttribute("aria-expanded", String(open && this.options.length > 0));
    if (!open) this.setActive(-1);
  }

  setActive(index) {
    this.active = index;
    this.list.querySelectorAll("[role=option]").forEach((line, at) => line.setAttribute("aria-selected", String(at === index)));
    const line = index < 0 ? null : document.getElementById(`${this.list.id}-${index}`);
    if (line) this.input.setAttribute("aria-activedescendant", line.id);
    else this.input.removeAttribute("aria-activedescendant");
    line?.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    const isOpen = this.box.classList.contains("is-open");
    if (event.isComposing) return; // Enter ends a Chinese input method's word
    if (event.key === "Escape" && isOpen) {
      event.preventDefault(); // the first Escape closes the list, the next one empties the field
      this.open(false);
    } else if (event.key === "Enter" && isOpen && this.active >= 0) {
      event.preventDefault();
      this.take(this.options[this.active]);
    } else {
      this.onArrow(event, isOpen);
    }
  }

  onArrow(event, isOpen) {
    const to = moved(event.key, isOpen ? this.active : -1, this.options.length);
    if (to === null) return;
    event.preventDefault();
    this.open(true);
    this.setActive(to);
  }

  onPick(event) {
    const line = event.target.closest("[data-index]");
    if (line) this.take(this.options[Number(line.dataset.index)]);
  }

  /** A map on the page goes to the place; without one a project opens its page and a place the page with the map. */
  take(option) {
    this.open(false);
    const { lon, lat, zoom = 15, code = null, url } = option;
    const known = typeof lon === "number" && typeof lat === "number";
    const goto = new CustomEvent("onemap:goto", { cancelable: true, detail: { lon, lat, zoom, code, url, title: option.title } });
    if (known && !window.dispatchEvent(goto)) return;
    const { mapUrl } = this.box.dataset;
    if (url) window.location.assign(url);
    else if (known && mapUrl) window.location.assign(`${mapUrl}#${Math.round(zoom)}/${lat.toFixed(4)}/${lon.toFixed(4)}`);
  }
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/** The mark of a project's status, or a pin. */
function sign(option) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "-7 -7 14 14");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", option.group === "places" ? "mark mark-pin" : `mark mark-${option.shape ?? "hollow"}`);
  path.setAttribute("d", option.group === "places" ? PIN : markPath(option.shape));
  svg.append(path);
  return svg;
}

for (const box of document.querySelectorAll("[data-search][data-search-url]")) new SearchBox(box);
