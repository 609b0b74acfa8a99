/** Mirrors a map by reversing the order of its columns or its rows. */
import { invalid } from "../checks/invalid.js";
import { checkDenseMap, type DenseMap, type LabelArray } from "../maps/dense-map.js";
import { newMap } from "./new-map.js";

/**
 * A mirrored copy of a map: H×W, row-major, in an array of the same type. Values are copied unchanged.
 *
 * @param direction `"horizontal"` swaps left and right, like `numpy.fliplr`; `"vertical"` swaps top and bottom, like
 *   `numpy.flipud`.
 * @throws {DecodeError} OPTION_INVALID: not a map, or another direction; OUT_OF_MEMORY.
 */
export function flip<A extends LabelArray>(
  map: DenseMap<A>,
  direction: "horizontal" | "vertical",
): DenseMap<A> {
  checkDenseMap(map);
  if (direction !== "horizontal" && direction !== "vertical") {
    throw invalid('The direction must be "horizontal" or "vertical".');
  }
  const { width, height, data } = map;
  const flipped = newMap(map, width, height);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    flipped.data.set(row, (direction === "vertical" ? height - 1 - y : y) * width);
  }
  if (direction === "horizontal") {
    for (let y = 0; y < height; y++) flipped.data.subarray(y * width, (y + 1) * width).reverse();
  }
  return flipped;
}
