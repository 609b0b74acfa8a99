/**
 * `npm run docs:pictures` (third part): a mask of 14×7 pixels, drawn here, and all that the library makes of it, as grids of
 * numbers; concepts.md decodes the same mask.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { ClassList, decodeMask } from "labelmap";
import sharp from "sharp";
import { document, grid, text } from "./svg.mjs";

const ROWS = [
  "ssssssssssssss",
  "ssssssssssssss",
  "sss111ssss222s",
  "ss11111?222222",
  "rr11111r222222",
  "rrr1r1rrr2rr2r",
  "rrrrrrrrrrrrrr",
];
const COLORS = { s: "#8fc7ea", r: "#b3a6b8", 1: "#f0b429", 2: "#d9664a", "?": "#b58a63" };
const LEGEND = { "#8fc7ea": "sky", "#b3a6b8": "road", "#f0b429": "car # 1", "#d9664a": "car # 2" };
const CELL = 26;
const GAP = 34;
const path = (name) => new URL(name, import.meta.url);

const [width, height] = [ROWS[0].length, ROWS.length];
const channels = ROWS.join("")
  .match(/./g)
  .flatMap((key) => COLORS[key].match(/\w\w/g).map((hex) => Number.parseInt(hex, 16)));
const mask = await sharp(Uint8Array.from(channels), { raw: { width, height, channels: 3 } })
  .png()
  .toBuffer();
writeFileSync(path("concepts-mask.png"), mask);
writeFileSync(path("concepts-result.json"), `${JSON.stringify({ legend: LEGEND }, null, 2)}\n`);

const result = JSON.parse(readFileSync(path("concepts-result.json"), "utf8"));
const map = await decodeMask(mask, result);
const classes = ClassList.fromNames(["road", "sky", "car"]);
const colorAt = (place) => COLORS[ROWS[Math.floor(place / width)][place % width]];
const classColor = { 0: "#cfc6d3", 1: "#cfe6f6", 2: "#f7d7a0", 255: "#ffffff" };
const panels = [
  { title: "the mask: colours", colorOf: colorAt, shown: () => "" },
  { title: "map.data: labels", colorOf: colorAt, shown: (place) => map.data[place] },
  {
    title: "semantic: class ids",
    colorOf: (_place, value) => classColor[value],
    data: map.semantic(classes),
  },
  {
    title: "instance: numbers",
    colorOf: (place, value) => (value === 0 ? "#f2f2f2" : colorAt(place)),
    data: map.instance(),
  },
  {
    title: "panoptic: class id × 1000 + instance",
    colorOf: colorAt,
    data: map.panoptic(classes, { divisor: 1000 }),
    small: true,
  },
];
const [panelWidth, panelHeight] = [width * CELL, height * CELL + GAP];
const drawn = panels.map(({ title, colorOf, data, shown = (place) => data[place], small }, index) => {
  const [left, top] = [(index % 2) * (panelWidth + GAP), Math.floor(index / 2) * (panelHeight + GAP / 2)];
  const cells = Array.from(map.data, (_, place) => ({
    fill: colorOf(place, shown(place)),
    content: shown(place),
  }));
  return `<g transform="translate(${left} ${top})">${text(0, 20, title, { weight: 600 })}
<g transform="translate(0 ${GAP - 4})">${grid(cells, width, CELL, small ? 7 : 12)}</g></g>`;
});
const entries = [...Object.entries(LEGEND), [COLORS["?"], "not in the legend"]];
const legend = entries.map(([color, value], index) => {
  const y = GAP + index * 32;
  const label = index < map.labels.length ? `label ${index}` : "−1";
  return `<rect x="0" y="${y}" width="22" height="22" fill="${color}" stroke="#888"/>${text(34, y + 16, `${color}  ${value}`)}${text(panelWidth - 60, y + 16, label)}`;
});
drawn.push(
  `<g transform="translate(${panelWidth + GAP} ${2 * (panelHeight + GAP / 2)})">${text(0, 20, "the legend", { weight: 600 })}${legend.join("")}</g>`,
);
writeFileSync(
  path("concepts.svg"),
  document("A small mask, its legend and its maps", 2 * panelWidth + GAP, 3 * panelHeight + GAP, drawn),
);
