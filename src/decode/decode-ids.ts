/**
 * Masks that need no legend because each pixel's colour is a number: `id = R + 256 G + 256² B`, as in COCO
 * panoptic and segments.ai, or with `+ 256³ A` too.
 *
 * The decoder numbers colours in the order in which they turn up, and calls back once for each. So it takes any number of
 * ids, and needs only one pass, like a decode with a legend.
 */

import type { OrConst } from "../checks/const-options.js";
import { checkKeys, isObject, isSize } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import type { Issue } from "../errors.js";
import { allocate } from "../maps/allocate.js";
import type { DenseMap } from "../maps/dense-map.js";
import type { Decoded, DecodeRequest } from "./engines/engine.js";
import { pickEngine, runEngine } from "./engines/run.js";
import { withMemory } from "./engines/with-memory.js";
import { decodeInput } from "./input.js";
import type { MaskInput, SignalOptions } from "./input-types.js";
import { checkLimits, type LimitOptions } from "./limits.js";
import { Numbering } from "./numbering.js";
import { ColorType, type PngContainer, type PngHeader, samplesPerPixel } from "./png/container.js";
import { readPng } from "./read-png.js";
import type { DecodeCall } from "./stream.js";
import type { Measures } from "./wasm/measures.js";
import { loadModule } from "./wasm/module.js";

export interface DecodeIdsOptions extends LimitOptions {
  /** Whether alpha is the highest byte of an id. Default false. */
  alpha?: boolean;
  /**
   * Most distinct ids that are accepted, up to 2^24. Default 2^20: more ids than that are probably noise, and each costs
   * about a hundred bytes of memory.
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

/** Each pixel's index in `ids`, H×W, row-major. Each id occurs. */
export interface IdMap extends DenseMap<Int32Array<ArrayBuffer>> {
  /** In no particular order; each below 2^24, or below 2^32 with `alpha`. */
  readonly ids: Uint32Array<ArrayBuffer>;
  /** One for each id, at the same index. */
  readonly segments: readonly Segment[];
  readonly issues: readonly Issue[];
}

const DEFAULT_MAX_IDS = 2 ** 20;
/** The most entries that a JavaScript Map can hold; also the number of all ids without alpha. */
const MAX_IDS = 2 ** 24;
/** Ids that the module measures itself. If there are more, a second pass over the labels measures them. */
const MEASURED_IDS = 1024;

/**
 * Decodes a mask whose colours are ids.
 *
 * @param png the file, in any form that `decodeMask` takes. RGB or RGBA with 8-bit samples: `id = R + 256 G + 256² B`,
 *   plus `256³ A` with `alpha` and four channels. For a palette image the palette's colours count. For a grey image the id
 *   is the sample itself, 0 to 65535. RGB and RGBA of 16 bits are read if each sample is a widened 8-bit one: the low byte
 *   is 0 everywhere, or the high byte everywhere
 * @throws PngError, PNG_16_BIT_COLORS for other RGB and RGBA of 16 bits; DecodeError OPTION_INVALID, INPUT_FAILED,
 *   IDS_TOO_MANY; the reason of `signal`; never a half-filled map
 */
export async function decodeIds<const Given extends object = object>(
  png: MaskInput,
  options?: OrConst<Given, DecodeIdsOptions & SignalOptions>,
): Promise<IdMap>;
export async function decodeIds(
  png: MaskInput,
  options: DecodeIdsOptions & SignalOptions = {},
): Promise<IdMap> {
  return decodeInput(png, null, () => prepare(options));
}

function prepare(options: DecodeIdsOptions & SignalOptions): DecodeCall<IdMap> {
  if (!isObject(options as unknown)) throw invalid("the options must be an object");
  checkKeys(options, "alpha maxIds engine maxPixels maxBytes verify strict signal", "the options");
  const { alpha = false, engine, maxIds = DEFAULT_MAX_IDS, signal } = options;
  if (typeof alpha !== "boolean") throw invalid("alpha must be true or false");
  if (!["auto", "fused", "upng"].includes(engine ?? "auto")) {
    throw invalid('engine must be "auto", "fused" or "upng"');
  }
  if (!isSize(maxIds) || maxIds > MAX_IDS) {
    throw invalid(`maxIds must be an integer from 1 to ${MAX_IDS}`);
  }
  const limits = checkLimits(options);
  const checked = { alpha, maxIds, verify: limits.verify };
  return {
    load: loadModule,
    options: { ...limits, engine, signal },
    decode: (bytes) => {
      const container = readPng(bytes, limits);
      const name = pickEngine(container.header, engine);
      // An engine that has the whole file never waits.
      // biome-ignore lint/correctness/useYield: as said.
      const run: Run = function* (request) {
        return runEngine(name, { ...request, bytes });
      };
      return decodeSteps(container, checked, run).next().value as IdMap;
    },
    start: () => (container, run) => decodeSteps(container, checked, run),
  };
}

/** An engine. It yields if it has to wait for more of the file. */
type Run = (request: Omit<DecodeRequest, "bytes">) => Generator<void, Decoded>;

function* decodeSteps(
  container: PngContainer,
  { alpha, maxIds, verify }: { readonly alpha: boolean; readonly maxIds: number; readonly verify: boolean },
  run: Run,
): Generator<void, IdMap> {
  const { header } = container;
  const { width, height } = header;
  const numbering = new Numbering(
    maxIds,
    "is it a photo, or is its alpha not part of the ids? If not, raise `maxIds`",
  );
  const data = withMemory(width, height, () => allocate("int32", width * height));
  const found = yield* run({
    container,
    colors: new Array<number>(MEASURED_IDS).fill(-1),
    unknown: {
      kind: "NUMBER",
      labelOf: (word) => numbering.placeOf(isGrey(header) ? sampleOf(word, header.bitDepth) : word),
      alpha: alpha && samplesPerPixel(header) === 4 ? "CHANNEL" : "IGNORED",
    },
    halves: isGrey(header) ? [0] : undefined,
    output: { width, height, dense: [{ into: data, values: null }], runs: null, sampled: null },
    verify,
  });
  return describeIds({ width, height, data }, numbering.ids(), found, [...container.issues, ...found.issues]);
}

function isGrey({ colorType }: PngHeader): boolean {
  return colorType === ColorType.grey || colorType === ColorType.greyAlpha;
}

/** The sample of a grey colour word. Engines scale samples to 0 … 255; those of 16 bits are the low half of the word. */
function sampleOf(word: number, bitDepth: number): number {
  if (bitDepth === 16) return word & 0xffff;
  return ((word & 0xff) * (2 ** bitDepth - 1)) / 255;
}

function describeIds(
  map: DenseMap<Int32Array<ArrayBuffer>>,
  ids: Uint32Array<ArrayBuffer>,
  found: Measures,
  issues: readonly Issue[],
): IdMap {
  const measured = ids.length > MEASURED_IDS ? measure(map, ids.length) : found;
  // For grey and palette images every possible colour was numbered, so some ids may have no pixel.
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

/** Counts and boxes, if there are more labels than the module measures. */
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
