/**
 * Draws the street of the guides' pictures: street.jpg, a photo that no camera took; street.png, its mask; street.json, the
 * legend. Takes some minutes, so `npm run docs:pictures` does not run it: `node docs/scene/main.mjs`.
 */
import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { mulberry32 } from "../../test/support/random.mjs";
import { labelOf, trace } from "./render.mjs";
import { names } from "./street.mjs";

const [WIDTH, HEIGHT] = process.argv[2]?.split("x").map(Number) ?? [1280, 720];
/** Rays per pixel, in each direction. */
const RAYS = Number(process.argv[3] ?? 2);
const path = (name) => new URL(name, import.meta.url);

const photo = Buffer.alloc(WIDTH * HEIGHT * 3);
const labels = new Int32Array(WIDTH * HEIGHT);
const random = mulberry32(12);
for (let y = 0; y < HEIGHT; y++) {
  for (let x = 0; x < WIDTH; x++) {
    const sum = [0, 0, 0];
    for (let ray = 0; ray < RAYS * RAYS; ray++) {
      const { light } = trace(
        ...across(x + ((ray % RAYS) + 0.5) / RAYS, y + (Math.floor(ray / RAYS) + 0.5) / RAYS),
      );
      // Bright light is cut off before the mean is taken, as a sensor does. So edges against the sky stay smooth.
      for (const c of [0, 1, 2]) sum[c] += Math.min(light[c], 1.6) / RAYS ** 2;
    }
    const corner = Math.hypot(x / WIDTH - 0.5, y / HEIGHT - 0.5);
    for (const c of [0, 1, 2]) {
      const film = filmed(sum[c] * 1.18 * (1 - 0.28 * corner * corner));
      photo[(y * WIDTH + x) * 3 + c] = Math.max(0, Math.min(255, 255 * film + (random() + random() - 1) * 5));
    }
    labels[y * WIDTH + x] = labelOf(...across(x + 0.5, y + 0.5));
  }
}

/** Pixels to the picture's plane. */
function across(x, y) {
  return [(2 * x) / WIDTH - 1, (HEIGHT - 2 * y) / WIDTH];
}

/** Light to a sample from 0 to 1: Krzysztof Narkowicz's fit of the ACES curve, and the curve of sRGB. */
function filmed(light) {
  const l = light * 0.62;
  const curve = (l * (2.51 * l + 0.03)) / (l * (2.43 * l + 0.59) + 0.14);
  return Math.min(1, Math.max(0, curve)) ** (1 / 2.2);
}

// Few pixels are no object that an annotator would draw.
const counts = new Map();
for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
const colors = names.map((_, place) => {
  const hue = (place * 0.618034 * 6) % 6;
  const channel = (n) => Math.round(40 + 190 * Math.max(0, Math.min(1, Math.abs(((hue + n) % 6) - 3) - 1)));
  return [channel(0), channel(4), (channel(2) + place) & 255];
});
const mask = Buffer.alloc(WIDTH * HEIGHT * 3);
for (const [pixel, label] of labels.entries()) mask.set(colors[label], pixel * 3);
const hex = (color) => `#${color.map((sample) => sample.toString(16).padStart(2, "0")).join("")}`;
const seen = names
  .map((name, place) => [hex(colors[place]), name, counts.get(place) ?? 0])
  .filter(([, , count]) => count > 0);
const legend = Object.fromEntries(seen.map(([color, name]) => [color, name]));
if (Object.keys(legend).length !== seen.length) throw new Error("two labels have the same colour");

const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 3 } };
await sharp(mask, raw)
  .png({ compressionLevel: 9 })
  .toFile(new URL("street.png", import.meta.url).pathname);
await sharp(photo, raw)
  .blur(0.4)
  .jpeg({ quality: 82 })
  .toFile(new URL("street.jpg", import.meta.url).pathname);
writeFileSync(path("street.json"), `${JSON.stringify({ legend }, null, 2)}\n`);
