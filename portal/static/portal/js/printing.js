// The staff map and the leaders' screen on paper: a map keeps the size that it has on the screen and is scaled to the sheet, because its tiles are drawn
// for that size; the legend is opened. Reads [data-print] buttons and [data-map] boxes.

/** Room for the map of the staff on A4 laid across, without margins; for that of the leaders on A4 and, between its panels, on A3. */
const SHEETS = { "--print-zoom": { width: 1046, height: 560, most: 1 }, "--print-zoom-a4": { width: 1040, height: 740, most: 1.5 }, "--print-zoom-a3": { width: 740, height: 680, most: 1.5 } };

/** The factor by which a box of this size fills a sheet; on that of the staff never larger than it is. Pure. */
export function fit(width, height, sheet = SHEETS["--print-zoom"]) {
  return Math.min(sheet.most, sheet.width / width, sheet.height / height);
}

function prepare() {
  for (const box of document.querySelectorAll("[data-map]")) {
    const { width, height } = box.getBoundingClientRect();
    if (!width || !height) continue;
    const style = document.documentElement.style;
    style.setProperty("--print-w", `${Math.round(width)}px`);
    style.setProperty("--print-h", `${Math.round(height)}px`);
    for (const [name, sheet] of Object.entries(SHEETS)) style.setProperty(name, fit(width, height, sheet).toFixed(3));
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
