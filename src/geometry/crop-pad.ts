/** Cuts a rectangle out of a map, or adds a border around it. Whole pieces of rows are copied. */

import { checkOptions, isCount } from "../checks/arguments.js";
import { isSize } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { checkDenseMap, type DenseMap, type LabelArray } from "../maps/dense-map.js";
import { checkValue, newMap } from "./new-map.js";

/** A rectangle in pixels. `x` and `y` count from the map's top left corner. */
export interface CropBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PadOptions {
  /** Rows to add above. Default 0. */
  readonly top?: number;
  /** Columns to add on the right. Default 0. */
  readonly right?: number;
  /** Rows to add below. Default 0. */
  readonly bottom?: number;
  /** Columns to add on the left. Default 0. */
  readonly left?: number;
  /** The value of the new pixels, such as the void id. */
  readonly value: number;
}

/**
 * The box's pixels as a new map of `box.height` × `box.width`, row-major, in an array of the same type.
 *
 * @throws {DecodeError} OPTION_INVALID: not a map, or the box is invalid or not entirely inside the map; OUT_OF_MEMORY.
 */
export function crop<A extends LabelArray>(map: DenseMap<A>, box: CropBox): DenseMap<A> {
  checkDenseMap(map);
  checkOptions(box);
  const { x, y, width, height } = box;
  if (!isCount(x) || !isCount(y) || !isSize(width) || !isSize(height)) {
    throw invalid(
      "The box must have x and y, integers of at least 0, and width and height, which are positive integers.",
    );
  }
  if (x + width > map.width || y + height > map.height) {
    const size = `${map.width}×${map.height}`;
    throw invalid(
      `The box of ${width}×${height} at ${x},${y} is not inside the map of ${size}; use a smaller box, or pad the map first.`,
    );
  }
  const part = newMap(map, width, height);
  copyRows(map, x, y, part, 0, 0, width, height);
  return part;
}

/**
 * A new map with rows and columns added around the old ones, row-major, in an array of the same type. Its size is
 * `top + height + bottom` × `left + width + right`.
 *
 * @throws {DecodeError} OPTION_INVALID: not a map, or an invalid option; OUT_OF_MEMORY.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: `value` does not fit the array.
 */
export function pad<A extends LabelArray>(map: DenseMap<A>, options: PadOptions): DenseMap<A> {
  checkDenseMap(map);
  checkOptions(options);
  const { top = 0, right = 0, bottom = 0, left = 0, value } = options as PadOptions;
  if (![top, right, bottom, left].every(isCount)) {
    throw invalid("top, right, bottom and left must be integers of at least 0.");
  }
  checkValue(value, map.data);
  const padded = newMap(map, left + map.width + right, top + map.height + bottom);
  padded.data.fill(value);
  copyRows(map, 0, 0, padded, left, top, map.width, map.height);
  return padded;
}

/** Copies a rectangle that is inside both maps from one place to another. */
export function copyRows(
  source: DenseMap,
  sourceX: number,
  sourceY: number,
  target: DenseMap,
  targetX: number,
  targetY: number,
  width: number,
  height: number,
): void {
  for (let y = 0; y < height; y++) {
    const start = (sourceY + y) * source.width + sourceX;
    target.data.set(source.data.subarray(start, start + width), (targetY + y) * target.width + targetX);
  }
}
