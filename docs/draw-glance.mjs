/**
 * `npm run docs:pictures` (part of it): the README's picture, from a mask to its label map to class ids. It decodes the mask that
 * concepts.md explains, so run draw-concepts.mjs first.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { ClassList, decodeMask } from "labelmap";
import { document, grid, text } from "./svg.mjs";

const CELL = 21;
const ARROW = 44;
const HEAD = 52;
const LINE = 25;
const path = (name) => new URL(name, import.meta.url);

const png = readFileSync(path("concepts-mask.png"));
const result = JSON.parse(readFileSync(path("concepts-result.json"), "utf8"));
const map = await decodeMask(png, result);
const classes = ClassList.fromNames(["road", "sky", "car"]);
const semantic = map.semantic(classes, { dtype: "uint8" });
const { width, height, labels, unlabelled } = map;

const strange = unlabelled.colors[0].color;
const colorAt = (place) => labels[map.data[place]]?.color ?? strange;
const CLASS_COLORS = { 0: "#cfc6d3", 1: "#cfe6f6", 2: "#f7d7a0", 255: "#ffffff" };
const panels = [
  {
    title: "mask.png",
    about: "a colour for each object",
    fill: colorAt,
    shown: () => "",
    lines: [
      ...labels.map(({ color, name }) => [color, `${color} is ${name}`]),
      [strange, `${strange} is not in the legend`],
    ],
  },
  {
    title: "label map",
    about: "Int32Array: a number for each label",
    fill: colorAt,
    shown: (place) => map.data[place],
    lines: [
      ...labels.map(({ color, index, name }) => [color, `${index} is ${name}`]),
      [strange, "−1 is unlabelled"],
    ],
  },
  {
    title: "class ids",
    about: "Uint8Array: a number for each class",
    fill: (place) => CLASS_COLORS[semantic[place]],
    shown: (place) => semantic[place],
    lines: [
      ...classes.classes.map(({ id, name }) => [CLASS_COLORS[id], `${id} is ${name}`]),
      [CLASS_COLORS[classes.voidId], `${classes.voidId} is void`],
    ],
  },
];

const panelWidth = width * CELL;
const gridHeight = height * CELL;
const drawn = panels.map(({ title, about, fill, shown, lines }, index) => {
  const cells = Array.from(map.data, (_, place) => ({ fill: fill(place), content: shown(place) }));
  const listed = lines.map(([color, line], place) => {
    const y = HEAD + gridHeight + 16 + place * LINE;
    return `<rect x="0" y="${y}" width="17" height="17" fill="${color}" stroke="#888"/>${text(27, y + 14, line)}`;
  });
  return `<g transform="translate(${index * (panelWidth + ARROW)} 0)">${text(0, 16, title, { size: 17, weight: 600 })}${text(0, 38, about)}
<g transform="translate(0 ${HEAD})">${grid(cells, width, CELL, 11)}</g>${listed.join("")}</g>`;
});
const arrows = [1, 2].map((index) =>
  text(index * (panelWidth + ARROW) - ARROW / 2, HEAD + gridHeight / 2 + 9, "→", {
    size: 28,
    anchor: "middle",
  }),
);
const most = Math.max(...panels.map(({ lines }) => lines.length));
writeFileSync(
  path("glance.svg"),
  document(
    "A mask, its label map and its class ids",
    3 * panelWidth + 2 * ARROW,
    HEAD + gridHeight + 16 + most * LINE,
    [...drawn, ...arrows],
  ),
);
