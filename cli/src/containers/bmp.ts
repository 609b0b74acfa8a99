/**
 * BMP to pixels: palette indices stay indices, with their palette. libvips, which is behind sharp, reads no BMP. Of the
 * packages, fast-bmp ignores palettes and the order of the rows, and bmp-ts turns indices into colours.
 */

import { ColorType } from "labelmap/png";
import { BI_RGB, type BmpHeader, readBmpHeader } from "./bmp-header.js";
import { readRunLengths } from "./bmp-run-lengths.js";
import { invalidFile, unsupportedFile } from "./faults.js";
import type { Picture, PictureLimits } from "./picture.js";

/** @throws {FormatError} FORMAT_INVALID, FORMAT_UNSUPPORTED */
export function readBmp(bytes: Uint8Array, name: string, limits: PictureLimits): Picture {
  const header = readBmpHeader(bytes, name, limits);
  return header.bits <= 8 ? readIndices(bytes, name, header) : readColours(bytes, name, header);
}

/** The bytes of the rows, which have a length of a multiple of four bytes. */
function storedRows(bytes: Uint8Array, name: string, { width, height, bits, pixels }: BmpHeader): Uint8Array {
  const stride = Math.ceil((width * bits) / 32) * 4;
  const stored = bytes.subarray(pixels, pixels + stride * height);
  if (stored.length === stride * height) return stored;
  throw invalidFile(
    name,
    `the BMP has ${stored.length} bytes of pixels instead of ${stride * height}; it was cut short.`,
  );
}

/** The stored row of a row of the picture. */
const storedRow = ({ height, isTopDown }: BmpHeader, y: number) => (isTopDown ? y : height - 1 - y);

function readIndices(bytes: Uint8Array, name: string, header: BmpHeader): Picture {
  const { width, height, bits, compression, palette } = header;
  const isGrey = isGreyRamp(palette, bits);
  const result = {
    header: { width, height, bitDepth: bits, colorType: isGrey ? ColorType.grey : ColorType.palette },
    ...(!isGrey && { palette }),
    issues: [],
  };
  if (compression !== BI_RGB) {
    const rows = readRunLengths(bytes, name, header);
    // The codes give a byte per index. A grey of 4 bits must not become one of 8.
    return { ...result, rows: bits === 8 ? rows : packNibbles(rows, width, height) };
  }
  const stored = storedRows(bytes, name, header);
  const stride = stored.length / height;
  const rowBytes = Math.ceil((width * bits) / 8);
  const rows = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const start = storedRow(header, y) * stride;
    rows.set(stored.subarray(start, start + rowBytes), y * rowBytes);
  }
  return { ...result, rows };
}

/** Whether the palette has all shades of grey in their order, so that an index is a sample. BMP has no grey of its own. */
function isGreyRamp(palette: Uint8Array, bits: number): boolean {
  const most = 2 ** bits - 1;
  return (
    palette.length === 3 * (most + 1) &&
    palette.every((value, place) => value === Math.floor(place / 3) * (255 / most))
  );
}

function packNibbles(indices: Uint8Array, width: number, height: number): Uint8Array {
  const rowBytes = Math.ceil(width / 2);
  const rows = new Uint8Array(rowBytes * height);
  indices.forEach((index, place) => {
    const x = place % width;
    rows[((place - x) / width) * rowBytes + (x >> 1)]! |= x % 2 === 0 ? index << 4 : index;
  });
  return rows;
}

function readColours(bytes: Uint8Array, name: string, header: BmpHeader): Picture {
  const { width, height, bits, masks } = header;
  const channels = masks.map((mask, index) => channelOf(mask, name, index));
  const hasAlpha = masks[3] !== 0;
  const samples = hasAlpha ? 4 : 3;
  const stored = storedRows(bytes, name, header);
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const stride = stored.length / height;
  const pixelBytes = bits / 8;
  const rows = new Uint8Array(width * height * samples);
  let target = 0;
  for (let y = 0; y < height; y++) {
    let source = storedRow(header, y) * stride;
    for (let x = 0; x < width; x++, source += pixelBytes) {
      const pixel =
        bits === 16
          ? view.getUint16(source, true)
          : view.getUint16(source, true) +
            stored[source + 2]! * 0x10000 +
            (bits === 32 ? stored[source + 3]! * 0x1000000 : 0);
      for (let channel = 0; channel < samples; channel++) {
        const { shift, most } = channels[channel]!;
        rows[target++] = Math.round((((pixel >>> shift) & most) * 255) / most);
      }
    }
  }
  const colorType = hasAlpha ? ColorType.rgba : ColorType.rgb;
  return { header: { width, height, bitDepth: 8, colorType }, rows, issues: [] };
}

/** Where a channel begins, and its largest value, which becomes 255. */
function channelOf(
  mask: number,
  name: string,
  index: number,
): { readonly shift: number; readonly most: number } {
  // Only alpha may be missing.
  if (mask === 0 && index === 3) return { shift: 0, most: 1 };
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  const isOnePiece = mask !== 0 && (most & (most + 1)) === 0;
  if (isOnePiece && most <= 255) return { shift, most };
  const problem = `the mask of channel ${index} is 0x${mask.toString(16)}`;
  if (mask !== 0 && isOnePiece) throw unsupportedFile(name, `${problem}; up to 8 bits are read.`);
  throw invalidFile(name, `${problem}; its bits must lie side by side.`);
}
