/// <reference types="node" />
/**
 * Encodes a label map as an RGBA PNG (PNG specification, third edition). If a pixel has the same label as its predictor,
 * its filtered bytes are zero, as the buffer already is. So only the edges of a mask cost work. This encoder shares no code
 * with the decoder, because tests compare the decoder's outputs with the labels encoded here.
 */
import { crc32, deflateSync } from "node:zlib";

/** The filters None, Sub, Up and Paeth. */
export type FilterType = 0 | 1 | 2 | 4;

export interface PixelsOfLabels {
  readonly width: number;
  readonly height: number;
  /** Row-major, -1 to colours.length - 1. */
  readonly labels: Int32Array;
  /** The colour of each label, 0xRRGGBB. All are different. */
  readonly colors: readonly number[];
  /** The colour of label -1, 0xRRGGBB. */
  readonly unlabelledColor: number;
}

/** Filters and compresses the pixels. The result is the content of IDAT. */
export function compressLabels(pixels: PixelsOfLabels, filterType: FilterType): Uint8Array {
  // Masks have long runs: higher levels of zlib take several times as long and save only a few bytes.
  return deflateSync(filterLabels(pixels, filterType), { level: 1 });
}

/** Wraps compressed pixels in a PNG file: 8-bit RGBA, not interlaced, one IDAT. */
export function wrapInPng(width: number, height: number, compressed: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", compressed),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length);
  return bytes;
}

/** Clause 9.2: each scanline starts with its filter type; bytes outside the image count as 0. */
function filterLabels({ width, height, labels, colors, unlabelledColor }: PixelsOfLabels, type: FilterType) {
  const lineBytes = 1 + 4 * width;
  const lines = Buffer.alloc(height * lineBytes);
  // Opaque colours, 0xRRGGBBAA, starting with label -1. A pixel outside the image is 0, which no opaque pixel can be.
  const words = Uint32Array.from([unlabelledColor, ...colors], (color) => color * 256 + 255);
  for (let y = 0; y < height; y++) {
    const line = y * lineBytes;
    lines[line] = type;
    let left = 0;
    let upLeft = 0;
    for (let x = 0; x < width; x++) {
      const place = y * width + x;
      const word = words[labels[place]! + 1]!;
      const up = y === 0 ? 0 : words[labels[place - width]! + 1]!;
      const at = line + 1 + 4 * x;
      if (type === 0) lines.writeUInt32BE(word, at);
      else if (type === 1) word !== left && subtract(lines, at, word, left);
      else if (type === 2) word !== up && subtract(lines, at, word, up);
      else if (!(word === up && left === upLeft) && !(word === left && up === upLeft)) {
        subtract(lines, at, word, paethOfWords(left, up, upLeft));
      }
      left = word;
      upLeft = up;
    }
  }
  return lines;
}

/** Writes word - predictor for each byte, modulo 256. */
function subtract(lines: Uint8Array, at: number, word: number, predictor: number): void {
  lines[at] = (word >>> 24) - (predictor >>> 24);
  lines[at + 1] = ((word >>> 16) & 255) - ((predictor >>> 16) & 255);
  lines[at + 2] = ((word >>> 8) & 255) - ((predictor >>> 8) & 255);
  lines[at + 3] = (word & 255) - (predictor & 255);
}

function paethOfWords(left: number, up: number, upLeft: number): number {
  let word = 0;
  for (let shift = 24; shift >= 0; shift -= 8) {
    word = word * 256 + paeth((left >>> shift) & 255, (up >>> shift) & 255, (upLeft >>> shift) & 255);
  }
  return word;
}

/** The neighbour nearest to left + up - upLeft. In a tie, the order is left, up, upLeft (clause 9.4). */
function paeth(left: number, up: number, upLeft: number): number {
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
