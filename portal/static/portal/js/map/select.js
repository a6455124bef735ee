// Choosing projects by a box or a lasso: draws what the pointer does, asks the server for the figures and shows them. The same
// selection has a page of its own, where the corners can be typed (templates/dashboard/selection.html).

import { corners, ringText } from "./ring.js";

const LEAST = 6; // pixels: a smaller drag was a click
const GAP = 12; // pixels between the figures and what they are of

function element(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...more });
}

class Select {
  constructor(onemap, root) {
    Object.assign(this, { map: onemap.map, root, canvas: onemap.box.querySelector("[data-canvas]") });
    this.hint = root.querySelector("[data-select-hint]");
    this.answer = root.querySelector("[data-select-answer]");
    this.buttons = [...root.querySelectorAll("[data-select-tool]")];
    this.tool = null;
    this.shape = null;
    for (const button of this.buttons) {
      button.hidden = false;
      button.addEventListener("click", () => this.start(this.tool === button.dataset.selectTool ? null : button.dataset.selectTool));
    }
    window.L.DomEvent.disableClickPropagation(root);
    window.L.DomEvent.disableScrollPropagation(root);
    this.canvas.addEventListener("pointerdown", (event) => this.down(event), { capture: true });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.tool && this.start(null));
  }

  /** A tool, or null to give the pointer back to the map. A tool begins anew: the figures before it make way for it. */
  start(tool) {
    if (tool) this.clear();
    this.tool = tool;
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.selectTool === tool));
    this.canvas.classList.toggle("is-selecting", tool !== null);
    this.hint.hidden = tool === null;
    this.hint.textContent = tool === null ? "" : this.hint.dataset.selectHint;
    const { dragging, boxZoom, doubleClickZoom } = this.map;
    for (const handler of [dragging, boxZoom, doubleClickZoom]) handler[tool ? "disable" : "enable"]();
  }

  point(event) {
    return this.map.mouseEventToContainerPoint(event);
  }

  down(event) {
    if (!this.tool || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.clear();
    const points = [this.point(event)];
    const move = (next) => {
      points.push(this.point(next));
      this.draw(points);
    };
    const up = (last) => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", up);
      points.push(this.point(last));
      if (last.type === "pointerup") this.finish(points);
      this.swallowClick();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", up);
  }

  /** The corners of what has been drawn so far, in pixels. */
  outline(points) {
    const [a, b] = [points[0], points.at(-1)];
    if (this.tool === "lasso") return corners(points);
    return [a, window.L.point(b.x, a.y), b, window.L.point(a.x, b.y)];
  }

  draw(points) {
    const latlngs = this.outline(points).map((point) => this.map.containerPointToLatLng(point));
    if (this.shape) this.shape.setLatLngs(latlngs);
    else this.shape = window.L.polygon(latlngs, { className: "map-selection", interactive: false }).addTo(this.map);
    return latlngs;
  }

  finish(points) {
    const xs = points.map((point) => point.x);
    const ys = points.map((point) => point.y);
    if (Math.max(...xs) - Math.min(...xs) < LEAST || Math.max(...ys) - Math.min(...ys) < LEAST) return this.clear();
    const latlngs = this.draw(points);
    const bounds = window.L.latLngBounds(latlngs);
    const limit = this.tool === "lasso" ? { ring: ringText(latlngs) } : { bbox: bounds.toBBoxString().split(",").map((n) => Number(n).toFixed(6)).join(",") };
    this.start(null);
    return this.ask(limit);
  }

  /** The click that ends a drag is nobody's: it must not open the project beneath. */
  swallowClick() {
    const stop = (event) => event.stopPropagation();
    this.canvas.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => this.canvas.removeEventListener("click", stop, { capture: true }), 60);
  }

  clear() {
    this.shape?.remove();
    this.shape = null;
    this.answer.hidden = true;
    this.answer.replaceChildren();
  }

  async ask(limit) {
    const query = new URLSearchParams({ ...Object.fromEntries(new URL(this.root.dataset.url, window.location.href).searchParams), ...limit, format: "json" });
    const address = `${new URL(this.root.dataset.url, window.location.href).pathname}?${query}`;
    this.answer.hidden = false;
    this.answer.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { headers: { accept: "application/json" } });
      const told = await response.json();
      if (!response.ok) throw new Error(told.detail);
      this.show(told);
      this.uncover();
    } catch (error) {
      const reason = error instanceof TypeError || error instanceof SyntaxError || !error.message ? this.answer.dataset.failed : error.message;
      this.answer.replaceChildren(element("p", reason, { className: "is-bad" }), this.closing());
    }
    this.answer.removeAttribute("aria-busy");
  }

  /** Moves the map so that the figures do not lie on what they are of, as far as there is room beside them. */
  uncover() {
    if (!this.shape) return;
    const frame = this.canvas.getBoundingClientRect();
    const card = this.answer.getBoundingClientRect();
    const bounds = this.shape.getBounds();
    const upper = this.map.latLngToContainerPoint(bounds.getNorthWest());
    const lower = this.map.latLngToContainerPoint(bounds.getSouthEast());
    const right = card.right - frame.left + GAP;
    const beside = upper.x >= right || lower.y < card.top - frame.top || upper.y > card.bottom - frame.top;
    const room = frame.width - GAP - lower.x;
    if (!beside && room > 0) this.map.panBy([-Math.min(right - upper.x, room), 0], { animate: false });
  }

  closing() {
    const button = element("button", this.answer.dataset.clear, { type: "button", className: "quiet" });
    button.addEventListener("click", () => this.clear());
    return button;
  }

  show({ title, as_of: asOf, scope, figures, statuses, url, count }) {
    const list = element("dl", "");
    for (const { label, text, basis } of count ? figures : []) {
      const value = element("dd", text);
      if (basis) value.append(element("small", basis));
      list.append(element("dt", label), value);
    }
    const parts = element("p", statuses.map(({ label, n }) => `${label} ${n}`).join(" · "), { className: "map-select-statuses" });
    const acts = element("p", "", { className: "map-select-acts" });
    if (count) acts.append(element("a", this.answer.dataset.open, { href: url }));
    acts.append(this.closing());
    this.answer.replaceChildren(element("h2", title), element("p", `${scope} · ${asOf}`, { className: "map-select-stamp" }), list, parts, acts);
  }
}

/** Arms the tools of a map. */
export function addSelect(onemap, root) {
  return new Select(onemap, root);
}
