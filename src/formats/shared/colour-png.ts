/** Maps of numbers to RGB PNGs, in the colour of each number: how tools write masks whose colours count. */

import { parseColor } from "../../legend/legend.js";
import { vocColorMap } from "../../legend/palettes/pascal-voc.js";
import type { DenseMap } from "../../maps/dense-map.js";
import { encodeIds } from "../id-png/write.js";

/**
 * @param map places in `colours`, H×W, row-major
 * @param colours `#rrggbb` for each place. Default: those of Pascal VOC
 */
export function encodeColourPng(
  { width, height, data }: DenseMap,
  colours: readonly string[] = vocColorMap,
): Uint8Array<ArrayBuffer> {
  // The id of a colour has red in its lowest byte.
  const ids = colours.map((colour) => {
    const rgb = parseColor(colour);
    return ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16);
  });
  return encodeIds({ width, height, data: Int32Array.from(data, (place) => ids[place]!) });
}
