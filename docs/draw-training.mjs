/**
 * `npm run docs:pictures` (part of it): the pictures of training-data.md, drawn with the functions that they show, from the
 * street of scene/.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ClassList, decodeMask } from "labelmap";
import { classColors, distinctColor } from "labelmap/colors";
import { resize, resizeByMajority } from "labelmap/geometry";
import { allOutlines, measureObjects } from "labelmap/objects";
import sharp from "sharp";
import { dataUrl, pictureOf } from "./html-picture.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const png = readFileSync(path("scene/street.png"));
const result = JSON.parse(readFileSync(path("scene/street.json"), "utf8"));
const classes = ClassList.fromResults([result]);
const photo = dataUrl("image/jpeg", readFileSync(path("scene/street.jpg")));
const GAP = 12;

await drawViews();
await drawResize();

/** One mask, and three of the maps that come out of one pass, over the photo. */
async function drawViews() {
  const [width, height] = [640, 360];
  const target = [{ map: "label" }, { map: "semantic", classes }, { map: "instance" }];
  const [labels, semantic, instance] = await decodeMask(png, result, { target, resize: { width, height } });
  const colors = classColors(classes.classes.map(({ name }) => name));
  const colorOfId = new Map(classes.classes.map(({ id, name }) => [id, colors.get(name)]));
  const things = measureObjects(labels).filter(({ value }) => labels.labels[value].instanceId > 0);
  const outlined = allOutlines(labels)
    .filter(({ value }) => labels.labels[value].instanceId > 0)
    .flatMap(({ value, polygons }) =>
      polygons.map(({ outer, holes }) => {
        const line = [outer, ...holes].map((ring) => `M${ring.join(" ")}Z`).join("");
        const color = colors.get(labels.labels[value].className);
        return `<path d="${line}" fill="${color}" fill-rule="evenodd" fill-opacity=".45" stroke="#fff" stroke-width="1"/>`;
      }),
    );
  const boxes = things.map(
    ({ bbox: [x, y, w, h] }) =>
      `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="none" stroke="#ffd84d" stroke-width="1.6"/>`,
  );
  const panels = [
    {
      title: "the mask: a colour for each object",
      drawn: pixels(labels, (label) => labels.labels[label].color),
    },
    {
      title: "semantic: an id for each class",
      drawn: pixels(semantic, (id) => colorOfId.get(id)),
      opacity: 0.68,
    },
    {
      title: "instance: a number for each object",
      drawn: pixels(instance, (number) => (number === 0 ? "#e9ebee" : distinctColor(number))),
      opacity: 0.8,
    },
    { title: "objects: outlines and boxes", drawn: [...outlined, ...boxes].join("") },
  ];
  const size = `viewBox="0 0 ${width} ${height}"`;
  const figures = panels.map(
    ({ title, drawn, opacity = 1 }) =>
      `<figure><svg ${size}><g opacity="${opacity}">${drawn}</g></svg><figcaption>${title}</figcaption></figure>`,
  );
  const style = `
    main { display: grid; grid-template-columns: ${width}px ${width}px; gap: ${GAP}px; background: #fff }
    figure { position: relative; width: ${width}px; height: ${height}px; background: url(${photo}) 0 0 / 100% 100% }
    svg { position: absolute; width: 100%; height: 100% }
    figcaption { position: absolute; left: 12px; bottom: 12px; padding: 5px 13px; border-radius: 99px; color: #fff;
      background: rgb(14 16 20 / 0.78) }`;
  const sizes = { width: 2 * width + GAP, height: 2 * height + GAP };
  const picture = await pictureOf(`<main>${figures.join("")}</main>`, style, sizes);
  await sharp(picture)
    .resize(Math.round(sizes.width * 1.25))
    .jpeg({ quality: 80 })
    .toFile(path("training-data.jpg"));
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
    .toFile(path(file));
}
