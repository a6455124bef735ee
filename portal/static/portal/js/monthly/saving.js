// Saving the monthly table: rows go one by one, what fails stays typed, and a clash is decided by the person.

import { pending, showBar } from "./bar.js";
import { toError } from "./moving.js";
import { eachOf } from "./server.js";
import { drafts, page, part, rows, say, server, words } from "./table.js";
import { touched } from "./typing.js";

/** Sends rows one by one; what fails stays typed, with its error in its cell. */
export async function send(chosen, submit) {
  if (pending.busy || !chosen.length) return;
  pending.busy = true;
  pending.undo = null;
  const bar = part("progress");
  let done = 0;
  let failed = 0;
  bar.hidden = false;
  bar.max = chosen.length;
  showBar(say("saving", { done, all: chosen.length }));
  await eachOf(chosen, async (row) => {
    if (!(await keepRow(row, submit || row.state === "submitted"))) failed += 1;
    done += 1;
    bar.value = done;
    part("said").textContent = say("saving", { done, all: chosen.length });
  });
  pending.busy = false;
  bar.hidden = true;
  drafts.keep(rows);
  const kept = done - failed;
  const result = [kept ? say(submit ? "submitted" : "saved", { n: kept }) : "", failed ? say("failed", { n: failed }) : ""];
  showBar(result.join(" ").trim());
  if (failed) toError(page, null);
}

/** Saves one row; whether it is kept. What was typed while the answer was under way stays typed. */
async function keepRow(row, submit) {
  row.element.setAttribute("aria-busy", "true");
  const sent = row.values;
  const { status, body } = await server.keep(row, submit);
  row.element.removeAttribute("aria-busy");
  if (status === 200) {
    const typed = row.values;
    row.settle(body);
    for (const [field, text] of Object.entries(typed)) if (text !== sent[field]) row.put(field, text);
    row.cells.forEach((cell) => delete cell.dataset.follows);
    row.note("");
    row.say({}, body.warnings);
    row.markChanged();
    return true;
  }
  row.say(body.errors ?? {}, body.warnings ?? []);
  if (status === 412) clash(row, body);
  else row.note(trouble(status, body));
  row.element.classList.add("has-errors");
  return false;
}

function trouble(status, body) {
  if (status === 0) return words.offline;
  if (status === 403 && loggedOut(body)) return words.login;
  return body.message || body.detail || words.offline;
}

/** A program without log-in, or whose token is of an older log-in, is told so by 403. */
const loggedOut = ({ detail }) => detail === undefined || detail.includes("登录");

/** Somebody else was faster: both are shown, and the person decides. */
function clash(row, { theirs, revision, state, state_label: label }) {
  const differing = [...row.cells.keys()].filter((field) => theirs[field] !== row.cells.get(field).value);
  row.say({}, []);
  row.compare(Object.fromEntries(differing.map((f) => [f, say("theirs", { text: theirs[f] || words.empty })])));
  const decided = () => {
    row.note("");
    row.say({}, []);
    row.element.classList.remove("has-errors");
    touched(row);
  };
  const adopt = () => {
    row.settle({ values: theirs, revision, state, state_label: label });
    decided();
  };
  const insist = () => {
    row.saved = { ...row.saved, ...theirs };
    row.element.dataset.revision = String(revision);
    row.setState(state, label);
    decided();
  };
  row.note(words.stale, [{ label: words.take, press: adopt }, { label: words.keep, press: insist }]);
}
