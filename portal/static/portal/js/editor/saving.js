// Between the page and the record: reading, checking while one draws, keeping drafts, submitting, and what is said when
// something does not go through. Whatever the answer, the drawing stays on the page.

import { EMPTY, equal, fromGeoJSON, toGeoJSON } from "./shape.js";

/** How long after the last change the server is asked to check. */
const CHECK_AFTER_MS = 1200;

export class Saving {
  constructor(editor) {
    Object.assign(this, { editor, words: editor.words, telling: editor.telling, api: editor.api, etag: null, head: null, imported: {}, findings: null });
    this.form = editor.page.querySelector("[data-form]");
    this.buttons = editor.page.querySelectorAll("[data-actions] [data-act]");
    this.note = editor.page.querySelector("[data-head]");
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", (event) => event.target.name === "source" && this.sourceChosen());
    editor.page.querySelector("[data-reload]").addEventListener("click", () => this.load());
  }

  async load() {
    const { editor, words } = this;
    const failed = editor.page.querySelector("[data-load-failed]");
    failed.hidden = true;
    this.telling.say(words.loading);
    const answer = await this.api.state();
    if (answer.status !== 200) {
      failed.hidden = false;
      failed.querySelector("[data-load-reason]").textContent = this.reason(answer);
      return this.telling.say("");
    }
    const state = answer.body;
    this.etag = answer.etag ?? state.etag;
    editor.mayEdit = state.may.edit;
    editor.kinds = state.kinds_allowed?.length ? state.kinds_allowed : editor.kinds;
    this.showHead(state.head, state.approved);
    this.fill(state.head);
    editor.begin(fromGeoJSON(state.head?.geometry), state.approved ? fromGeoJSON(state.approved.geometry) : null);
    if (!this.differs && state.findings?.length) this.judged({ findings: state.findings });
    return this.telling.say(state.head ? "" : words.begin.replace("{kinds}", editor.kinds.map((kind) => words.family[kind]).join("、")));
  }

  sourceChosen() {
    this.isSourceChosen = true;
    this.changed();
  }

  /** What a hand has drawn is no survey any more, unless the person says so. */
  byHand() {
    if (!this.isSourceChosen) this.form.elements.source.value = "drawn";
  }

  fill(head) {
    const source = head?.source && this.form.querySelector(`[name=source][value="${head.source}"]`);
    if (source) source.checked = true;
    this.form.elements.accuracy.value = head?.accuracy_m ?? "";
  }

  /** Which version this is, who made it, and what became of it. */
  showHead(head, approved) {
    this.head = head;
    const { words } = this;
    const box = this.note;
    const line = head ? [words.head.replace("{n}", head.number), words.states[head.state] ?? head.state_label, head.author].filter(Boolean).join(" · ") : words.no_head;
    box.querySelector("[data-head-line]").textContent = line;
    const more = { returned: words.returned.replace("{comment}", head?.comment || "—"), submitted: words.submitted_note, draft: head?.reason ? words.draft_reason.replace("{reason}", head.reason) : "" }[head?.state] ?? "";
    const second = box.querySelector("[data-head-more]");
    second.textContent = more;
    second.className = head?.state === "returned" ? "notice notice-bad" : "small";
    second.hidden = !more;
    box.querySelector("[data-approved-line]").textContent = approved ? words.approved_line.replace("{n}", approved.number) : words.no_approved;
  }

  /** After every step: the state of the buttons at once, the server's word a little later. */
  changed() {
    const { editor } = this;
    clearTimeout(this.timer);
    this.asked?.abort();
    editor.page.querySelector("[data-unsaved]").hidden = !editor.history.isDirty;
    for (const button of this.buttons) button.disabled = !editor.mayEdit || !editor.shape.parts.length;
    if (!editor.shape.parts.length || !editor.mayEdit) return this.telling.showFindings(null, null, editor.mayEdit ? this.words.nothing : this.words.read_only);
    if (!this.differs) return this.telling.showFindings(null, null, this.words.unchanged);
    this.findings = null;
    this.showFindings(this.words.checking);
    this.timer = setTimeout(() => this.check(), CHECK_AFTER_MS);
    return undefined;
  }

  /** Whether there is anything to submit: what stands approved, or waits, has been checked already. */
  get differs() {
    const isOpen = ["draft", "returned"].includes(this.head?.state);
    return isOpen || this.editor.history.isDirty || this.form.elements.source.value !== this.head?.source;
  }

  content() {
    const { elements } = this.form;
    return { geometry: toGeoJSON(this.editor.shape), source: elements.source.value, accuracy_m: elements.accuracy.value.trim() || null };
  }

  async check() {
    clearTimeout(this.timer);
    this.asked?.abort();
    if (!this.editor.shape.parts.length) return;
    this.asked = new AbortController();
    this.showFindings(this.words.checking);
    const answer = await this.api.check(this.content(), this.asked.signal);
    if (answer.aborted) return;
    if (answer.status === 200 || answer.body.findings) this.judged(answer.body);
    else this.showFindings(`${this.words.not_checked} ${this.reason(answer)}`);
  }

  judged({ findings, measures }) {
    this.findings = findings;
    this.showFindings("");
    this.editor.telling.showFigures(this.editor.shape, this.editor.approved, measures ?? null);
  }

  /** The browser's own look comes first and is replaced by the server's. */
  showFindings(note) {
    if (this.telling.isAnswering) return;
    const { fault } = this.editor;
    const own = fault && !this.findings?.length ? [{ code: fault.kind, severity: "block", message: this.words.faults[fault.kind] ?? this.words.faults.invalid, lon: fault.place?.[0], lat: fault.place?.[1] }] : null;
    this.telling.showFindings(this.findings?.length ? this.findings : own ?? this.findings, ({ lon, lat }) => this.editor.point([lon, lat]), note);
  }

  async save(submit) {
    const { editor, words } = this;
    if (!editor.mayEdit || !editor.shape.parts.length || this.isBusy) return;
    if (submit && this.form.elements.reason.value.trim().length < 2) {
      this.form.elements.reason.focus();
      this.telling.say(words.reason_needed, "bad");
      return;
    }
    this.busy(true);
    this.telling.say(words.saving);
    const sent = editor.shape;
    const answer = await this.api.save(this.etag, { ...this.content(), reason: this.form.elements.reason.value, answers: this.telling.given(), ...this.imported, submit });
    this.busy(false);
    if (answer.status === 200) this.saved(answer, sent, submit);
    else if (answer.status === 412) editor.conflict.open(answer.body, sent);
    else this.refused(answer);
  }

  saved({ body, etag }, sent, submit) {
    const { editor, words } = this;
    this.etag = etag ?? body.etag;
    if (equal(editor.shape, sent)) editor.history.markSaved();
    this.showHead(body.head, editor.approved && { number: this.note.dataset.approved });
    this.judged(body);
    editor.references.set("mine", null);
    editor.page.querySelector("[data-unsaved]").hidden = !editor.history.isDirty;
    this.telling.say((submit ? words.submitted : words.saved).replace("{n}", body.head.number), "good");
  }

  refused(answer) {
    if (answer.body.findings?.length) this.judged(answer.body);
    this.telling.say(`${this.reason(answer)} ${this.words.kept}`, "bad");
  }

  /** What went wrong, in the server's words where it has any. */
  reason({ status, body }) {
    if (status === 0) return this.words.offline;
    return body.detail ?? this.words.failed.replace("{status}", status);
  }

  busy(on) {
    this.isBusy = on;
    for (const button of this.buttons) button.toggleAttribute("aria-busy", on);
  }

  /** After a conflict: the shape of the other is what one now stands on. */
  standOn({ etag, number, author, state, theirs }) {
    this.etag = etag;
    this.showHead({ number, author, state }, this.editor.approved && { number: this.note.dataset.approved });
    this.editor.history.saved = theirs ? fromGeoJSON(theirs) : EMPTY;
  }
}
