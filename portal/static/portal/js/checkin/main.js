// Entry module of the check-in page (templates/workbench/checkin/page.html): position, project, photo, sending.

import { accuracyText, missing, moved, quality } from "./judge.js";
import { Nearby } from "./nearby.js";
import { showPhoto } from "./photo.js";
import { Position } from "./position.js";

class CheckIn {
  constructor(form) {
    this.form = form;
    this.worst = Number(form.dataset.worst);
    this.stale = Number(form.dataset.stale) - 30; // the way to the server takes its time
    this.project = null;
    this.listedAt = null;
    this.sending = false;
    this.newKey();
    this.hint = form.querySelector("[data-hint]");
    this.button = form.querySelector("[data-send]");
    this.refusal = form.querySelector("[data-refused]");
    this.nearby = new Nearby(form.querySelector("[data-projects]"), form.dataset.near, (project) => this.choose(project));
    this.position = new Position({ found: (fix) => this.found(fix), failed: (state) => this.say(state) });
    form.querySelector("[data-again]").addEventListener("click", () => this.locateAgain());
    form.addEventListener("submit", (event) => this.submit(event));
    showPhoto(form);
    form.hidden = false;
    this.position.start();
    this.judge();
    window.setInterval(() => this.judge(), 5_000); // a position grows old
  }

  /** One number a check-in: sent twice over a bad line, it is kept once. */
  newKey() {
    this.key = crypto.randomUUID?.() ?? "";
  }

  say(state) {
    this.form.querySelector("[data-fix]").dataset.state = state;
    for (const words of this.form.querySelectorAll("[data-said]")) words.hidden = words.dataset.said !== state;
    const lost = !["asking", "good", "poor"].includes(state); // without a position nothing else is of use
    for (const part of this.form.querySelectorAll("[data-rest]")) part.hidden = lost;
    this.form.querySelector("[data-instead]").hidden = !lost;
    this.judge();
  }

  found(fix) {
    for (const slot of this.form.querySelectorAll("[data-accuracy]")) slot.textContent = accuracyText(fix.accuracy, slot.dataset.accuracy);
    const moment = this.form.querySelector("[data-moment]");
    moment.textContent = new Date(fix.timestamp).toLocaleTimeString("zh-CN", { hour12: false });
    this.say(quality(fix, this.worst));
    if (moved(this.listedAt, fix)) {
      this.listedAt = fix;
      this.nearby.at(fix);
    }
  }

  locateAgain() {
    this.listedAt = null;
    this.refuse("");
    this.say("asking");
    this.position.restart({ forget: true });
  }

  choose(project) {
    if (project?.code !== this.project?.code) this.newKey();
    this.project = project;
    this.judge();
  }

  /** Says what is missing; nothing is sent that the server would refuse anyway. */
  judge() {
    if (this.sending) return;
    const lacks = missing({ fix: this.position?.fix, worst: this.worst, stale: this.stale, project: this.project, now: Date.now() });
    this.button.disabled = lacks !== "";
    const words = lacks ? this.hint.dataset[lacks] : "";
    this.hint.textContent = words.replace("{away}", this.project?.away ?? "").replace("{most}", String(Math.round(this.nearby?.allowed ?? 0)));
  }

  refuse(words) {
    this.refusal.textContent = words;
    this.refusal.hidden = !words;
  }

  async submit(event) {
    event.preventDefault();
    if (this.sending || this.button.disabled) return;
    this.sending = true;
    this.refuse("");
    this.button.disabled = true;
    this.button.setAttribute("aria-busy", "true");
    this.hint.textContent = this.hint.dataset.sending;
    const address = await this.sent();
    if (address) {
      window.location.assign(address);
      return;
    }
    this.sending = false;
    this.button.removeAttribute("aria-busy");
    this.judge();
  }

  body() {
    const fix = this.position.fix;
    const body = new FormData(this.form);
    body.delete("q");
    if (!body.get("photo")?.size) body.delete("photo");
    body.set("code", this.project.code);
    body.set("lon", String(fix.lon));
    body.set("lat", String(fix.lat));
    body.set("accuracy", String(fix.accuracy));
    body.set("fixed_at", new Date(fix.timestamp).toISOString());
    body.set("key", this.key);
    return body;
  }

  /** The address to go to; empty when it was refused or got lost, which is said and leaves all as it was typed. */
  async sent() {
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: this.body(), headers: { accept: "application/json" } });
      const said = await answer.json();
      if (answer.ok) return said.url;
      this.refuse(said.detail ?? this.hint.dataset.odd);
    } catch (error) {
      this.refuse(error instanceof SyntaxError ? this.hint.dataset.odd : this.hint.dataset.offline);
    }
    return "";
  }
}

const form = document.querySelector("[data-checkin]");
if (form) new CheckIn(form);
document.querySelector("[data-checkin-done] h2")?.focus();
