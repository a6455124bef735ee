// The back-test of a rule by month: a bar of hits, lasting yellow alerts and false alarms (hatched) on one another. The table beneath holds the same
// figures. No animation and no HTML tooltip: both would write styles inline. Reads [data-backtest], the id of a json_script
// element {months, lines: [{key, name, values}]}.

function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ink: read("--ink"), faint: read("--ink-3"), line: read("--line"), panel: read("--panel"), sans: read("--sans"),
    hits: read("--l-red"), lasting: read("--l-yellow"), false_alarms: read("--l-grey"),
    size: document.documentElement.dataset.type === "large" ? 16 : 12,
  };
}

function option(data, colours) {
  const text = { color: colours.faint, fontFamily: colours.sans, fontSize: colours.size };
  const hatch = { symbol: "rect", rotation: -Math.PI / 4, dashArrayX: [1, 0], dashArrayY: [2, 4], color: colours.panel };
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: text,
    grid: { left: 8, right: 16, top: 44, bottom: 8, containLabel: true },
    legend: { left: 0, top: 0, itemWidth: 16, itemGap: 24, textStyle: { ...text, color: colours.ink } },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colours.panel, borderColor: colours.line,
      textStyle: { ...text, color: colours.ink },
    },
    xAxis: { type: "category", data: data.months, axisLabel: text, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } } },
    yAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: colours.line } } },
    series: data.lines.map(({ key, name, values }) => ({
      type: "bar", stack: "alerts", name, data: values, barMaxWidth: 36, color: colours[key],
      ...(key === "false_alarms" ? { itemStyle: { decal: hatch } } : {}),
    })),
  };
}

function draw(element) {
  const data = JSON.parse(document.getElementById(element.dataset.backtest).textContent);
  const chart = window.echarts.init(element, null, { renderer: "svg" });
  const paint = () => chart.setOption(option(data, palette()), { notMerge: true });
  paint();
  new ResizeObserver(() => chart.resize()).observe(element);
  window.addEventListener("onemap:theme", paint);
  window.addEventListener("onemap:preference", () => window.requestAnimationFrame(paint));
  element.dataset.ready = "";
}

if (window.echarts) for (const element of document.querySelectorAll("[data-backtest]")) draw(element);
