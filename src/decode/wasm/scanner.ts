/** Pixels to labels through the module: feeds it band after band, and collects the labels and the counters. */
import { DecodeError } from "../../errors.js";
import { askingForLabels, type LabelOfColor } from "./host.js";
import { type Measures, readMeasures } from "./measures.js";
import { getModule, type ModuleExports } from "./module.js";

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
  colors: ArrayLike<number>,
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
