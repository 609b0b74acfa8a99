/** What a decode has counted: `Measures` is the result that every engine returns, and the module's counters become one. */
import type { ModuleExports } from "./module.js";

/** What a decode counts, whatever the engine. */
export interface Measures {
  /** The number of pixels of each label. */
  readonly counts: readonly number[];
  /** For each label `x, y, width, height` in pixels; all 0 for a label without a pixel. */
  readonly boxes: readonly number[];
  /** The number of fully transparent pixels of each label. */
  readonly transparent: readonly number[];
  readonly unlabelled: ColorCounts;
  /** Pixels that got the label of the nearest colour. */
  readonly snapped: ColorCounts;
}

/** Pixels whose colour is not in the legend. */
export interface ColorCounts {
  readonly count: number;
  /** The first 16 distinct colours (0xRRGGBB), in row-major order of appearance; with a label if one colour got several. */
  readonly colors: readonly { readonly rgb: number; readonly count: number; readonly label?: number }[];
}

/** Values of each label, uint32 or int32: pixel count, left, top, right and bottom, the last two exclusive. */
const MEASURE_VALUES = 5;
/** Values of each kind of colours, uint32: the count of pixels, the count of listed colours, and pairs for up to 16 of these. */
const COLOR_VALUES = 2 + 16 * 2;

/** Copies the module's counters, which the next decode overwrites. */
export function readMeasures(module: ModuleExports, labelCount: number): Measures {
  const { buffer } = module.memory;
  const measures = new Int32Array(buffer, module.measuresPointer.value, labelCount * MEASURE_VALUES);
  // Lists, not typed arrays: while a large map is young, engines collect garbage before each new array's memory.
  const counts = zeros(labelCount);
  const boxes = zeros(labelCount * 4);
  const transparent = zeros(labelCount);
  const clear = new Uint32Array(buffer, module.clearCountsPointer.value, labelCount);
  for (let label = 0, at = 0; label < labelCount; label++, at += MEASURE_VALUES) {
    if (measures[at] === 0) continue;
    counts[label] = measures[at]! >>> 0;
    transparent[label] = clear[label]!;
    const left = measures[at + 1]!;
    const top = measures[at + 2]!;
    boxes[label * 4] = left;
    boxes[label * 4 + 1] = top;
    boxes[label * 4 + 2] = measures[at + 3]! - left;
    boxes[label * 4 + 3] = measures[at + 4]! - top;
  }
  return {
    counts,
    boxes,
    transparent,
    unlabelled: readColors(buffer, module.unlabelledPointer.value),
    snapped: readColors(buffer, module.snappedPointer.value),
  };
}

const zeros = (length: number): number[] => new Array(length).fill(0);

function readColors(buffer: ArrayBufferLike, pointer: number): ColorCounts {
  const values = new Uint32Array(buffer, pointer, COLOR_VALUES);
  const colors = [];
  for (let place = 2; place < 2 + values[1]! * 2; place += 2) {
    colors.push({ rgb: values[place]!, count: values[place + 1]! });
  }
  return { count: values[0]!, colors };
}
