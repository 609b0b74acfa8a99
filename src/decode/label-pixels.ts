/** Pixels that were decoded elsewhere (by a canvas, another library, a video frame) to a `LabelMap`. */

import { isObject, isSize } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { DecodeError } from "../errors.js";
import { allocate, leaveToCaller } from "../maps/allocate.js";
import { wrongLength } from "../maps/dense-map.js";
import { LabelMap } from "../maps/label-map.js";
import { checkOptions, checkOverlap, type DecodeOptions } from "./decode-options.js";
import { withMemory } from "./engines/with-memory.js";
import { colorsOf, describeMask, unknownColors } from "./mask-info.js";
import { partOf } from "./parts.js";
import { type ResultInput, readResult } from "./result-input.js";
import { getModule } from "./wasm/module.js";
import { scanPixels } from "./wasm/scanner.js";

/**
 * Labels pixels that were decoded elsewhere. `await init()` must have been called. Beware of a canvas: it changes the
 * colours of pixels that are not opaque.
 *
 * @param image `data`: H×W×`channels` bytes, row-major. 3 channels are RGB, 4 are RGBA; for A see
 *   `transparent`
 * @throws LegendError, ResultError, DecodeError: NOT_INITIALISED, PART_MISSING, OPTION_INVALID, OUTPUT_SIZE, OUT_OF_MEMORY
 */
export function labelPixels(
  image: { readonly data: Uint8Array | Uint8ClampedArray; width: number; height: number; channels?: 3 | 4 },
  result: ResultInput,
  options: Pick<DecodeOptions, "strict" | "classBy" | "into" | "snap" | "transparent"> = {},
): LabelMap {
  const { into, classBy, strict, snap, transparent } = checkOptions(
    options,
    "strict classBy into snap transparent",
  );
  if (!isObject(image)) {
    throw invalid("the image must be an object with data, width and height");
  }
  const { data, width, height, channels = 4 } = image;
  if (!isSize(width) || !isSize(height) || (channels !== 3 && channels !== 4)) {
    throw invalid("width and height must be positive integers, and channels 3 or 4");
  }
  // By its tag, so that arrays of another realm pass. Arrays of wider elements must not be read as bytes.
  if (!["[object Uint8Array]", "[object Uint8ClampedArray]"].includes(Object.prototype.toString.call(data))) {
    throw invalid("data must be a Uint8Array or a Uint8ClampedArray");
  }
  if (data.length !== width * height * channels) {
    throw invalid(
      `data has ${data.length} bytes, but ${width}×${height} pixels of ${channels} channels have ${width * height * channels}`,
    );
  }
  getModule();
  const source = readResult(result, { strict });
  if (into !== undefined && into.length !== width * height) {
    throw new DecodeError("OUTPUT_SIZE", wrongLength("`into`", into.length, width, height));
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  if (into !== undefined) {
    checkOverlap([into], bytes, "the pixels");
    leaveToCaller(into);
  }
  const colors = colorsOf(source);
  const unknown = unknownColors(colors, snap, transparent);
  return withMemory(width, height, () => {
    const labels = into ?? allocate("int32", width * height);
    const map = { width, height, data: labels };
    let found = scanPixels(bytes, channels, width, height, colors, labels, unknown);
    if (snap?.to === "neighbours") {
      found = partOf("snap").snapToNeighbours(map, colors, snap, found);
    }
    const info = describeMask(found, source, classBy, unknown, []);
    return new LabelMap({ ...map, ...info });
  });
}
