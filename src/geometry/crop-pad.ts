/** A part of a map, and a map with a border around it: rows are copied whole. */

import { checkOptions, invalid, isCount } from "../checks/arguments.js";
import { isSize } from "../checks/describe.js";
import { checkDenseMap, type DenseMap, type LabelArray } from "../maps/dense-map.js";
import { checkValue, newMap } from "./new-map.js";

/** A rectangle in pixels, from the top left corner. */
export interface CropBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PadOptions {
  /** Rows above. Default 0, as for the other three sides. */
  readonly top?: number;
  /** Columns to the right. */
  readonly right?: number;
  /** Rows below. */
  readonly bottom?: number;
  /** Columns to the left. */
  readonly left?: number;
  /** What the new pixels get: the void id. */
  readonly value: number;
}

/**
 * The box's pixels as a new map of `box.height` × `box.width`, in an array of the same type.
 *
 * @throws {DecodeError} OPTION_INVALID: also where the box is not wholly inside the map.
 */
export function crop<A extends LabelArray>(map: DenseMap<A>, box: CropBox): DenseMap<A> {
  checkDenseMap(map);
  checkOptions(box);
  const { x, y, width, height } = box;
  if (!isCount(x) || !isCount(y) || !isSize(width) || !isSize(height)) {
    throw invalid("The box must have x and y from 0, and a width and a height that are positive integers.");
  }
  if (x + width > map.width || y + height > map.height) {
    const size = `${map.width}×${map.height}`;
    throw invalid(
      `The box ${width}×${height} at ${x},${y} reaches out of the map of ${size}; pad the map first.`,
    );
  }
  const part = newMap(map, width, height);
  copyRows(map, x, y, part, 0, 0, width, height);
  return part;
}

/**
 * The map with new rows and columns around it, in an array of the same type.
 *
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY.
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
