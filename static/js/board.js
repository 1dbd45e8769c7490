/**
 * Charts from the figures in the page. The table below each chart holds the
 * same figures, so a chart that cannot be drawn costs nothing.
 */

const TONES = {
  red: "#e02020",
  orange: "#ff7a00",
  yellow: "#f5c400",
  blue: "#2f7df6",
  grey: "#9aa0a6",
  primary: "#0d4a9c",
  green: "#2a9154",
  teal: "#0c8a8f",
};
const ORDER = ["primary", "green", "orange", "teal", "grey", "red"];
// Patterns tell neighbours apart where colour cannot.
const LINES = ["solid", "dashed", "dotted"];
const MARKS = ["circle", "rect", "triangle", "diamond"];

for (const figure of document.querySelectorAll("[data-chart]")) draw(figure);
document.addEventListener("htmx:load", (event) => {
  for (const figure of event.target.querySelectorAll?.("[data-chart]") ?? []) draw(figure);
});

function draw(figure) {
  const canvas = figure.querySelector("[data-chart-canvas]");
  const source = document.getElementById(figure.dataset.chart);
  if (!window.echarts || !canvas || !source || figure.dataset.drawn) return;
  figure.dataset.drawn = "1";
  const table = JSON.parse(source.textContent);
  const chart = window.echarts.init(canvas, null, { renderer: "canvas" });
  chart.setOption(optionOf(table, canvas));
  if (table.urls) {
    chart.on("click", (event) => {
      const url = table.urls[event.dataIndex];
      if (url) location.assign(url);
    });
  }
  new ResizeObserver(() => chart.resize()).observe(canvas);
}

function optionOf(table, canvas) {
  const style = getComputedStyle(canvas);
  const narrow = matchMedia("(max-width: 767.98px)").matches;
  const size = Math.max(12, Math.round(parseFloat(style.fontSize) * (narrow ? 1 : 0.875)));
  const text = { fontFamily: style.fontFamily, fontSize: size, color: "#465468" };
  const shared = {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 400,
    textStyle: text,
    // Rich text is drawn on the canvas; an HTML tooltip would need inline styles.
    tooltip: {
      trigger: table.kind === "pie" ? "item" : "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: "#fff",
      borderColor: "#dde3ea",
      textStyle: { ...text, color: "#16202e" },
    },
    legend: {
      formatter: (name) => withFigure(table, name),
      show: table.kind === "pie" || table.columns.length > 2,
      top: 0,
      left: 0,
      itemWidth: 18,
      itemHeight: 10,
      textStyle: text,
    },
    aria: { enabled: true, decal: { show: table.kind === "pie" } },
  };
  return table.kind === "pie" ? { ...shared, ...pie(table) } : { ...shared, ...axes(table, text, size) };
}

function toneOf(table, index) {
  return TONES[table.tones?.[index]] ?? TONES[ORDER[index % ORDER.length]];
}

/** A slice's figure stands in the legend, where there is room for it. */
function withFigure(table, name) {
  return table.kind === "pie" ? `${name} ${table.rows.find(([label]) => label === name)?.[1] ?? ""}` : name;
}

function pie(table) {
  return {
    series: [
      {
        type: "pie",
        radius: ["40%", "66%"],
        center: ["50%", "60%"],
        label: { show: false },
        data: table.rows.map(([name, value], index) => ({
          name,
          value,
          itemStyle: { color: toneOf(table, index), borderColor: "#fff", borderWidth: 2 },
        })),
      },
    ],
  };
}

function axes(table, text, size) {
  const labels = table.rows.map(([label]) => label);
  const long = table.sideways || (labels.some((label) => String(label).length > 5) && table.kind !== "line");
  const names = {
    type: "category",
    data: labels,
    axisLabel: { ...text, hideOverlap: true },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: "#8793a3" } },
    inverse: long,
  };
  const values = {
    type: "value",
    minInterval: 1,
    axisLabel: text,
    splitLine: { lineStyle: { color: "#e6ebf1" } },
  };
  return {
    grid: { left: 4, right: 16, top: table.columns.length > 2 ? size * 2.75 : size, bottom: 4, containLabel: true },
    xAxis: long ? values : names,
    yAxis: long ? names : values,
    series: table.columns.slice(1).map((name, index) => ({
      name,
      type: table.kind === "line" ? "line" : "bar",
      stack: table.kind === "stack" ? "all" : undefined,
      data: table.rows.map((row) => row[index + 1]),
      color: toneOf(table, index),
      smooth: false,
      symbol: MARKS[index % MARKS.length],
      symbolSize: 7,
      lineStyle: { width: 2.5, type: LINES[index % LINES.length] },
      barMaxWidth: 28,
      itemStyle: table.kind === "line" ? {} : { borderRadius: table.kind === "stack" ? 0 : 3 },
    })),
  };
}
