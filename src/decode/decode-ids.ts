/**
 * `labelmap/ids`: masks that need no legend, because each pixel's colour is a number: `id = R + 256 G + 256² B`, as in COCO
 * panoptic and segments.ai, there with `+ 256³ A`.
 *
 * The decoder numbers colours as they turn up and asks here once for each; so it takes any number of ids, in the one pass
 * that labels a mask with a legend too.
 */

import { checkKeys, isObject, isSize } from "../checks/describe.js";
import { DecodeError, type Issue } from "../errors.js";
import type { DenseMap } from "../maps/dense-map.js";
import { pickEngine, runEngine, withMemory } from "./engines/run.js";
import { checkLimits, type LimitOptions } from "./limits.js";
import { loadParts } from "./on-demand.js";
import { ColorType, type PngHeader, parsePng, samplesPerPixel } from "./png/container.js";
import { type PngInput, toBytes } from "./png-input.js";
import { allocate } from "./targets.js";
import { loadModule } from "./wasm/module.js";
import type { Measures } from "./wasm/scanner.js";

export interface DecodeIdsOptions extends LimitOptions {
  /** Whether alpha is the highest byte of an id. Default false. */
  alpha?: boolean;
  /**
   * Most distinct ids that are accepted, up to 2^24. Default 2^20: more than that many objects are noise, and each costs
   * some hundred bytes of memory.
   */
  maxIds?: number;
  /** See `DecodeOptions`. */
  engine?: "auto" | "fused" | "upng";
}

/** What is known of an id's pixels. */
export interface Segment {
  readonly id: number;
  readonly pixelCount: number;
  /** `[x, y, width, height]` in pixels, from the top left corner. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
}

/** Each pixel's place in `ids`, H×W, row-major; each id occurs. */
export interface IdMap extends DenseMap<Int32Array<ArrayBuffer>> {
  /** In no particular order; each below 2^24, or with alpha below 2^32. */
  readonly ids: Uint32Array<ArrayBuffer>;
  /** One for each id, at the same place. */
  readonly segments: readonly Segment[];
  readonly issues: readonly Issue[];
}

const DEFAULT_MAX_IDS = 2 ** 20;
/** What a JavaScript Map can hold, and all ids without alpha. */
const MOST_IDS = 2 ** 24;
/** Ids that the module measures itself. Where there are more, the labels are gone through once more. */
const MEASURED_IDS = 1024;

/**
 * Decodes a mask whose colours are ids.
 *
 * @param png RGB or RGBA of 8 bits: `id = R + 256 G + 256² B`, with `alpha` and four channels `+ 256³ A`. A palette image
 *   has its palette's colours. Of a grey one the id is the sample as it is, 0 to 255
 * @throws PngError; DecodeError OPTION_INVALID, IDS_TOO_MANY, and ENGINE_UNSUPPORTED for 16-bit samples, which
 *   `decodeLabelPng` of `labelmap/formats` reads; never a half-filled map
 */
export async function decodeIds(png: PngInput, options: DecodeIdsOptions = {}): Promise<IdMap> {
  if (!isObject(options as unknown)) throw new DecodeError("OPTION_INVALID", "the options must be an object");
  checkKeys(options, "alpha maxIds engine maxPixels maxBytes verify", "the options");
  const { alpha = false, engine, maxIds = DEFAULT_MAX_IDS } = options;
  if (typeof alpha !== "boolean") throw new DecodeError("OPTION_INVALID", "alpha must be true or false");
  if (!["auto", "fused", "upng"].includes(engine ?? "auto")) {
    throw new DecodeError("OPTION_INVALID", 'engine must be "auto", "fused" or "upng"');
  }
  if (!isSize(maxIds) || maxIds > MOST_IDS) {
    throw new DecodeError("OPTION_INVALID", `maxIds must be an integer from 1 to ${MOST_IDS}`);
  }
  const limits = checkLimits(options);
  const read = () => readIds(png, engine, limits);
  await loadModule();
  let mask = read();
  if (mask.name === "upng") {
    await loadParts(["upng"]);
    // Again: the caller may have changed or transferred the bytes meanwhile.
    mask = read();
  }
  const { bytes, container, name } = mask;
  const { header } = container;
  const { width, height } = header;
  const numbering = new Numbering(maxIds);
  const data = withMemory(width, height, () => allocate("int32", width * height));
  const found = runEngine(name, {
    bytes,
    container,
    colors: new Int32Array(MEASURED_IDS).fill(-1),
    unknown: {
      kind: "NUMBER",
      labelOf: (word) => numbering.placeOf(isGrey(header) ? sampleOf(word, header.bitDepth) : word),
      alphaCounts: alpha && samplesPerPixel(header) === 4,
    },
    output: { width, height, dense: [{ into: data, values: null }], runs: null, sampled: null },
    verify: limits.verify,
  });
  return describeIds({ width, height, data }, numbering.ids(), found, [...container.issues, ...found.issues]);
}

/** What is known before a pixel is decoded. */
function readIds(png: PngInput, engine: DecodeIdsOptions["engine"], limits: Required<LimitOptions>) {
  const bytes = toBytes(png);
  const container = parsePng(bytes, limits);
  if (container.header.bitDepth > 8) {
    throw new DecodeError(
      "ENGINE_UNSUPPORTED",
      "ids are made of 8-bit samples, and this PNG has 16 bits: `decodeLabelPng` of labelmap/formats reads those of one channel",
    );
  }
  return { bytes, container, name: pickEngine(container.header, engine) };
}

/** Numbers ids as they turn up. */
class Numbering {
  readonly #places = new Map<number, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  placeOf(id: number): number {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const place = this.#places.size;
    if (place === this.#most) {
      const message = `the mask has more than ${place} distinct ids: is it a photo, or has it an alpha that is none? Else raise \`maxIds\``;
      throw new DecodeError("IDS_TOO_MANY", message);
    }
    this.#places.set(id, place);
    return place;
  }

  ids(): Uint32Array<ArrayBuffer> {
    return Uint32Array.from(this.#places.keys());
  }
}

function isGrey({ colorType }: PngHeader): boolean {
  return colorType === ColorType.grey || colorType === ColorType.greyAlpha;
}

/** The sample of a grey colour word: engines scale samples to 0 … 255. */
function sampleOf(word: number, bitDepth: number): number {
  return ((word & 0xff) * (2 ** bitDepth - 1)) / 255;
}

function describeIds(
  map: DenseMap<Int32Array<ArrayBuffer>>,
  ids: Uint32Array<ArrayBuffer>,
  found: Measures,
  issues: readonly Issue[],
): IdMap {
  const measured = ids.length > MEASURED_IDS ? measure(map, ids.length) : found;
  // Of greys and palettes every colour that is possible was numbered.
  const places = [...ids.keys()].filter((place) => measured.counts[place]! > 0);
  if (places.length < ids.length) {
    const renumbered = new Int32Array(ids.length);
    for (const [place, old] of places.entries()) renumbered[old] = place;
    for (let pixel = 0; pixel < map.data.length; pixel++) map.data[pixel] = renumbered[map.data[pixel]!]!;
  }
  const segments = places.map((place): Segment => {
    const { counts, boxes } = measured;
    const box = place * 4;
    const bbox = [boxes[box]!, boxes[box + 1]!, boxes[box + 2]!, boxes[box + 3]!] as const;
    return { id: ids[place]!, pixelCount: counts[place]!, bbox };
  });
  return { ...map, ids: Uint32Array.from(segments, ({ id }) => id), segments, issues };
}

/** Counts and boxes of more labels than the module measures. */
function measure({ width, height, data }: DenseMap<Int32Array>, labels: number) {
  const counts = new Uint32Array(labels);
  const boxes = new Int32Array(labels * 4);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const label = data[pixel]!;
      const box = label * 4;
      if (counts[label]!++ === 0) boxes.set([x, y, 1, 1], box);
      else if (x < boxes[box]!) {
        boxes[box + 2]! += boxes[box]! - x;
        boxes[box] = x;
      } else if (x >= boxes[box]! + boxes[box + 2]!) boxes[box + 2] = x + 1 - boxes[box]!;
      boxes[box + 3] = y + 1 - boxes[box + 1]!;
    }
  }
  return { counts, boxes };
}
