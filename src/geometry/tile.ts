/**
 * A large map as tiles of one size, and tiles put together again. Tiles start every `size - overlap` pixels; the last
 * in a row or column is shifted inwards, so that it ends at the border and is full of real pixels (as SAHI and MONAI
 * do it): a model sees no made-up border, and only the last overlap is larger.
 */
import { checkOptions, invalid, isCount } from "../checks/arguments.js";
import { kindOf } from "../checks/describe.js";
import { checkDenseMap, type DenseMap, type LabelArray } from "../maps/dense-map.js";
import { copyRows } from "./crop-pad.js";
import { checkTargetSize, checkValue, newMap } from "./new-map.js";

/** A tile, and where its top left pixel is in the map. */
export interface Tile<A extends LabelArray = LabelArray> extends DenseMap<A> {
  readonly x: number;
  readonly y: number;
}

export interface TileOptions {
  /** Every tile's width in pixels. */
  readonly width: number;
  /** Every tile's height in pixels. */
  readonly height: number;
  /** Pixels that neighbouring tiles share at least, across and down; less than both sizes. Default 0. */
  readonly overlap?: number;
  /** What the pixels right of and below the map get where it is smaller than a tile; needed then alone. */
  readonly value?: number;
}

/**
 * The tiles, row by row from the top left, each in a fresh array of the map's type. Every pixel is in one at least. They
 * are made one at a time as they are asked for.
 *
 * @throws {DecodeError} OPTION_INVALID: also where the map is smaller than a tile and there is no `value`.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: `value` does not fit the array.
 */
export function tile<A extends LabelArray>(map: DenseMap<A>, options: TileOptions): Generator<Tile<A>, void> {
  checkDenseMap(map);
  checkTargetSize(options);
  const { width, height, overlap = 0, value } = options;
  if (!isCount(overlap) || overlap >= Math.min(width, height)) {
    throw invalid("overlap must be an integer from 0 to less than the tiles' width and height.");
  }
  if (value !== undefined) checkValue(value, map.data);
  else if (width > map.width || height > map.height) {
    throw invalid(
      `The map of ${map.width}×${map.height} is smaller than a tile; give a value to pad it with.`,
    );
  }
  return makeTiles(map, width, height, overlap, value ?? 0);
}

/**
 * A map of `height` × `width` from tiles, in an array of the first tile's type. Where tiles overlap the later one
 * counts; what reaches out of the map is cut off.
 *
 * @param tiles what `tile` gave, or a model's output for it with the same `x` and `y`.
 * @throws {DecodeError} OPTION_INVALID: also where the arrays' types differ, or a pixel is in no tile.
 */
export function untile<A extends LabelArray>(
  tiles: Iterable<Tile<A>>,
  size: { readonly width: number; readonly height: number },
): DenseMap<A> {
  checkTargetSize(size);
  const { width, height } = size;
  if (typeof (tiles as Partial<typeof tiles> | null)?.[Symbol.iterator] !== "function") {
    throw invalid(`The tiles are ${kindOf(tiles)}; give an array of tiles.`);
  }
  let whole: DenseMap<A> | undefined;
  let covered: DenseMap<Uint8Array> | undefined;
  for (const part of tiles) {
    checkOptions(part);
    checkDenseMap(part, "the tile");
    const { x, y } = part;
    if (!isCount(x) || !isCount(y)) throw invalid("A tile must have x and y: integers of at least 0.");
    whole ??= newMap(part, width, height);
    covered ??= newMap({ width, height, data: new Uint8Array() }, width, height);
    if (part.data.BYTES_PER_ELEMENT !== whole.data.BYTES_PER_ELEMENT) {
      throw invalid(
        `The tile at ${x},${y} has another type of array than the first tile; make them the same.`,
      );
    }
    const columns = Math.min(part.width, width - x);
    const rows = Math.min(part.height, height - y);
    if (columns <= 0) continue;
    copyRows(part, 0, 0, whole, x, y, columns, rows);
    for (let row = y; row < y + rows; row++) {
      covered.data.fill(1, row * width + x, row * width + x + columns);
    }
  }
  const missing = covered === undefined ? 0 : covered.data.indexOf(0);
  if (whole === undefined || missing >= 0) {
    const place = `${missing % width},${Math.floor(missing / width)}`;
    throw invalid(`The pixel at ${place} is in no tile; give all tiles of the map of ${width}×${height}.`);
  }
  return whole;
}

function* makeTiles<A extends LabelArray>(
  map: DenseMap<A>,
  width: number,
  height: number,
  overlap: number,
  value: number,
): Generator<Tile<A>, void> {
  const columns = Math.min(width, map.width);
  const rows = Math.min(height, map.height);
  for (const y of starts(map.height, height, overlap)) {
    for (const x of starts(map.width, width, overlap)) {
      const part = newMap(map, width, height);
      if (columns < width || rows < height) part.data.fill(value);
      copyRows(map, x, y, part, 0, 0, columns, rows);
      yield { x, y, ...part };
    }
  }
}

/** Where tiles start along an axis: every `size - overlap`, and the last where it ends at the border. */
function* starts(length: number, size: number, overlap: number): Generator<number, void> {
  let start = 0;
  for (; start + size < length; start += size - overlap) yield start;
  yield Math.max(0, length - size);
}
