/** Takes a picture of the street: the photo as a JPEG, its mask as a PNG, and the legend. */
import sharp from "sharp";
import { mulberry32 } from "../../test/support/random.mjs";
import { labelOf, STANDPOINT, trace } from "./render.mjs";
import { names } from "./street.mjs";

/**
 * @param {{ width: number, height: number, rays?: number, camera?: object, unknown?: string }} options `rays` per pixel in
 *   each direction; `camera` changes where it stands; `unknown` is a label that the legend leaves out
 */
export async function photograph({ width, height, rays = 2, camera = {}, unknown }) {
  const from = { ...STANDPOINT, ...camera };
  const photo = Buffer.alloc(width * height * 3);
  const labels = new Int32Array(width * height);
  const random = mulberry32(12);
  /** Pixels to the picture's plane. */
  const across = (x, y) => [(2 * x) / width - 1, (height - 2 * y) / width];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0];
      for (let ray = 0; ray < rays * rays; ray++) {
        const part = [x + ((ray % rays) + 0.5) / rays, y + (Math.floor(ray / rays) + 0.5) / rays];
        const { light } = trace(from, ...across(...part));
        // Bright light is cut off before the mean is taken, as a sensor does. So edges against the sky stay smooth.
        for (const c of [0, 1, 2]) sum[c] += Math.min(light[c], 1.6) / rays ** 2;
      }
      const corner = Math.hypot(x / width - 0.5, y / height - 0.5);
      for (const c of [0, 1, 2]) {
        const film = filmed(sum[c] * 1.18 * (1 - 0.28 * corner * corner));
        photo[(y * width + x) * 3 + c] = Math.max(
          0,
          Math.min(255, 255 * film + (random() + random() - 1) * 5),
        );
      }
      labels[y * width + x] = labelOf(from, ...across(x + 0.5, y + 0.5));
    }
  }
  const mask = Buffer.alloc(width * height * 3);
  for (const [pixel, label] of labels.entries()) mask.set(colorOf(label), pixel * 3);
  const seen = [...new Set(labels)].sort((a, b) => a - b).filter((label) => names[label] !== unknown);
  const legend = Object.fromEntries(seen.map((label) => [hex(colorOf(label)), names[label]]));
  if (Object.keys(legend).length !== seen.length) throw new Error("two labels have the same colour");
  const raw = { raw: { width, height, channels: 3 } };
  return {
    jpeg: await sharp(photo, raw).blur(0.4).jpeg({ quality: 82 }).toBuffer(),
    png: await sharp(mask, raw).png({ compressionLevel: 9 }).toBuffer(),
    json: `${JSON.stringify({ legend }, null, 2)}\n`,
  };
}

/** Light to a sample from 0 to 1: Krzysztof Narkowicz's fit of the ACES curve, and the curve of sRGB. */
function filmed(light) {
  const l = light * 0.62;
  const curve = (l * (2.51 * l + 0.03)) / (l * (2.43 * l + 0.59) + 0.14);
  return Math.min(1, Math.max(0, curve)) ** (1 / 2.2);
}

/** The colours of a mask as annotation tools choose them. */
function colorOf(label) {
  const hue = (label * 0.618034 * 6) % 6;
  const channel = (n) => Math.round(40 + 190 * Math.max(0, Math.min(1, Math.abs(((hue + n) % 6) - 3) - 1)));
  return [channel(0), channel(4), (channel(2) + label) & 255];
}

function hex(color) {
  return `#${color.map((sample) => sample.toString(16).padStart(2, "0")).join("")}`;
}
