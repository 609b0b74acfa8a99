/**
 * The objects of a map as COCO run-length codes: masks of 0 and 1, counted down the columns.
 *
 * The map's runs are put into column-major order once, for all values. There each run is one count of ones for its
 * value, and what lies between it and the value's run before is one count of zeros.
 */
import { checkOptions } from "../checks/arguments.js";
import { FormatError } from "../errors.js";
import type { LabelRuns, RunsInput } from "../maps/label-runs.js";
import { runsOf } from "../maps/runs-of.js";
import { columnRuns } from "./column-runs.js";
import { countsToStarts } from "./counting-sort.js";
import { checkValue } from "./options.js";
import { writeCounts } from "./rle-string.js";

/** A mask as COCO has it. */
export interface Rle<Counts extends string | readonly number[] = string | readonly number[]> {
  /** Height before width. */
  readonly size: readonly [height: number, width: number];
  /**
   * How many pixels down the columns are 0, how many after them are 1, then 0 again, and so on; together
   * `height * width`. As numbers ("uncompressed"), or as the string that pycocotools writes.
   */
  readonly counts: Counts;
}

export interface RleOptions<C extends boolean> {
  /** Whether `counts` is the string. Default true. */
  readonly compressed?: C;
}

export interface AllRlesOptions<C extends boolean> extends RleOptions<C> {
  /** Whether -1, the pixels without a label, is a value like any other. Default false: it is left out. */
  readonly unlabelled?: boolean;
}

/** What `compressed` makes of the type. */
export type RleOf<C extends boolean> = Rle<C extends true ? string : number[]>;

/** A mask and the value of its pixels. */
export interface ValueRle<R extends Rle = Rle> {
  readonly value: number;
  readonly rle: R;
}

/** pycocotools computes with 32 bits and a sign. */
const MAX_PIXELS = 2 ** 31 - 1;

/**
 * The mask of the pixels that have a value; all 0 where none has it. What pycocotools 2.0.11 gives for
 * `mask.encode(numpy.asfortranarray(map == value, dtype="uint8"))`.
 *
 * @throws {DecodeError} OPTION_INVALID.
 * @throws {FormatError} FORMAT_UNSUPPORTED: a map of 2^31 pixels or more.
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
 * The masks of all values that occur, ascending; each as `encodeRle` gives it, all for little more than the price of
 * one.
 *
 * @throws {DecodeError} OPTION_INVALID.
 * @throws {FormatError} FORMAT_UNSUPPORTED: a map of 2^31 pixels or more.
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
    const message = `it does not allow for the ${width * height} pixels of the map; they must be below 2^31.`;
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

/** The counts of all values, one value's after the other's, and where each value's end. */
function countByValue(runs: LabelRuns) {
  const { starts, ranks, distinct } = columnRuns(runs);
  const pixelTotal = starts[ranks.length]!;
  // Two counts for each run, and one for the zeros at the end, which only the last run's value has not.
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

/** As `Array.from`, which takes three times as long for a typed array. */
function toNumbers(counts: Uint32Array): number[] {
  const numbers: number[] = [];
  for (let i = 0; i < counts.length; i++) numbers.push(counts[i]!);
  return numbers;
}
