// The curve of a project: running sums by month in 10,000 yuan, drawn as SVG by ECharts from a json_script element.
// The table beneath holds the same figures. No animation and no HTML tooltip: both would write styles inline.

/** Colours of the theme that is on now. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ink: read("--ink"), faint: read("--ink-3"), line: read("--line"), panel: read("--panel"), sans: read("--sans"),
    done: read("--accent"), paid: read("--s-circle"), plan: read("--ink-3"), ahead: read("--accent"), low: read("--ink-3"), high: read("--ink-3"),
    size: document.documentElement.dataset.type === "large" ? 16 : 12,
  };
}

const SYMBOLS = { done: "circle", paid: "rect", plan: "none", ahead: "emptyCircle", low: "emptyTriangle", high: "emptyTriangle" };
const STROKES = { plan: "dashed", ahead: "dashed", low: "dotted", high: "dotted" };

function amount(value) {
  return value === null || value === undefined ? "—" : value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function line(data, colours) {
  const dashed = data.key in STROKES;
  return {
    type: "line",
    name: data.name,
    data: data.values,
    connectNulls: true,
    symbol: SYMBOLS[data.key],
    symbolSize: 5,
    color: colours[data.key],
    itemStyle: { opacity: data.key === "plan" ? 0 : 1 },
    lineStyle: { width: dashed ? 1.5 : 2, type: STROKES[data.key] ?? "solid" },
  };
}

function option(curve, colours, { compact, narrow }) {
  const named = curve.lines.filter((data) => data.key !== "low" && data.key !== "high").map((data) => data.name);
  const top = narrow && named.length > 3 ? 72 : compact ? 28 : 44; // on a phone a second row of the legend
  const text = { color: colours.faint, fontFamily: colours.sans, fontSize: colours.size };
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: text,
    grid: { left: 4, right: 16, top, bottom: 4, containLabel: true },
    legend: { left: 0, top: 0, data: named, itemWidth: 24, itemGap: 24, textStyle: { ...text, color: colours.ink } },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: colours.panel,
      borderColor: colours.line,
      textStyle: { ...text, color: colours.ink },
      valueFormatter: amount,
    },
    xAxis: { type: "category", data: curve.months, boundaryGap: false, axisLabel: text, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } } },
    yAxis: { type: "value", axisLabel: text, splitLine: { lineStyle: { color: colours.line } } },
    series: curve.lines.map((data) => line(data, colours)),
  };
}

function draw(element) {
  const curve = JSON.parse(document.getElementById(element.dataset.curve).textContent);
  const chart = window.echarts.init(element, null, { renderer: "svg" });
  const size = () => ({ compact: "compact" in element.dataset, narrow: element.clientWidth < 480 });
  const paint = () => chart.setOption(option(curve, palette(), size()), { notMerge: true });
  paint();
  new ResizeObserver(() => chart.resize()).observe(element);
  window.addEventListener("onemap:theme", paint);
  window.addEventListener("onemap:preference", () => window.requestAnimationFrame(paint));
  element.dataset.ready = "";
}

export function drawCurves() {
  if (!window.echarts) return; // the table says the same
  for (const element of document.querySelectorAll("[data-curve]")) draw(element);
}
