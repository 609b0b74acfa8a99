/**
 * Encodes a PNG again: the same pixels with other filters, other zlib options, other IDATs. So one expected label map
 * serves any number of files.
 *
 * It works on the bytes of scanlines and knows nothing of pixels: colour type, bit depth and PLTE stay as they are. It
 * has its own unfilter loop, which is neither the library's nor the reference's.
 */
import { deflateSync, inflateSync } from "node:zlib";
import { chooseFilter, chunk, filterRows, paeth } from "./encode-png.mjs";

const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * @typedef {{ head: Uint8Array, rows: Uint8Array, rowBytes: number, pixelBytes: number }} Scanlines
 *   `head`: the file up to its first IDAT; `rows`: the unfiltered scanlines, one after the other
 * @typedef {{
 *   filter?: 0 | 1 | 2 | 3 | 4 | "random" | "adaptive" | ((y: number) => number),
 *   zlib?: import("node:zlib").ZlibOptions, idatSize?: number | (() => number), emptyIdats?: boolean, rng?: () =>
 *   number,
 * }} Recoding `idatSize`: bytes of each IDAT, default all in one; `emptyIdats`: adds an empty IDAT before, between and
 *   after all others; `rng`: random numbers from 0 to 1, for the filter "random"
 */

/**
 * @param {Uint8Array} png not interlaced
 * @param {Recoding} [recoding]
 */
export function recodePng(png, recoding) {
  return writeScanlines(readScanlines(png), recoding);
}

/** @returns {Scanlines} */
export function readScanlines(png) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const [bitDepth, colourType, , , interlace] = png.subarray(24);
  if (interlace !== 0) throw new Error("an interlaced PNG cannot be encoded again");
  const idats = [];
  let head;
  for (let offset = 8; offset < png.length; ) {
    const length = view.getUint32(offset);
    if (view.getUint32(offset + 4) === 0x49444154) {
      head ??= png.subarray(0, offset);
      idats.push(png.subarray(offset + 8, offset + 8 + length));
    }
    offset += 12 + length;
  }
  const bitsPerPixel = SAMPLES[colourType] * bitDepth;
  const rowBytes = Math.ceil((width * bitsPerPixel) / 8);
  const pixelBytes = Math.ceil(bitsPerPixel / 8);
  const lines = inflateSync(Buffer.concat(idats));
  const rows = new Uint8Array(height * rowBytes);
  let above = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * rowBytes, (y + 1) * rowBytes);
    const start = y * (1 + rowBytes);
    row.set(lines.subarray(start + 1, start + 1 + rowBytes));
    unfilterRow(row, above, pixelBytes, lines[start]);
    above = row;
  }
  return { head, rows, rowBytes, pixelBytes };
}

/**
 * @param {Scanlines} scanlines
 * @param {Recoding} [recoding]
 */
export function writeScanlines({ head, rows, rowBytes, pixelBytes }, recoding = {}) {
  const { filter = 0, rng } = recoding;
  const lines = filterRows(rows, rowBytes, pixelBytes, (y) => chooseFilter(filter, y, rng));
  return writeStream(head, deflateSync(lines, recoding.zlib), recoding);
}

/**
 * Puts a file together from its head and its zlib stream.
 * @param {Uint8Array} head
 * @param {Uint8Array} stream
 * @param {Pick<Recoding, "idatSize" | "emptyIdats">} [recoding]
 */
export function writeStream(head, stream, { idatSize = stream.length, emptyIdats = false } = {}) {
  const chunks = [head];
  const empty = chunk("IDAT", Buffer.alloc(0));
  for (let start = 0; start < stream.length; ) {
    const size = typeof idatSize === "function" ? idatSize() : idatSize;
    if (emptyIdats) chunks.push(empty);
    chunks.push(chunk("IDAT", stream.subarray(start, start + size)));
    start += size;
  }
  if (emptyIdats) chunks.push(empty);
  chunks.push(chunk("IEND", Buffer.alloc(0)));
  return new Uint8Array(Buffer.concat(chunks));
}

/** Undoes the filter of `row` in place (PNG specification, 9.2). */
function unfilterRow(row, above, pixelBytes, filterType) {
  const { length } = row;
  const left = (index) => (index < pixelBytes ? 0 : row[index - pixelBytes]);
  const upLeft = (index) => (index < pixelBytes ? 0 : above[index - pixelBytes]);
  if (filterType === 1) {
    for (let index = 0; index < length; index++) row[index] += left(index);
  } else if (filterType === 2) {
    for (let index = 0; index < length; index++) row[index] += above[index];
  } else if (filterType === 3) {
    for (let index = 0; index < length; index++) row[index] += (left(index) + above[index]) >> 1;
  } else if (filterType === 4) {
    for (let index = 0; index < length; index++)
      row[index] += paeth(left(index), above[index], upLeft(index));
  }
}
