/**
 * The masks that the benchmark runs over: drawn and encoded in memory at the start, always the same for the same
 * version of sharp; and the wide ones of the folder of real masks that LABELMAP_CORPUS names, where it does.
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

/** A street of 44 regions; with most seeds it has 41. */
const STREET_SEED = 15;
/** Real masks count from this width on: 4K, which takes long enough to be timed well. */
const REAL_WIDTH = 3840;

/**
 * @typedef {{ name: string, title: string, width: number, height: number, png: Buffer, legend: Record<string, string>,
 *   colors: number[], isRight: (labels: Int32Array) => boolean, isReal: boolean, pixels?: Uint8Array,
 *   expected?: Int32Array }} BenchMask
 *   `colors`: 0xRRGGBB by label; of drawn ones `pixels`: RGBA, H×W×4, and `expected`: the labels
 * @returns {Promise<BenchMask[]>}
 */
export async function makeCorpus() {
  const street = drawStreetScene({ width: 3840, height: 2160, seed: STREET_SEED });
  const handDrawn = wobble(street);
  const small = drawStreetScene({ width: 256, height: 256, seed: STREET_SEED });
  const instances = drawInstanceScene({ width: 1920, height: 1080 });
  /** The worst case: each pixel has one of 64 colours, at random. */
  const noise = drawNoise({ width: 1920, height: 1080 });
  return [
    await encode("street-4k-adaptive", "street 4K, adaptive filters", street, true),
    await encode("street-4k-none", "street 4K, no filter", street, false),
    await encode(
      "street-4k-wobbly-adaptive",
      "street 4K with hand-drawn outlines, adaptive filters",
      handDrawn,
      true,
    ),
    await encode("street-4k-wobbly-none", "street 4K with hand-drawn outlines, no filter", handDrawn, false),
    await encode("instances-1080p-adaptive", "200 instances 1080p, adaptive filters", instances, true),
    await encode("worst-1080p-none", "worst case 1080p, no filter", noise, false),
    await encode("worst-1080p-adaptive", "worst case 1080p, adaptive filters", noise, true),
    await encode("street-256-adaptive", "street 256×256, adaptive filters", small, true),
    ...realMasks(),
  ];
}

/** For browsers: two large masks to be timed, and one whose alpha varies where the colour does not, as an id does. */
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

/** A drawn scene as an RGBA PNG of sharp's: libpng, zlib level 6, filters chosen row by row as libpng does, or None. `alphaAt(index)`: 255 where not given. */
export async function encode(name, title, scene, adaptiveFiltering, alphaAt) {
  const { width, height, labels, values } = scene;
  const colors = colorsFor(values.length);
  const pixels = toRgba(scene, colors, alphaAt);
  const png = await sharp(pixels, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 6, adaptiveFiltering })
    .toBuffer();
  const expected = Int32Array.from(labels);
  const isRight = (found) =>
    found.length === expected.length && expected.every((label, index) => label === found[index]);
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
/** 0xRRGGBB; -1, which no pixel has, of a key that is no colour. */
const colorOf = (key) => (/^#[0-9a-f]{6}$/i.test(key) ? Number.parseInt(key.slice(1), 16) : -1);
