/**
 * `npm run docs:pictures` (second half): the pictures of training-data.md, drawn with the functions that they show, from
 * the 4K street scene.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ClassList, decodeMask } from "labelmap";
import { resize, resizeByMajority } from "labelmap/geometry";
import { allOutlines, measureObjects } from "labelmap/objects";
import sharp from "sharp";

const SAMPLE = new URL("../test/fixtures/masks/street-4k-rgba-adaptive", import.meta.url);
const png = readFileSync(new URL(`${SAMPLE}.png`));
const result = JSON.parse(readFileSync(new URL(`${SAMPLE}.json`), "utf8"));
const classes = ClassList.fromResults([result]);
const GAP = 12;

await drawViews();
await drawResize();

/** One mask, and three of the maps that come out of one pass. */
async function drawViews() {
  const [width, height] = [640, 360];
  const target = [{ map: "label" }, { map: "semantic", classes }, { map: "instance" }];
  const [labels, semantic, instance] = await decodeMask(png, result, { target, resize: { width, height } });
  const panels = [
    {
      title: "the mask's colours",
      map: labels,
      colorOf: (label) => labels.labels[label]?.color ?? "#000000",
    },
    { title: "semantic: a colour per class", map: semantic, colorOf: (id) => hue(id * 0.382, 0.55) },
    {
      title: "instance: a colour per object",
      map: instance,
      colorOf: (number) => (number === 0 ? "#e8e8e8" : hue(number * 0.618, 0.45)),
    },
  ];
  const images = panels.map(({ title, map, colorOf }) =>
    svg(width, height, [pixels(map, colorOf), caption(title)]),
  );
  const things = measureObjects(labels).filter(({ value }) => labels.labels[value].instanceId > 0);
  const outlined = allOutlines(labels).flatMap(({ value, polygons }) =>
    polygons.map(({ outer, holes }) => {
      const path = [outer, ...holes].map((ring) => `M${ring.join(" ")}Z`).join("");
      const fill = labels.labels[value].instanceId > 0 ? labels.labels[value].color : "none";
      return `<path d="${path}" fill="${fill}" fill-rule="evenodd" fill-opacity=".35" stroke="#333" stroke-width=".7"/>`;
    }),
  );
  const boxes = things.map(
    ({ bbox: [x, y, w, h] }) =>
      `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="none" stroke="#d0021b" stroke-width="1.5"/>`,
  );
  images.push(svg(width, height, [...outlined, ...boxes, caption("objects: outlines and boxes")]));
  await sheet(images, width, height, 2, "training-data.png");
}

/** Lines of 2 pixels in all directions, and a disc, reduced 7.5 times and drawn large: nearest beside the vote. */
async function drawResize() {
  const [width, height] = [900, 540];
  const data = new Int32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [across, down] = [x - width / 2, y - 500];
      if (Math.hypot(across, down) < 90) data[y * width + x] = 1;
      for (let line = 0; line < 13; line++) {
        const angle = Math.PI * (0.03 + (0.94 * line) / 12);
        const along = across * Math.cos(angle) - down * Math.sin(angle);
        const beside = across * Math.sin(angle) + down * Math.cos(angle);
        if (along > 0 && along < 430 && Math.abs(beside) < 1) data[y * width + x] = 2;
      }
    }
  }
  const [columns, rows, scale] = [120, 72, 5];
  const size = { width: columns, height: rows };
  const small = [
    { title: "resize (nearest-exact)", map: resize({ width, height, data }, size) },
    { title: "resizeByMajority", map: resizeByMajority({ width, height, data }, size) },
  ];
  const images = small.map(({ title, map }) => {
    const drawn = pixels(map, (value) => ["#dfe7ee", "#6d7f8f", "#d0021b"][value]);
    return svg(columns * scale, rows * scale, [
      `<g transform="scale(${scale})">${drawn}</g>`,
      caption(title),
    ]);
  });
  await sheet(images, columns * scale, rows * scale, 2, "resize.png");
}

/** A map as rectangles, one per run. */
function pixels({ width, height, data }, colorOf) {
  const rectangles = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; ) {
      const value = data[y * width + x];
      let end = x + 1;
      while (end < width && data[y * width + end] === value) end++;
      rectangles.push(`<rect x="${x}" y="${y}" width="${end - x}" height="1" fill="${colorOf(value)}"/>`);
      x = end;
    }
  }
  return `<g shape-rendering="crispEdges">${rectangles.join("")}</g>`;
}

function caption(text) {
  const box = `<rect x="8" y="8" width="${text.length * 7.6 + 18}" height="26" rx="4" fill="#fff" fill-opacity=".9" stroke="#bbb" stroke-width=".5"/>`;
  return `${box}<text x="16" y="26" font-family="sans-serif" font-size="15" fill="#222">${text}</text>`;
}

function svg(width, height, parts) {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/>${parts.join("")}</svg>`,
  );
}

async function sheet(images, width, height, columns, file) {
  const rows = Math.ceil(images.length / columns);
  const size = { width: columns * (width + GAP) - GAP, height: rows * (height + GAP) - GAP };
  const composite = images.map((input, index) => ({
    input,
    left: (index % columns) * (width + GAP),
    top: Math.floor(index / columns) * (height + GAP),
  }));
  await sharp({ create: { ...size, channels: 3, background: "#ffffff" } })
    .composite(composite)
    .png({ palette: true, colours: 128, compressionLevel: 9 })
    .toFile(fileURLToPath(new URL(file, import.meta.url)));
}

function hue(turn, lightness) {
  return `hsl(${Math.round((turn % 1) * 360)},60%,${lightness * 100}%)`;
}
