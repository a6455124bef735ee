// Follows a run of the publication page: asks the server once a second, moves the bar, and loads the page anew at the end.
// Reads: [data-run] (address of the run's state) with [data-run-bar], [data-run-percent], [data-run-step], [data-run-trouble].

const PAUSE = 1000;
const PAUSE_IN_TROUBLE = 4000;

/** Shows one answer of the server. */
function show(box, run) {
  const bar = box.querySelector("[data-run-bar]");
  const percent = box.querySelector("[data-run-percent]");
  const step = box.querySelector("[data-run-step]");
  bar.value = run.percent;
  bar.textContent = `${run.percent}%`;
  percent.textContent = `${run.percent}%`;
  if (step.textContent !== run.step) step.textContent = run.step; // a screen reader hears each step once
}

/** One question; the run goes on whatever the answer. */
async function ask(box) {
  const answer = await fetch(box.dataset.run, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function follow(box) {
  const trouble = box.querySelector("[data-run-trouble]");
  for (;;) {
    let pause = PAUSE;
    try {
      const run = await ask(box);
      trouble.hidden = true;
      show(box, run);
      if (!run.active) {
        window.location.replace(window.location.pathname);
        return;
      }
    } catch (_) {
      trouble.hidden = false;
      pause = PAUSE_IN_TROUBLE;
    }
    await new Promise((resolve) => window.setTimeout(resolve, pause));
  }
}

for (const box of document.querySelectorAll("[data-run]")) follow(box);
