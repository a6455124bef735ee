// The list of alerts: one box for all of the page, and how many are chosen. Without it the single boxes work by themselves.

for (const form of document.querySelectorAll("[data-alerts]")) {
  const boxes = [...form.querySelectorAll('input[name="alert"]')];
  const all = form.querySelector("[data-alerts-all]");
  const said = form.querySelector("[data-alerts-count]");
  const button = form.querySelector('button[name="act"]');
  if (!boxes.length || !all) continue;
  const every = all.querySelector("input");

  const tell = () => {
    const n = boxes.filter((box) => box.checked).length;
    every.checked = n === boxes.length;
    every.indeterminate = n > 0 && n < boxes.length;
    button.disabled = n === 0;
    said.textContent = said.dataset.text.replace("{n}", String(n));
  };
  all.hidden = false;
  every.addEventListener("change", () => {
    for (const box of boxes) box.checked = every.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}
