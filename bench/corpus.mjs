/**
 * The masks of the benchmark. If LABELMAP_CORPUS names a folder of real masks, its wide masks come first. The others are
 * drawn and encoded in memory at the start, and always the same for the same version of sharp.
 */
import { createHash } from "node:crypto";
import sharp from "sharp";
import {
  colorsFor,
  drawBrushStrokes,
  drawInstanceScene,
  drawNoise,
  drawStreetScene,
  toRgba,
  wobble,
} from "../test/fixtures/draw/scenes.mjs";
import { FIXTURES, loadCorpus } from "../test/support/corpus.mjs";

/** Draws a street with 44 regions; most seeds give 41. */
const STREET_SEED = 15;
/** The least width of a real mask: 4K takes long enough to be timed well. */
const REAL_WIDTH = 3840;

/**
 * @typedef {{ name: string, title: string, width: number, height: number, png: Buffer, legend: Record<string, string>,
 *   colors: number[], isRight: (labels: Int32Array) => boolean, isReal: boolean, pixels?: Uint8Array,
 *   expected?: Int32Array }} BenchMask
 *   `colors`: 0xRRGGBB by label. Drawn masks have `pixels` (RGBA, H×W×4) and `expected` (the labels)
 * @param {boolean} [full] with the masks that no goal is about
 * @returns {Promise<BenchMask[]>}
 */
export async function makeCorpus(full = true) {
  const street = drawStreetScene({ width: 3840, height: 2160, seed: STREET_SEED });
  const small = drawStreetScene({ width: 256, height: 256, seed: STREET_SEED });
  const instances = drawInstanceScene({ width: 1920, height: 1080 });
  /** The worst case: each pixel has a random one of 64 colours. */
  const noise = drawNoise({ width: 1920, height: 1080 });
  return [
    ...realMasks(),
    await encode("street-4k-adaptive", "street 4K, adaptive filters", street, true),
    await encode("street-4k-none", "street 4K, no filter", street, false),
    ...(full ? await handDrawn(street) : []),
    await encode("instances-1080p-adaptive", "200 instances 1080p, adaptive filters", instances, true),
    await encode("worst-1080p-none", "worst case 1080p, no filter", noise, false),
    await encode("worst-1080p-adaptive", "worst case 1080p, adaptive filters", noise, true),
    await encode("street-256-adaptive", "street 256×256, adaptive filters", small, true),
  ];
}

async function handDrawn(street) {
  const scene = wobble(street);
  const title = "street 4K with hand-drawn outlines";
  return [
    await encode("street-4k-wobbly-adaptive", `${title}, adaptive filters`, scene, true),
    await encode("street-4k-wobbly-none", `${title}, no filter`, scene, false),
  ];
}

/** One pixel: what it takes is what a call takes. */
export function makeTinyMask() {
  const pixel = { width: 1, height: 1, labels: Int32Array.of(0), values: ["sky"] };
  return encode("tiny", "1×1", pixel, true);
}

/** For browsers: two large masks to time, and one whose alpha varies while its colour does not, as with an id in alpha. */
export async function makeBrowserCorpus() {
  const street = drawStreetScene({ width: 3840, height: 2160, seed: STREET_SEED });
  const brush = drawBrushStrokes({ width: 1280, height: 720 });
  const alphaAt = (index) => 1 + ((((index % 1280) >> 6) * 13 + Math.floor(index / 1280 / 90)) % 255);
  return {
    timed: [
      await encode("street-4k-adaptive", "street 4K, adaptive filters", street, true),
      await encode("street-4k-none", "street 4K, no filter", street, false),
    ],
    varyingAlpha: await encode(
      "brush-alpha",
      "brush strokes 1280×720, alpha from 1 to 255",
      brush,
      true,
      alphaAt,
    ),
  };
}

/** A drawn scene as an RGBA PNG by sharp: libpng, zlib level 6, with libpng's choice of filters for each row, or None. `alphaAt(index)` is 255 by default. */
export async function encode(name, title, scene, adaptiveFiltering, alphaAt) {
  const { width, height, labels, values } = scene;
  const colors = colorsFor(values.length);
  const pixels = toRgba(scene, colors, alphaAt);
  const png = await sharp(pixels, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 6, adaptiveFiltering })
    .toBuffer();
  const expected = Int32Array.from(labels);
  const isRight = (found) => Buffer.compare(bytesOf(found), bytesOf(expected)) === 0;
  return {
    name,
    title,
    width,
    height,
    png,
    legend: legendOf(values, colors),
    colors,
    isRight,
    isReal: false,
    pixels,
    expected,
  };
}

function realMasks() {
  if (!process.env.LABELMAP_CORPUS) return [];
  return loadCorpus()
    .filter(({ folder, expected }) => folder !== FIXTURES && expected.width >= REAL_WIDTH)
    .map(({ name, png, result, expected: { width, height, sha256 } }) => ({
      name,
      title: `real: ${name}`,
      width,
      height,
      png: Buffer.from(png),
      legend: result.legend,
      colors: Object.keys(result.legend).map(colorOf),
      isRight: (found) => createHash("sha256").update(bytesOf(found)).digest("hex") === sha256,
      isReal: true,
    }));
}

const bytesOf = (labels) => new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength);
const legendOf = (values, colors) =>
  Object.fromEntries(
    values.map((value, label) => [`#${colors[label].toString(16).padStart(6, "0")}`, value]),
  );
/** 0xRRGGBB, or -1 for a key that is not a colour, which matches no pixel. */
const colorOf = (key) => (/^#[0-9a-f]{6}$/i.test(key) ? Number.parseInt(key.slice(1), 16) : -1);
