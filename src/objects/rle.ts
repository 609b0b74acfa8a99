/**
 * Turns the objects of a map into COCO run-length codes: masks of 0 and 1, counted down the columns.
 *
 * The map's runs are put into column-major order once, for all values. Each run then gives its value one count of ones,
 * and the gap since that value's previous run gives it one count of zeros.
 */
import { checkOptions } from "../checks/arguments.js";
import { FormatError } from "../errors.js";
import type { LabelRuns, RunsInput } from "../maps/label-runs.js";
import { runsOf } from "../maps/runs-of.js";
import { columnRuns } from "./column-runs.js";
import { countsToStarts } from "./counting-sort.js";
import { checkValue } from "./options.js";
import { writeCounts } from "./rle-string.js";

/** A mask as a COCO run-length code. */
export interface Rle<Counts extends string | readonly number[] = string | readonly number[]> {
  /** In pixels, height before width. */
  readonly size: readonly [height: number, width: number];
  /**
   * Going down the columns: how many pixels are 0, how many after them are 1, then 0 again, and so on. The counts add
   * up to `height * width`. They are numbers ("uncompressed"), or the string that pycocotools writes.
   */
  readonly counts: Counts;
}

export interface RleOptions<C extends boolean> {
  /** Whether to write `counts` as a string. Default true. */
  readonly compressed?: C;
}

export interface AllRlesOptions<C extends boolean> extends RleOptions<C> {
  /** Whether to encode -1, the pixels without a label, like any other value. Default false. */
  readonly unlabelled?: boolean;
}

/** The type of the code for a value of `compressed`. */
export type RleOf<C extends boolean> = Rle<C extends true ? string : number[]>;

/** A mask and the value of its pixels. */
export interface ValueRle<R extends Rle = Rle> {
  readonly value: number;
  readonly rle: R;
}

/** pycocotools computes with signed 32-bit integers. */
const MAX_PIXELS = 2 ** 31 - 1;

/**
 * The mask of the pixels that have a value. It is all 0 if the value does not occur. The result equals
 * `mask.encode(numpy.asfortranarray(map == value, dtype="uint8"))` of pycocotools 2.0.11.
 *
 * @param map runs (the cheapest), or H×W pixels, row-major, as an Int32Array, Uint8Array or Uint16Array.
 * @throws {DecodeError} OPTION_INVALID: not a map, `value` is not a signed 32-bit integer, or an invalid option;
 *   OUT_OF_MEMORY.
 * @throws {FormatError} FORMAT_UNSUPPORTED: the map has 2^31 pixels or more.
 */
export function encodeRle<C extends boolean = true>(
  map: RunsInput,
  value: number,
  options: RleOptions<C> = {},
): RleOf<C> {
  checkValue(value);
  checkOptions(options, "compressed");
  const found = encode(map, options.compressed, (candidate) => candidate === value)[0];
  if (found !== undefined) return found.rle;
  const { width, height } = map;
  return makeRle([height, width], Uint32Array.of(height * width), options.compressed);
}

/**
 * The masks of all values that occur, ascending by value. Each mask is as `encodeRle` returns it. Encoding them all
 * costs little more than encoding one.
 *
 * @param map runs (the cheapest), or H×W pixels, row-major, as an Int32Array, Uint8Array or Uint16Array.
 * @throws {DecodeError} OPTION_INVALID: not a map, or an invalid option; OUT_OF_MEMORY.
 * @throws {FormatError} FORMAT_UNSUPPORTED: the map has 2^31 pixels or more.
 */
export function encodeAllRles<C extends boolean = true>(
  map: RunsInput,
  options: AllRlesOptions<C> = {},
): ValueRle<RleOf<C>>[] {
  checkOptions(options, "compressed", "unlabelled");
  return encode(map, options.compressed, (value) => value !== -1 || options.unlabelled === true);
}

function encode<C extends boolean>(
  map: RunsInput,
  compressed: C | undefined,
  isWanted: (value: number) => boolean,
): ValueRle<RleOf<C>>[] {
  const runs = runsOf(map);
  const { width, height } = runs;
  if (width * height > MAX_PIXELS) {
    const message = `the map has ${width * height} pixels, but the format allows fewer than 2^31; tile or resize the map.`;
    throw new FormatError("FORMAT_UNSUPPORTED", "COCO RLE", message);
  }
  const { distinct, counts, ends } = countByValue(runs);
  const rles: ValueRle<RleOf<C>>[] = [];
  let start = 0;
  distinct.forEach((value, rank) => {
    if (isWanted(value)) {
      const rle = makeRle<C>([height, width], counts.subarray(start, ends[rank]), compressed);
      rles.push({ value, rle });
    }
    start = ends[rank]!;
  });
  return rles;
}

/** The counts of all values, one value after the other, and where the counts of each value end. */
function countByValue(runs: LabelRuns) {
  const { starts, ranks, distinct } = columnRuns(runs);
  const pixelTotal = starts[ranks.length]!;
  // Two counts for each run, and one for the zeros at the end. Only the value of the last run has no zeros at the end.
  const places = new Uint32Array(distinct.length).fill(1);
  for (let run = 0; run < ranks.length; run++) places[ranks[run]!]! += 2;
  places[ranks[ranks.length - 1]!]!--;
  const counts = new Uint32Array(countsToStarts(places));
  const reached = new Uint32Array(distinct.length);
  let start = 0;
  for (let run = 0; run < ranks.length; run++) {
    const rank = ranks[run]!;
    const place = places[rank]!;
    const end = starts[run + 1]!;
    counts[place] = start - reached[rank]!;
    counts[place + 1] = end - start;
    places[rank] = place + 2;
    reached[rank] = end;
    start = end;
  }
  for (let rank = 0; rank < places.length; rank++) {
    if (reached[rank] !== pixelTotal) counts[places[rank]!++] = pixelTotal - reached[rank]!;
  }
  return { distinct, counts, ends: places };
}

function makeRle<C extends boolean>(
  size: readonly [number, number],
  counts: Uint32Array,
  compressed: C | undefined,
): RleOf<C> {
  return { size, counts: compressed === false ? toNumbers(counts) : writeCounts(counts) } as RleOf<C>;
}

/** Does what `Array.from` does, which takes three times as long for a typed array. */
function toNumbers(counts: Uint32Array): number[] {
  const numbers: number[] = [];
  for (let i = 0; i < counts.length; i++) numbers.push(counts[i]!);
  return numbers;
}
