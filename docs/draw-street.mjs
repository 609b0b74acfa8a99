/**
 * `npm run docs:pictures` (part of it): the README's first picture and that of datasets.md, from the street of scene/: the
 * photo, its mask, and what `labelmap overlay` draws.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { dataUrl, pictureOf } from "./html-picture.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const [WIDTH, HEIGHT] = [1280, 560];
/** Where the parts meet: at the top and at the bottom, as shares of the width. */
const CUTS = [
  [0.36, 0.26],
  [0.52, 0.42],
];

const draw = (...args) =>
  execFileSync(
    process.execPath,
    [path("../cli/dist/main.js"), "overlay", path("scene/street.png"), ...args],
    {
      maxBuffer: 2 ** 27,
    },
  );
draw("-o", path("street-overlay.jpg"), "--force", "--quiet");
const labels = draw("-o", "-", "--no-legend", "--quiet", "--opacity", "0.55", "--scale", "2");

const percent = (share) => `${100 * share}%`;
const [[top1, bottom1], [top2, bottom2]] = CUTS.map((cut) => cut.map(percent));
const style = `
  main { position: relative; width: ${WIDTH}px; height: ${HEIGHT}px }
  main > * { position: absolute; inset: 0 }
  .part { background-size: 100% auto; background-position: 0 45% }
  .photo { background-image: url(${dataUrl("image/jpeg", readFileSync(path("scene/street.jpg")))}) }
  .mask { background-image: url(${dataUrl("image/png", readFileSync(path("scene/street.png")))});
    clip-path: polygon(${top1} 0, ${top2} 0, ${bottom2} 100%, ${bottom1} 100%) }
  .labels { background-image: url(${dataUrl("image/png", labels)});
    clip-path: polygon(${top2} 0, 100% 0, 100% 100%, ${bottom2} 100%) }
  svg { width: 100%; height: 100% }
  line { stroke: #fff; stroke-width: 0.3; vector-effect: non-scaling-stroke; stroke-width: 4px }
  main > p { inset: 18px auto auto var(--left); padding: 6px 14px; border-radius: 99px; color: #fff;
    background: rgb(14 16 20 / 0.78) }`;
const lines = CUTS.map(([top, bottom]) => `<line x1="${top * 100}" y1="0" x2="${bottom * 100}" y2="100"/>`);
const body = `<main>
  <div class="part photo"></div><div class="part mask"></div><div class="part labels"></div>
  <svg viewBox="0 0 100 100" preserveAspectRatio="none">${lines.join("")}</svg>
  <p style="--left: 18px">photo</p>
  <p style="--left: 476px">mask</p>
  <p style="--left: 684px">labels</p>
</main>`;
const picture = await pictureOf(body, style, { width: WIDTH, height: HEIGHT });
await sharp(picture).jpeg({ quality: 80 }).toFile(path("street.jpg"));
