// The panels that are fetched once the page is drawn: each address answers with pieces that name the slots they go to.
// A piece is parsed as a document of its own, in which no script runs, and only elements that name a slot are taken.

function slots(root) {
  return root.querySelectorAll("[data-slot]");
}

function place(html) {
  for (const piece of slots(new DOMParser().parseFromString(html, "text/html"))) {
    document.querySelector(`[data-slot="${piece.dataset.slot}"]`)?.replaceWith(document.adoptNode(piece));
  }
}

/** Says in the part's own slots that it could not be had; the button asks again. */
function fail(names, again) {
  for (const name of names) {
    const slot = document.querySelector(`[data-slot="${name}"]`);
    if (!slot) continue;
    const isFigure = slot.querySelector("dt");
    const told = document.querySelector(isFigure ? "[data-figure-failed]" : "[data-part-failed]").content.cloneNode(true);
    for (const button of told.querySelectorAll("[data-part-retry]")) button.addEventListener("click", again);
    slot.classList.remove("is-waiting");
    slot.removeAttribute("aria-busy");
    if (isFigure) slot.querySelector("dd").replaceChildren(told);
    else slot.replaceChildren(slot.querySelector("h2"), told);
  }
}

/** Fetches one part and puts its pieces in place; `done` is told afterwards. */
async function load({ dataset }, done) {
  try {
    const answer = await fetch(dataset.part, { headers: { accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    place(await answer.text());
    done();
  } catch (_) {
    fail(dataset.fills.split(" "), () => load({ dataset }, done));
  }
}

export function loadParts(done) {
  return Promise.all([...document.querySelectorAll("[data-part]")].map((part) => load(part, done)));
}
