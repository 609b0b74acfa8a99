/** A picture of a label map to look at: its colours, with a dark outline wherever two labels meet. */
import UPNG from "upng-js";

/**
 * @param {import("labelmap").LabelMap} map
 * @returns {Uint8Array} a PNG of the mask's size; unlabelled pixels are transparent
 */
export function encodeOverlay(map) {
  const { width, height, data } = map;
  const pixels = map.toRGBA();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      const differsRight = x + 1 < width && data[index] !== data[index + 1];
      const differsBelow = y + 1 < height && data[index] !== data[index + width];
      if (differsRight || differsBelow) pixels.set([20, 20, 20, 255], index * 4);
    }
  }
  return new Uint8Array(UPNG.encode([pixels.buffer], width, height, 0));
}
