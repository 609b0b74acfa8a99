/** Counts on the CPU what the GPU would have counted. */

import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import { tagOf } from "../checks/tag-of.js";
import { type CheckedMeasure, checkPredictionSize } from "./measure-options.js";
import type { Painting } from "./paint-on-cpu.js";

/** A prediction on the CPU. A float16 is given as its 16 bits. */
export type PredictionArray = Int32Array | Uint8Array | Uint16Array | BigInt64Array | Float32Array;

/** @throws {DecodeError} OPTION_INVALID: the prediction has another type. @throws {LabelMapError} SIZE_MISMATCH */
export function countOnCpu(
  references: readonly Painting[],
  prediction: PredictionArray,
  { classes: { classes }, element, channels }: CheckedMeasure,
  ids: Uint32Array,
): Uint32Array {
  const { width, height } = references[0]!.area;
  const plane = width * height;
  if (tagOf(prediction) !== element.array)
    throw invalid(`Without a GPU, the prediction must be a ${element.array}.`);
  checkPredictionSize(prediction.byteLength, references.length * channels * plane * element.bytes);
  const columns = classes.length + 2;
  const counts = withMemoryFor(
    `${classes.length} × ${classes.length} classes`,
    () => new Uint32Array((classes.length + 1) * columns + 1),
  );
  const unknown = counts.length - 1;
  const isHalf = element.bytes === 2;
  const bits =
    element.array === "Float32Array"
      ? new Int32Array(prediction.buffer, prediction.byteOffset, prediction.length)
      : prediction;
  // As in the shader: the bits without the sign are in the order of the numbers, and NaN is larger than any.
  const numberAt = (place: number) => {
    const signed = Number(bits[place]) << (isHalf ? 16 : 0);
    const magnitude = signed & 0x7fff_ffff;
    if (magnitude > (isHalf ? 0x7c00_0000 : 0x7f80_0000)) return 0x7fff_ffff;
    return signed < 0 ? -magnitude : magnitude;
  };
  const idAt = (place: number) => {
    if (!element.isLogits) {
      const id = Number(prediction[place]);
      return element.bytes < 8 || id >>> 0 === id ? id : -1;
    }
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
        if (found > classes.length) counts[unknown] = Math.max(counts[unknown]!, (predicted + 1) >>> 0);
        counts[expected * columns + found]!++;
      }
    }
  });
  return counts;
}
