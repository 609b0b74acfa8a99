/**
 * Pixels to labels through the module: feeds it band after band, and collects the labels and the counters. `Measures` is
 * the result that every engine returns.
 */
import { DecodeError } from "../../errors.js";
import { askingForLabels, getModule, type LabelOfColor, type ModuleExports } from "./module.js";

/** What a decode counts, whatever the engine. */
export interface Measures {
  /** The number of pixels of each label. */
  readonly counts: Uint32Array;
  /** For each label `x, y, width, height` in pixels; all 0 for a label without a pixel. */
  readonly boxes: Int32Array;
  /** The number of fully transparent pixels of each label. */
  readonly transparent: Uint32Array;
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

/** What to do with colours that are not in the legend; see assembly/host.ts. */
export interface UnknownColors {
  readonly kind: "UNLABELLED" | "SNAP" | "NUMBER";
  readonly labelOf: LabelOfColor;
  /** What alpha means. */
  readonly alpha: keyof ModuleExports["Alpha"];
}

/**
 * Labels `width * height` pixels of 3 (RGB) or 4 (RGBA) bytes, row-major.
 *
 * @param colors 0xRRGGBB for each label, -1 for a label that no pixel can have; at most 65,536 labels
 * @param into where the labels go, `width * height` elements
 * @throws DecodeError NOT_INITIALISED, OUT_OF_MEMORY
 */
export function scanPixels(
  pixels: Uint8Array,
  channels: 3 | 4,
  width: number,
  height: number,
  colors: Int32Array,
  into: Int32Array,
  unknown: UnknownColors,
): Measures {
  const module = getModule();
  if (!module.layOutScan(colors.length)) {
    throw new DecodeError("OUT_OF_MEMORY", "the WebAssembly memory cannot grow to hold the colour table");
  }
  const { buffer } = module.memory;
  new Int32Array(buffer, module.colorsPointer.value, colors.length).set(colors);
  module.beginScan(module.Unknown[unknown.kind].value, module.Alpha[unknown.alpha].value, channels === 4);

  const scan = channels === 4 ? module.scanRgba : module.scanRgb;
  const bandPixels = module.SCAN_PIXELS.value;
  const bandInput = new Uint8Array(buffer, module.pixelsPointer.value, bandPixels * 4);
  const bandLabels = new Int32Array(buffer, module.labelsPointer.value, bandPixels);
  const total = width * height;
  askingForLabels(unknown.labelOf, () => {
    for (let start = 0; start < total; start += bandPixels) {
      const count = Math.min(bandPixels, total - start);
      bandInput.set(pixels.subarray(start * channels, (start + count) * channels));
      scan(count, start % width, Math.floor(start / width), width);
      into.set(count === bandPixels ? bandLabels : bandLabels.subarray(0, count), start);
    }
  });
  return readMeasures(module, colors.length);
}

/** Values of each label, uint32 or int32: pixel count, left, top, right and bottom, the last two exclusive. */
const MEASURE_VALUES = 5;

/** Copies the module's counters, which the next decode overwrites. */
export function readMeasures(module: ModuleExports, labelCount: number): Measures {
  const { buffer } = module.memory;
  const measures = new Int32Array(buffer, module.measuresPointer.value, labelCount * MEASURE_VALUES);
  const counts = new Uint32Array(labelCount);
  const boxes = new Int32Array(labelCount * 4);
  for (let label = 0, at = 0; label < labelCount; label++, at += MEASURE_VALUES) {
    if (measures[at] === 0) continue;
    counts[label] = measures[at]!;
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
    transparent: new Uint32Array(buffer, module.clearCountsPointer.value, labelCount).slice(),
    unlabelled: readColors(buffer, module.unlabelledPointer.value),
    snapped: readColors(buffer, module.snappedPointer.value),
  };
}

function readColors(buffer: ArrayBufferLike, pointer: number): ColorCounts {
  const [count, kept] = new Uint32Array(buffer, pointer, 2) as unknown as [number, number];
  const pairs = new Uint32Array(buffer, pointer + 8, kept * 2);
  return {
    count,
    colors: Array.from({ length: kept }, (_, index) => ({
      rgb: pairs[index * 2]!,
      count: pairs[index * 2 + 1]!,
    })),
  };
}
