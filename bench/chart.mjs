/**
 * `npm run bench:chart`: bench/results.json to docs/bench.svg (milliseconds by contender) and docs/bench-growth.svg
 * (cost against edges and size), bench/results-training.json to docs/bench-training.svg, bench/results-dataset.json to
 * docs/dataset-memory.svg. Plain SVG text; its colours follow the reader's light or dark scheme.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { isOurs, isYardstick } from "./contenders.mjs";
import { realMean } from "./summary.mjs";
import { BOTH, RLE, SEMANTIC, SMALL_SEMANTIC } from "./training-jobs.mjs";

const WIDTH = 800;
const FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";
const STYLE = `
  text { font: 13px ${FONT}; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .subtitle { font-weight: 600 }
  .small { font-size: 12px; fill: #57606a }
  .ours { fill: #1a7f37; font-weight: 600 }
  .bar { fill: #8c959f }
  .bar-ours { fill: #2da44e }
  .bar-yardstick { fill: none; stroke: #8c959f; stroke-width: 1.5; stroke-dasharray: 4 2 }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .line { fill: none; stroke-width: 2 }
  .green { stroke: #2da44e; fill: #2da44e }
  .blue { stroke: #0969da; fill: #0969da }
  .grey { stroke: #8c959f; fill: #8c959f }
  .orange { stroke: #bc4c00; fill: #bc4c00 }
  .line.green, .line.blue, .line.grey, .line.orange { fill: none }
  .dashed { stroke-dasharray: 5 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .small { fill: #9198a1 }
    .ours { fill: #3fb950 }
    .bar { fill: #6e7681 }
    .bar-ours { fill: #3fb950 }
    .grid { stroke: #3d444d }
    .green { stroke: #3fb950; fill: #3fb950 }
    .blue { stroke: #4493f8; fill: #4493f8 }
    .orange { stroke: #db6d28; fill: #db6d28 }
  }`;

const DOCS = new URL("../docs/", import.meta.url);

export function drawCharts(results) {
  writeFileSync(new URL("bench.svg", DOCS), drawContenders(results));
  if (results.growth) writeFileSync(new URL("bench-growth.svg", DOCS), drawGrowth(results.growth));
}

/** From bench/results-training.json to docs/bench-training.svg. */
export function drawTrainingChart(results) {
  writeFileSync(new URL("bench-training.svg", DOCS), drawTraining(results));
}

/** From bench/results-dataset.json to docs/dataset-memory.svg. */
export function drawDatasetChart({ soak }) {
  writeFileSync(new URL("dataset-memory.svg", DOCS), drawMemory(soak));
}

const escapeXml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const text = (x, y, content, attributes = "") =>
  `<text x="${x}" y="${y}" ${attributes}>${escapeXml(content)}</text>`;
const number = (value) => Number(value.toPrecision(value < 10 ? 2 : 3)).toLocaleString("en");
const svg = (
  height,
  title,
  parts,
) => `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" \
viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}">
<style>${STYLE}
</style>
${parts.flat(9).join("\n")}
</svg>
`;

const BAR = { left: 270, right: 90, height: 16, step: 23 };

/** CPU time in the program: no page faults, which the operating system's time holds, and no other program's time. */
function drawContenders({ decode }) {
  const street = decode.find(({ mask }) => mask === "street-4k-adaptive");
  const blocks = [
    realMean(decode),
    { ...street, title: `${street.title} (${street.width}×${street.height}, ${street.labels} colours)` },
  ].filter(Boolean);
  return drawBlocks(
    "PNG bytes to int32 labels with reused memory, ms of CPU time (less is better)",
    blocks.map(({ title, steady }) => ({
      title,
      ms: Object.fromEntries(Object.entries(steady).map(([name, { user }]) => [name, user])),
    })),
  );
}

/** One block for each job that starts with a PNG. */
function drawTraining({ masks }) {
  const { title, ms } = masks.find(({ mask }) => mask === "street-4k-adaptive");
  const blocks = [SEMANTIC, BOTH, SMALL_SEMANTIC, RLE].map((job) => ({
    title: job,
    ms: Object.fromEntries(
      Object.entries(ms)
        .filter(([key]) => key.startsWith(`${job}: `) && !key.endsWith("at hand"))
        .map(([key, time]) => [key.slice(job.length + 2), time]),
    ),
  }));
  return drawBlocks(`PNG bytes to training data, ${title}, ms (less is better)`, blocks);
}

/** Bars that start at 0 on a linear scale, so that their lengths can be compared; one block for each corpus or job. */
function drawBlocks(title, blocks) {
  const parts = [text(16, 28, title, 'class="title"')];
  let y = 58;
  for (const { title: subtitle, ms } of blocks) {
    const bars = Object.entries(ms).sort(([, a], [, b]) => a - b);
    const axis = linearAxis(bars.at(-1)[1], BAR.left, WIDTH - BAR.right);
    parts.push(text(16, y, `${subtitle[0].toUpperCase()}${subtitle.slice(1)}`, 'class="subtitle"'));
    const top = y + 12;
    const bottom = top + bars.length * BAR.step;
    parts.push(verticalGrid(axis, top, bottom, "ms"));
    parts.push(bars.map(([name, value], index) => drawBar(name, value, axis, top + index * BAR.step + 3)));
    y = bottom + 58;
  }
  return svg(y - 26, title, parts);
}

function drawBar(name, value, axis, y) {
  const kind = isOurs(name) ? "bar-ours" : isYardstick(name) ? "bar-yardstick" : "bar";
  const width = axis.place(value) - BAR.left;
  const ours = isOurs(name) ? 'class="ours"' : "";
  return [
    text(BAR.left - 8, y + 12, name, `text-anchor="end" ${ours}`),
    `<rect class="${kind}" x="${BAR.left}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" rx="1"/>`,
    text((BAR.left + width + 6).toFixed(1), y + 12, number(value), ours),
  ];
}

function verticalGrid({ ticks, place }, top, bottom, unit) {
  return ticks.map((tick, index) => [
    `<line class="grid" x1="${place(tick)}" x2="${place(tick)}" y1="${top}" y2="${bottom}"/>`,
    text(
      place(tick),
      bottom + 16,
      index === ticks.length - 1 ? `${number(tick)} ${unit}` : number(tick),
      'class="small" text-anchor="middle"',
    ),
  ]);
}

/** A scale from 0 to the first round number that is not below `most`, with four to seven ticks; `place` is in tenths of a pixel. */
function linearAxis(most, from, to) {
  const magnitude = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * magnitude).find((width) => most / width <= 6);
  const end = Math.ceil(most / step) * step;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
  return { ticks, place: (value) => Number((from + ((to - from) * value) / end).toFixed(1)) };
}

/** Powers of ten around all values. */
function logAxis(values, from, to) {
  const [low, high] = [
    Math.floor(Math.log10(Math.min(...values))),
    Math.ceil(Math.log10(Math.max(...values))),
  ];
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  const place = (value) =>
    Number((from + ((to - from) * (Math.log10(value) - low)) / (high - low)).toFixed(1));
  return { ticks, place };
}

function drawGrowth({ width, height, squares, ragged, sizes }) {
  const title = "What a decode costs";
  const left = {
    title: `Against edges, ${width}×${height}`,
    x: { label: "edges, thousands", of: ({ edges }) => edges / 1000, axis: linearAxis },
    y: { axis: linearAxis },
    area: { left: 56, right: 392, top: 72, bottom: 330 },
    lines: [
      ["labelmap reused, squares", "green", squares, ({ ms }) => ms.reused],
      ["labelmap reused, no two rows alike", "blue", ragged, ({ ms }) => ms.reused],
      ["zlib inflate alone, squares", "grey dashed", squares, ({ ms }) => ms.zlib],
      ["zlib inflate alone, no two rows alike", "orange dashed", ragged, ({ ms }) => ms.zlib],
    ],
  };
  const right = {
    title: `Against size, ${sizes[0].edges} edges (log scales)`,
    x: { label: "megapixels", of: ({ megapixels }) => megapixels, axis: logAxis },
    y: { axis: logAxis },
    area: { left: 456, right: 784, top: 72, bottom: 330 },
    lines: [
      ["labelmap, reused array", "green", sizes, ({ ms }) => ms.reused],
      ["labelmap, own array", "blue", sizes, ({ ms }) => ms.own],
      ["zlib inflate alone", "grey dashed", sizes, ({ ms }) => ms.zlib],
    ],
  };
  return svg(460, title, [text(16, 28, title, 'class="title"'), drawPlot(left), drawPlot(right)]);
}

function drawPlot({ title, x, y, area, lines }) {
  const { left, right, top, bottom } = area;
  const allX = lines.flatMap(([, , points]) => points.map(x.of));
  const allY = lines.flatMap(([, , points, of]) => points.map(of));
  const axisOf = ({ axis }, values, from, to) =>
    axis === linearAxis ? axis(Math.max(...values), from, to) : axis(values, from, to);
  const xAxis = axisOf(x, allX, left, right);
  const yAxis = axisOf(y, allY, bottom, top);
  return [
    text(left - 40, top - 16, `${title}, ms`, 'class="subtitle"'),
    yAxis.ticks.map((tick) => [
      `<line class="grid" x1="${left}" x2="${right}" y1="${yAxis.place(tick)}" y2="${yAxis.place(tick)}"/>`,
      text(left - 6, yAxis.place(tick) + 4, number(tick), 'class="small" text-anchor="end"'),
    ]),
    xAxis.ticks.map((tick) =>
      text(xAxis.place(tick), bottom + 18, number(tick), 'class="small" text-anchor="middle"'),
    ),
    text((left + right) / 2, bottom + 36, x.label, 'class="small" text-anchor="middle"'),
    lines.map(([name, look, points, of], index) => {
      const places = points.map((point) => `${xAxis.place(x.of(point))},${yAxis.place(of(point))}`);
      const legendY = bottom + 58 + index * 19;
      return [
        `<polyline class="line ${look}" points="${places.join(" ")}"/>`,
        places.map(
          (place) => `<circle class="${look.split(" ")[0]}" r="2" cx="${place.replace(",", '" cy="')}"/>`,
        ),
        `<line class="line ${look}" x1="${left}" x2="${left + 28}" y1="${legendY}" y2="${legendY}"/>`,
        text(left + 36, legendY + 4, name),
      ];
    }),
  ];
}

function drawMemory({ jobs, samples }) {
  const title = `Memory of labelmap fetch while it does ${jobs.toLocaleString("en")} jobs, MB (resident)`;
  const [left, right, top, bottom] = [60, WIDTH - 20, 50, 230];
  const [longest, most] = [samples.at(-1)[0], 500];
  const x = (seconds) => left + ((right - left) * seconds) / longest;
  const y = (megabytes) => bottom - ((bottom - top) * megabytes) / most;
  return svg(280, title, [
    text(20, 28, title, 'class="title"'),
    [0, 100, 200, 300, 400, 500].map((tick) => [
      `<line class="grid" x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/>`,
      text(left - 8, y(tick) + 4, String(tick), 'class="small" text-anchor="end"'),
    ]),
    Array.from({ length: Math.floor(longest / 60) + 1 }, (_, minute) =>
      text(x(minute * 60), bottom + 20, String(minute), 'class="small" text-anchor="middle"'),
    ),
    text((left + right) / 2, bottom + 40, "minutes", 'class="small" text-anchor="middle"'),
    `<polyline class="line green" points="${samples.map(([seconds, mb]) => `${x(seconds).toFixed(1)},${y(mb).toFixed(1)}`).join(" ")}"/>`,
  ]);
}

if (process.argv[1] === import.meta.filename) {
  const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
  drawCharts(read("results.json"));
  drawTrainingChart(read("results-training.json"));
  drawDatasetChart(read("results-dataset.json"));
}
