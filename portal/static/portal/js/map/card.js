// Fills the card of a clicked project from its tile properties. Text goes in by textContent only: names come from files.

import { bandText, dateText, moneyText, percentText } from "../figures.js";
import { markPath } from "./symbols.js";

const SVG_CLASS = "mark mark-";

export class Card {
  /** @param {HTMLElement} box the [data-map] element  @param {object} labels  @param {() => void} onClose */
  constructor(box, labels, onClose) {
    this.slot = box.querySelector("[data-card-slot]");
    this.template = box.querySelector("template[data-card]");
    this.address = box.dataset.projectUrl ?? "";
    this.trust = box.dataset.trustUrl ?? ""; // staff maps alone
    this.labels = labels;
    this.onClose = onClose;
  }

  get isOpen() {
    return this.slot.childElementCount > 0;
  }

  close() {
    if (!this.isOpen) return;
    const back = this.slot.contains(document.activeElement) ? this.back : null;
    this.slot.replaceChildren();
    this.onClose();
    back?.focus();
  }

  open(props, { focus = false } = {}) {
    const card = this.template.content.cloneNode(true).firstElementChild;
    this.fill(card, props);
    card.querySelector("[data-close]").addEventListener("click", () => this.close());
    if (focus && !this.slot.contains(document.activeElement)) this.back = document.activeElement; // whoever came by a key goes back there
    this.slot.replaceChildren(card);
    if (focus) card.focus();
    if (this.trust && props.code) this.showTrust(card, props.code);
  }

  async showTrust(card, code) {
    const { showTrust } = await import("./trust.js");
    await showTrust(card, this.trust.replace("{code}", encodeURIComponent(code)));
  }

  fill(card, props) {
    const status = this.labels.status?.[props.status];
    const words = {
      status: status?.label ?? props.status,
      code: props.code,
      name: props.name,
      light: this.labels.light?.[props.light] ?? null, // staff maps alone
      unit: this.labels.unit?.[props.unit] ?? props.unit,
      category: this.labels.category?.[props.category] ?? props.category,
      progress: percentText(props.progress),
      disbursement_rate: percentText(props.disbursement_rate),
      budget: moneyText(props.budget),
      disbursed: moneyText(props.disbursed),
      complaints: props.complaints ?? null,
      complaints_band: bandText(props.complaints_band),
      updated: dateText(props.updated),
    };
    for (const slot of card.querySelectorAll("[data-field]")) slot.textContent = words[slot.dataset.field] ?? slot.dataset.none ?? "";
    for (const part of card.querySelectorAll("[data-when]")) part.hidden = words[part.dataset.when] === null;
    for (const bar of card.querySelectorAll("[data-bar]")) setBar(bar, props[bar.dataset.bar]);
    setMark(card.querySelector("[data-mark]"), status?.shape);
    this.setLink(card.querySelector("[data-link]"), props.code);
  }

  setLink(link, code) {
    link.hidden = !this.address || !code;
    if (!link.hidden) link.href = this.address.replace("{code}", encodeURIComponent(code));
  }
}

function setBar(bar, percent) {
  const known = typeof percent === "number";
  bar.classList.toggle("is-none", !known);
  if (known) bar.value = Math.max(0, Math.min(100, percent));
}

function setMark(svg, shape = "hollow") {
  svg.setAttribute("class", `${SVG_CLASS}${shape}`);
  svg.querySelector("path").setAttribute("d", markPath(shape));
}
