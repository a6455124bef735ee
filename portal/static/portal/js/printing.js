// The staff map on paper: a map keeps the size that it has on the screen and is scaled to the sheet, because its tiles are drawn
// for that size; the legend is opened. Reads [data-print] buttons and [data-map] boxes.

/** Pixels of an A4 sheet laid across, without its margins. */
const SHEET = { width: 1046, height: 600 };

/** The factor by which a box of this size fits on a sheet; never larger than it is. Pure. */
export function fit(width, height) {
  return Math.min(1, SHEET.width / width, SHEET.height / height);
}

function prepare() {
  for (const box of document.querySelectorAll("[data-map]")) {
    const { width, height } = box.getBoundingClientRect();
    if (!width || !height) continue;
    const style = document.documentElement.style;
    style.setProperty("--print-w", `${Math.round(width)}px`);
    style.setProperty("--print-h", `${Math.round(height)}px`);
    style.setProperty("--print-zoom", fit(width, height).toFixed(3));
    box.querySelector(".legend")?.setAttribute("open", "");
  }
}

if (typeof window !== "undefined") {
  window.addEventListener("beforeprint", prepare);
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
