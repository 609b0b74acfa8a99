/** Resizes a map by nearest neighbour. The source columns and rows are chosen once; then pixels are copied. */
import { invalid } from "../checks/invalid.js";
import { checkDenseMap, type DenseMap, type LabelArray } from "../maps/dense-map.js";
import { checkTargetSize, newMap } from "./new-map.js";
import { SAMPLINGS, type Sampling, sourcePlaces } from "./sampling.js";

export interface ResizeOptions {
  /** The target's width in pixels. */
  readonly width: number;
  /** The target's height in pixels. */
  readonly height: number;
  /** Which source pixel a target pixel takes; see `Sampling`. Default `"nearest-exact"`. */
  readonly sampling?: Sampling;
}

/**
 * A new map of `height` × `width` pixels, row-major, in an array of the same type. Values are copied, never mixed. Thin
 * objects can be lost; `resizeByMajority` keeps them.
 *
 * @throws {DecodeError} OPTION_INVALID: not a map, or an invalid option; OUT_OF_MEMORY.
 */
export function resize<A extends LabelArray>(map: DenseMap<A>, options: ResizeOptions): DenseMap<A> {
  checkDenseMap(map);
  checkTargetSize(options);
  const { width, height, sampling = "nearest-exact" } = options;
  if (!SAMPLINGS.includes(sampling)) throw invalid(`sampling must be one of ${SAMPLINGS.join(", ")}.`);
  const target = newMap(map, width, height);
  const columns = sourcePlaces(map.width, width, sampling);
  const rows = sourcePlaces(map.height, height, sampling);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    if (y > 0 && rows[y] === rows[y - 1]) target.data.copyWithin(start, start - width, start);
    else takeColumns(map.data, rows[y]! * map.width, columns, target.data, start);
  }
  return target;
}

function takeColumns(
  source: LabelArray,
  sourceRow: number,
  columns: Uint32Array,
  target: LabelArray,
  row: number,
): void {
  for (let x = 0; x < columns.length; x++) target[row + x] = source[sourceRow + columns[x]!]!;
}
