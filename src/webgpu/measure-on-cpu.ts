/** Counts on the CPU what the GPU would have counted. */

import { invalid } from "../checks/invalid.js";
import { tagOf } from "../checks/tag-of.js";
import type { CheckedMeasure } from "./measure-options.js";
import type { Painting } from "./paint-on-cpu.js";

/** A prediction on the CPU. A float16 is given as its 16 bits. */
export type PredictionArray = Int32Array | Uint8Array | Uint16Array | BigInt64Array | Float32Array;

/** @throws {DecodeError} OPTION_INVALID: the prediction has another type or length. */
export function countOnCpu(
  references: readonly Painting[],
  prediction: PredictionArray,
  { classes: { classes }, element, channels }: CheckedMeasure,
  ids: Uint32Array,
): Uint32Array {
  const { width, height } = references[0]!.area;
  const plane = width * height;
  const needed = references.length * channels * plane;
  if (tagOf(prediction) !== element.array || prediction.length < needed) {
    throw invalid(`Without a GPU, the prediction must be a ${element.array} of ${needed} elements.`);
  }
  const columns = classes.length + 2;
  const counts = new Uint32Array((classes.length + 1) * columns + 1);
  const numberAt = (place: number) => {
    const number = Number(prediction[place]);
    if (element.bytes !== 2 || !element.isLogits) return number;
    // The bits of float16 without the sign are in the order of the numbers.
    return number & 0x8000 ? -(number & 0x7fff) : number;
  };
  const idAt = (place: number) => {
    if (!element.isLogits) return numberAt(place);
    let best = 0;
    for (let channel = 1; channel < channels; channel++) {
      if (numberAt(place + channel * plane) > numberAt(place + best * plane)) best = channel;
    }
    return best;
  };
  references.forEach(({ source, area, table }, map) => {
    const { runs, ranks, rankOffset } = source;
    for (let y = 0; y < height; y++) {
      const band = area.bands[y]!;
      const [first, end] = [runs.bandRuns[band]!, runs.bandRuns[band + 1]!];
      let run = first;
      for (let x = 0; x < width; x++) {
        const column = area.columns[x]!;
        while (run + 1 < end && runs.runEnds[run]! <= column) run++;
        while (run > first && runs.runEnds[run - 1]! > column) run--;
        const expected = table.entries[ranks[run]! + rankOffset]!;
        const predicted = idAt(map * channels * plane + y * width + x);
        const found = ids[predicted] ?? classes.length + 1;
        if (found > classes.length) counts[counts.length - 1] = predicted + 1;
        counts[expected * columns + found]!++;
      }
    }
  });
  return counts;
}
