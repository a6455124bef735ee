// Deciding on what waits: who returns it must say what is to be changed. The server asks the same without this module.

for (const form of document.querySelectorAll("[data-decide]")) {
  const comment = form.querySelector("textarea");
  const error = form.querySelector("[data-decide-error]");
  const tell = (shown) => {
    error.hidden = !shown;
    error.textContent = shown ? error.dataset.decideError : "";
    comment.setAttribute("aria-invalid", String(shown));
  };
  form.addEventListener("submit", (event) => {
    const returning = event.submitter?.hasAttribute("data-decide-return");
    if (!returning || comment.value.trim()) return;
    event.preventDefault();
    tell(true);
    comment.focus();
  });
  comment.addEventListener("input", () => tell(false));
}
