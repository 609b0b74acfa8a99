/**
 * Cuts a large map into tiles of the same size, and puts tiles together again. Tiles start every `size - overlap`
 * pixels. The last tile in a row or column is shifted inwards, so that it ends at the border and holds only real
 * pixels, as in SAHI and MONAI. So a model sees no artificial border; only the last overlap is larger.
 */
import { checkOptions, isCount } from "../checks/arguments.js";
import { kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { checkDenseMap, type DenseMap, type LabelArray } from "../maps/dense-map.js";
import { copyRows } from "./crop-pad.js";
import { checkTargetSize, checkValue, newMap } from "./new-map.js";

/** A tile, with the position of its top left pixel in the map. */
export interface Tile<A extends LabelArray = LabelArray> extends DenseMap<A> {
  readonly x: number;
  readonly y: number;
}

export interface TileOptions {
  /** The width of every tile in pixels. */
  readonly width: number;
  /** The height of every tile in pixels. */
  readonly height: number;
  /**
   * The smallest number of pixels that neighbouring tiles share, across and down. Less than both sizes. Default 0.
   */
  readonly overlap?: number;
  /** The value of pixels right of the map and below it. Needed only if the map is smaller than a tile. */
  readonly value?: number;
}

/**
 * The tiles of a map, row by row from the top left. Each tile is `height` × `width`, row-major, in a new array of the
 * map's type. Every pixel is in at least one tile. The tiles are made one at a time, as you iterate.
 *
 * @throws {DecodeError} OPTION_INVALID: not a map, an invalid option, or a map smaller than a tile without a `value`;
 *   OUT_OF_MEMORY while you iterate.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: `value` does not fit the array.
 */
export function tile<A extends LabelArray>(map: DenseMap<A>, options: TileOptions): Generator<Tile<A>, void> {
  checkDenseMap(map);
  checkTargetSize(options);
  const { width, height, overlap = 0, value } = options;
  if (!isCount(overlap) || overlap >= Math.min(width, height)) {
    throw invalid("overlap must be an integer of at least 0, and less than the tiles' width and height.");
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
 * Puts tiles together into a map of `height` × `width`, row-major, in an array of the first tile's type. If tiles
 * overlap, the later one wins. Pixels outside the map are cut off.
 *
 * @param tiles the tiles from `tile`, or a model's output for them, with the same `x` and `y`.
 * @param size the size of the whole map in pixels.
 * @throws {DecodeError} OPTION_INVALID: invalid tiles or size, arrays of different types, or a pixel that is in no
 *   tile; OUT_OF_MEMORY.
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
        `The tile at ${x},${y} has another type of array than the first tile; give tiles of the same type.`,
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

/** Where tiles start along an axis: every `size - overlap` pixels. The last tile starts where it ends at the border. */
function* starts(length: number, size: number, overlap: number): Generator<number, void> {
  let start = 0;
  for (; start + size < length; start += size - overlap) yield start;
  yield Math.max(0, length - size);
}
