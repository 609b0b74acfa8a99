/**
 * The run-length codes of BMP for indices of 8 and 4 bits ("Bitmap Compression", learn.microsoft.com/windows/win32/gdi):
 *
 *   n v      n pixels of the index v, or of its two halves by turns
 *   0 0      the row ends
 *   0 1      the picture ends
 *   0 2 x y  skips pixels; they have no index, so a mask cannot have it
 *   0 n …    n indices one by one, up to an even offset
 */

import { BI_RLE4, type BmpHeader } from "./bmp-header.js";
import { invalidFile, unsupportedFile } from "./faults.js";

/** Two bytes code at most so many pixels. */
const MOST_PIXELS_OF_CODE = 255;

/**
 * @returns an index per pixel, from top to bottom
 * @throws {FormatError} FORMAT_INVALID: codes are missing, or lead out of a row. FORMAT_UNSUPPORTED: pixels are skipped.
 */
export function readRunLengths(bytes: Uint8Array, name: string, header: BmpHeader): Uint8Array {
  const { width, height, compression, pixels, isTopDown } = header;
  const isNibbles = compression === BI_RLE4;
  const cutShort = () =>
    invalidFile(name, "the run-length codes end before the last row; the BMP was cut short.");
  const most = Math.max(0, Math.floor((bytes.length - pixels) / 2)) * MOST_PIXELS_OF_CODE;
  // So that a few bytes cannot ask for a large array.
  if (width * height > most) {
    throw invalidFile(
      name,
      `its run-length codes fill at most ${most} of ${width} × ${height} pixels; the BMP was cut short.`,
    );
  }
  const indices = new Uint8Array(width * height);
  let [x, y, position] = [0, 0, pixels];
  const put = (index: number) => {
    if (x === width || y === height) throw invalidFile(name, `the run-length codes lead out of row ${y}.`);
    indices[(isTopDown ? y : height - 1 - y) * width + x++] = index;
  };
  const half = (value: number, place: number) => (place % 2 === 0 ? value >> 4 : value & 15);
  const next = () => {
    const value = bytes[position++];
    if (value === undefined) throw cutShort();
    return value;
  };
  /** A row that ends early has pixels without an index. */
  const endRow = () => {
    if (x !== width)
      throw invalidFile(name, `row ${y} of the run-length codes has ${x} pixels instead of ${width}.`);
    [x, y] = [0, y + 1];
  };
  for (;;) {
    const [count, value] = [next(), next()];
    if (count > 0) {
      for (let place = 0; place < count; place++) put(isNibbles ? half(value, place) : value);
    } else if (value === 0) {
      endRow();
    } else if (value === 1) {
      // The last row may have its own end, or end with the picture.
      if (x > 0) endRow();
      if (y !== height) throw cutShort();
      return indices;
    } else if (value === 2) {
      throw unsupportedFile(name, "its run-length codes skip pixels; save the BMP without compression.");
    } else {
      const used = isNibbles ? Math.ceil(value / 2) : value;
      if (position + used > bytes.length) throw cutShort();
      for (let place = 0; place < value; place++) {
        put(isNibbles ? half(bytes[position + (place >> 1)]!, place) : bytes[position + place]!);
      }
      position += used + (used % 2);
    }
  }
}
