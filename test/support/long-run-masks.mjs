/** Masks of rows that have a few long runs, in between rows that repeat, and rows in which nearly every pixel differs. */
import { encodePng } from "./encode-png.mjs";
import { dice, mulberry32 } from "./random.mjs";

const COLORS = 40;
/** A colour that is not in the legend. */
const UNKNOWN = -1;

export const legend = Object.fromEntries(
  Array.from({ length: COLORS }, (_, label) => [hexOf(label), `class ${label % 7} # ${label}`]),
);

/**
 * @param {number} seed
 * @param {{ busy?: number }} options the share of rows in which nearly every pixel differs
 * @returns {{ png: Uint8Array, width: number, height: number, labels: Int32Array<ArrayBuffer> }} the labels that were drawn
 */
export function longRunMask(seed, { busy = 0.1 } = {}) {
  const random = mulberry32(seed);
  const { below, chance, pick } = dice(random);
  const width = 1 + below(chance(0.2) ? 300 : 4000);
  const height = 1 + below(90);
  const labels = new Int32Array(width * height);
  const anyLabel = () => (chance(0.05) ? UNKNOWN : below(COLORS));
  for (let y = 0; y < height; y++) {
    const row = labels.subarray(y * width, (y + 1) * width);
    if (y > 0 && chance(0.4)) row.set(labels.subarray((y - 1) * width, y * width));
    else if (chance(busy)) for (let x = 0; x < width; x++) row[x] = anyLabel();
    else {
      const ends = Array.from({ length: below(chance(0.5) ? 3 : 30) }, () => below(width));
      let start = 0;
      for (const end of [...ends.sort((a, b) => a - b), width]) {
        row.fill(anyLabel(), start, end);
        start = end;
      }
    }
  }
  const colourType = pick([0, 2, 3, 6]);
  const png = encodePng({
    width,
    height,
    colourType,
    bitDepth: 8,
    samples: samplesOf(labels, colourType),
    palette: Uint8Array.from(
      { length: (COLORS + 1) * 3 },
      (_, byte) => rgbOf(Math.floor(byte / 3))[byte % 3],
    ),
    filter: pick(["adaptive", "random", 0, 2, 4]),
    interlace: chance(0.1),
    zlib: { level: 1 + below(9) },
    rng: random,
  });
  return { png, width, height, labels };
}

function samplesOf(labels, colourType) {
  const perPixel = { 0: 1, 2: 3, 3: 1, 6: 4 }[colourType];
  const samples = new Uint8Array(labels.length * perPixel);
  labels.forEach((label, pixel) => {
    const entry = label === UNKNOWN ? COLORS : label;
    if (perPixel === 1) samples[pixel] = colourType === 3 ? entry : rgbOf(entry)[0];
    else samples.set([...rgbOf(entry), 255].slice(0, perPixel), pixel * perPixel);
  });
  return samples;
}

/** Greys, so that every colour type has them. */
function rgbOf(entry) {
  const grey = entry * 6;
  return [grey, grey, grey];
}

function hexOf(label) {
  return `#${rgbOf(label)
    .map((sample) => sample.toString(16).padStart(2, "0"))
    .join("")}`;
}
