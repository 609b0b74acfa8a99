/**
 * Pixels to labels through the module: feeds it band after band and collects the labels and the counters.
 * This is the contract that every engine's result has, whatever way it takes: `ScannedPixels`.
 */
import { DecodeError } from "../errors.js";
import { getModule, type ModuleExports } from "./module.js";

/** What a decode finds in the pixels, whatever the engine. */
export interface ScannedPixels {
  /** Labels, row-major, `height * width`; -1 where the colour is not in the legend. */
  readonly data: Int32Array;
  /** Pixels per label. */
  readonly counts: Uint32Array;
  /** Per label `x, y, width, height` in pixels; all 0 for a label with no pixel. */
  readonly boxes: Int32Array;
  readonly unlabelledCount: number;
  /** The first 16 distinct colours (0xRRGGBB) that the legend does not have, in row-major order of appearance. */
  readonly unknownColors: readonly { readonly rgb: number; readonly count: number }[];
}

/**
 * Labels `width * height` pixels of 3 (RGB) or 4 (RGBA) bytes, row-major; alpha takes no part.
 *
 * @param colors 0xRRGGBB per label, -1 for a label that no pixel can have; at most 65,536
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
): ScannedPixels {
  const module = getModule();
  if (!module.reserve(colors.length)) {
    throw new DecodeError("OUT_OF_MEMORY", "the WebAssembly memory cannot grow to hold the colour table");
  }
  const { buffer } = module.memory;
  new Int32Array(buffer, module.colorsPointer.value, colors.length).set(colors);
  module.buildColorTable();
  module.beginScan();

  const scan = channels === 4 ? module.scanRgba : module.scanRgb;
  const bandPixels = module.BAND_PIXELS.value;
  const bandInput = new Uint8Array(buffer, module.pixelsPointer.value, bandPixels * 4);
  const bandLabels = new Int32Array(buffer, module.labelsPointer.value, bandPixels);
  const total = width * height;
  for (let start = 0; start < total; start += bandPixels) {
    const count = Math.min(bandPixels, total - start);
    bandInput.set(pixels.subarray(start * channels, (start + count) * channels));
    scan(count, start % width, Math.floor(start / width), width);
    into.set(count === bandPixels ? bandLabels : bandLabels.subarray(0, count), start);
  }
  return { data: into, ...readCounters(module, colors.length) };
}

function readCounters(module: ModuleExports, labelCount: number): Omit<ScannedPixels, "data"> {
  const { buffer } = module.memory;
  // Copies: the next decode overwrites the module's memory.
  const counts = new Uint32Array(buffer, module.countsPointer.value, labelCount).slice();
  const boxes = new Int32Array(buffer, module.boxesPointer.value, labelCount * 4).slice();
  for (let label = 0; label < labelCount; label++) {
    const [x, y, width, height] = [label * 4, label * 4 + 1, label * 4 + 2, label * 4 + 3] as const;
    if (counts[label] === 0) {
      boxes.fill(0, x, x + 4);
    } else {
      // From the inclusive corners left, top, right, bottom.
      boxes[width] = boxes[width]! - boxes[x]! + 1;
      boxes[height] = boxes[height]! - boxes[y]! + 1;
    }
  }
  const kept = module.unknownColorCount.value;
  const pairs = new Uint32Array(buffer, module.unknownColorsPointer.value, kept * 2);
  const unknownColors = Array.from({ length: kept }, (_, index) => ({
    rgb: pairs[index * 2] as number,
    count: pairs[index * 2 + 1] as number,
  }));
  return { counts, boxes, unlabelledCount: module.unlabelledCount.value >>> 0, unknownColors };
}
