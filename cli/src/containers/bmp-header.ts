/**
 * The headers of a BMP: BITMAPFILEHEADER, one of the info headers by its size, masks, and the palette. Source: "Bitmap
 * Storage" and "BITMAPV5HEADER" (learn.microsoft.com/windows/win32/gdi, wingdi.h). All numbers are little-endian.
 */

import { checkPixels, invalidFile, unsupportedFile } from "./faults.js";
import type { PictureLimits } from "./picture.js";

export const BI_RGB = 0;
export const BI_RLE8 = 1;
export const BI_RLE4 = 2;
const BI_BITFIELDS = 3;
const BI_ALPHABITFIELDS = 6;
const FILE_HEADER_BYTES = 14;
/** BITMAPCOREHEADER of OS/2. It has sizes of 16 bits, and a palette of three bytes per entry. */
const CORE_HEADER_BYTES = 12;

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** Whether the first row is the upper one. Usually it is the lower one. */
  readonly isTopDown: boolean;
  readonly bits: 1 | 2 | 4 | 8 | 16 | 24 | 32;
  readonly compression: number;
  /** The offset of the pixels in the file. */
  readonly pixels: number;
  /** Where the red, green, blue and alpha of a pixel of 16 or 32 bits are. */
  readonly masks: readonly [red: number, green: number, blue: number, alpha: number];
  /** RGB, three bytes per entry; empty if pixels are no indices. */
  readonly palette: Uint8Array;
}

/** Which compressions there are for so many bits. */
const COMPRESSIONS: Readonly<Record<number, readonly number[]>> = {
  1: [BI_RGB],
  2: [BI_RGB],
  4: [BI_RGB, BI_RLE4],
  8: [BI_RGB, BI_RLE8],
  16: [BI_RGB, BI_BITFIELDS, BI_ALPHABITFIELDS],
  24: [BI_RGB],
  32: [BI_RGB, BI_BITFIELDS, BI_ALPHABITFIELDS],
};

/** @throws {FormatError} FORMAT_INVALID, FORMAT_UNSUPPORTED */
export function readBmpHeader(bytes: Uint8Array, name: string, { maxPixels }: PictureLimits): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length < FILE_HEADER_BYTES + 4 ? 0 : view.getUint32(FILE_HEADER_BYTES, true);
  const end = FILE_HEADER_BYTES + size;
  if (size < CORE_HEADER_BYTES || end > bytes.length) throw invalidFile(name, "the BMP ends in its header.");
  const isCore = size === CORE_HEADER_BYTES;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const rows = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const height = Math.abs(rows);
  checkPixels(name, width, height, maxPixels);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? BI_RGB : view.getUint32(30, true);
  if (COMPRESSIONS[bits]?.includes(compression) !== true) {
    const problem = `the BMP has ${bits} bits per pixel and the compression ${compression}`;
    throw unsupportedFile(name, `${problem}; save the mask as a PNG.`);
  }
  const hasFields = compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS;
  // Later headers have the masks in them. After the oldest one they follow, four with the alpha's.
  const fieldCount = hasFields && size === 40 ? (compression === BI_BITFIELDS ? 3 : 4) : 0;
  const paletteStart = end + fieldCount * 4;
  if (paletteStart > bytes.length) throw invalidFile(name, "the BMP ends in its header.");
  return {
    ...{ width, height, isTopDown: rows < 0, compression },
    bits: bits as BmpHeader["bits"],
    pixels: view.getUint32(10, true),
    masks: hasFields
      ? ([0, 1, 2, 3].map((index) =>
          readMask(view, index, size, fieldCount),
        ) as unknown as BmpHeader["masks"])
      : bits === 16
        ? [0x7c00, 0x3e0, 0x1f, 0]
        : [0xff0000, 0xff00, 0xff, 0],
    palette:
      bits > 8
        ? new Uint8Array(0)
        : readPalette(bytes, name, paletteStart, bits, isCore ? 0 : view.getUint32(46, true), isCore ? 3 : 4),
  };
}

/** A mask is at byte 54 and after, inside the header or behind it. An old header has none for alpha. */
function readMask(view: DataView, index: number, size: number, fieldCount: number): number {
  const isThere = size >= 40 + (index + 1) * 4 || index < fieldCount;
  return isThere ? view.getUint32(54 + index * 4, true) : 0;
}

/** @param count the number of entries; 0 means all that the bits allow */
function readPalette(
  bytes: Uint8Array,
  name: string,
  start: number,
  bits: number,
  count: number,
  entryBytes: 3 | 4,
): Uint8Array {
  const most = 2 ** bits;
  if (count > most)
    throw invalidFile(name, `the palette has ${count} colours, more than the ${most} of ${bits} bits.`);
  const length = count === 0 ? most : count;
  if (start + length * entryBytes > bytes.length) throw invalidFile(name, "the BMP ends in its palette.");
  const palette = new Uint8Array(length * 3);
  for (let entry = 0; entry < length; entry++) {
    // Blue, green, red, and a byte that means nothing.
    for (let channel = 0; channel < 3; channel++) {
      palette[entry * 3 + channel] = bytes[start + entry * entryBytes + 2 - channel]!;
    }
  }
  return palette;
}
