/** Turns a map's runs into what the stage draws: their words, or pixels if the mask is so noisy that runs are no gain. */
import { LabelRuns } from "labelmap";
import type { LabelImage, RunImage } from "../stage/label-image.js";

type ValueCount = RunImage["valueCount"];

/** A column and a value share a word. */
const MOST_COLUMNS = 65_536;
/**
 * Runs take at most this share of the bytes of pixels. To read a value from runs takes several steps, and from pixels only
 * one, so runs must be clearly smaller.
 */
const LARGEST_SHARE = 1 / 4;

/** The smallest type that has a value for each label and one more, its largest, for unlabelled pixels. */
export function valueCountFor(labelCount: number): ValueCount {
  return labelCount > 255 ? 65_536 : 256;
}

/** @param valueCount the values are below it; the largest one stands for -1 */
export function labelImageOf(runs: LabelRuns, valueCount: ValueCount): LabelImage {
  const { width, height, runEnds } = runs;
  const values = runs.values.map((value) => (value < 0 ? valueCount - 1 : value));
  const wordBytes = 4 * (2 * height + runEnds.length);
  const pixelBytes = width * height * (valueCount === 256 ? 1 : 2);
  if (width <= MOST_COLUMNS && wordBytes <= pixelBytes * LARGEST_SHARE) {
    return { width, height, words: wordsOf(runs, values), valueCount };
  }
  const Pixels = valueCount === 256 ? Uint8Array : Uint16Array;
  const data = new Pixels(width * height);
  new LabelRuns({ ...runs, values }).toDense(data);
  return { width, height, data };
}

function wordsOf({ height, bandTops, bandRuns, runEnds }: LabelRuns, values: Int32Array) {
  const start = 2 * height;
  const words = new Uint32Array(start + runEnds.length);
  for (let band = 0; band + 1 < bandTops.length; band++) {
    for (let y = bandTops[band]!; y < bandTops[band + 1]!; y++) {
      words[2 * y] = start + bandRuns[band]!;
      words[2 * y + 1] = start + bandRuns[band + 1]! - 1;
    }
  }
  for (let run = 0; run < runEnds.length; run++) {
    words[start + run] = ((runEnds[run]! - 1) << 16) | values[run]!;
  }
  return words;
}
