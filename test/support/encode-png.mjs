/**
 * A PNG encoder that lets a test choose everything: colour type, bit depth, interlace, the filter type of each
 * scanline, every knob of zlib, and where the IDATs are cut.
 */
import { crc32, deflateSync } from "node:zlib";

const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/**
 * @param {{
 *   width: number, height: number, colourType: 0 | 2 | 3 | 4 | 6, bitDepth: number,
 *   samples: ArrayLike<number>, palette?: Uint8Array, transparency?: Uint8Array, interlace?: boolean,
 *   filter?: 0 | 1 | 2 | 3 | 4 | "random" | "adaptive" | ((y: number) => number),
 *   zlib?: import("node:zlib").ZlibOptions, idatSize?: number, rng?: () => number,
 * }} image `samples`: H×W×samples of `bitDepth` bits, row-major; `transparency`: tRNS; `idatSize`: bytes per IDAT; `rng`: 0 to 1
 * @returns {Uint8Array}
 */
export function encodePng(image) {
  const {
    width,
    height,
    colourType,
    bitDepth,
    interlace = false,
    palette,
    transparency,
    zlib = {},
    idatSize = 2 ** 31,
  } = image;
  const passes = interlace ? ADAM7 : [[0, 0, 1, 1]];
  const stream = deflateSync(Buffer.concat(passes.map((pass) => filteredPass(image, pass))), zlib);

  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType, 0, 0, interlace ? 1 : 0], 8);
  const chunks = [Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), chunk("IHDR", header)];
  if (colourType === 3) chunks.push(chunk("PLTE", palette));
  if (transparency !== undefined) chunks.push(chunk("tRNS", transparency));
  for (let start = 0; start < stream.length; start += idatSize) {
    chunks.push(chunk("IDAT", stream.subarray(start, start + idatSize)));
  }
  chunks.push(chunk("IEND", Buffer.alloc(0)));
  return new Uint8Array(Buffer.concat(chunks));
}

/** A chunk with its length and CRC. */
export function chunk(type, content) {
  // Every byte of it is written below, so it need not be zeroed. Some files have a chunk for each byte.
  const bytes = Buffer.allocUnsafe(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  for (let index = 0; index < 4; index++) bytes[4 + index] = type.charCodeAt(index);
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length);
  return bytes;
}

/** The scanlines of one pass, each with its filter type first. */
function filteredPass({ width, height, colourType, bitDepth, samples, filter = 0, rng }, pass) {
  const [left, top, stepX, stepY] = pass;
  const perPixel = SAMPLES[colourType];
  const passWidth = Math.max(0, Math.ceil((width - left) / stepX));
  const passHeight = passWidth === 0 ? 0 : Math.max(0, Math.ceil((height - top) / stepY));
  const rowBytes = Math.ceil((passWidth * perPixel * bitDepth) / 8);
  const rows = new Uint8Array(rowBytes * passHeight);
  for (let passY = 0; passY < passHeight; passY++) {
    const row = rows.subarray(passY * rowBytes, (passY + 1) * rowBytes);
    for (let x = 0; x < passWidth; x++) {
      for (let channel = 0; channel < perPixel; channel++) {
        const sample = samples[((top + passY * stepY) * width + left + x * stepX) * perPixel + channel];
        const bit = (x * perPixel + channel) * bitDepth;
        if (bitDepth === 16) {
          row[bit >> 3] = sample >> 8;
          row[(bit >> 3) + 1] = sample;
        } else {
          row[bit >> 3] |= sample << (8 - bitDepth - (bit & 7));
        }
      }
    }
  }
  const pixelBytes = Math.ceil((perPixel * bitDepth) / 8);
  const filterOf = (passY) => chooseFilter(filter, top + passY * stepY, rng);
  return filterRows(rows, rowBytes, pixelBytes, filterOf);
}

/**
 * Filters scanlines of `rowBytes` bytes, one after the other, and puts the filter type before each.
 * @param {(y: number) => 0 | 1 | 2 | 3 | 4 | "adaptive"} filterOf `adaptive` takes the filter with the least sum of
 *   absolute values, as libpng does
 */
export function filterRows(rows, rowBytes, pixelBytes, filterOf) {
  const height = rowBytes === 0 ? 0 : rows.length / rowBytes;
  const lines = new Uint8Array(height * (1 + rowBytes));
  const candidate = new Uint8Array(1 + rowBytes);
  let above = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * rowBytes, (y + 1) * rowBytes);
    const line = lines.subarray(y * (1 + rowBytes), (y + 1) * (1 + rowBytes));
    const filter = filterOf(y);
    if (filter === "adaptive") {
      let least = Infinity;
      // The search stops at a cost of 0, which no filter can beat.
      for (let type = 0; type <= 4 && least > 0; type++) {
        filterRow(candidate, row, above, pixelBytes, type);
        const cost = costOf(candidate);
        if (cost >= least) continue;
        least = cost;
        line.set(candidate);
      }
    } else {
      filterRow(line, row, above, pixelBytes, filter);
    }
    above = row;
  }
  return lines;
}

/** @returns {0 | 1 | 2 | 3 | 4 | "adaptive"} the filter type that `encodePng`'s option `filter` gives scanline `y` */
export function chooseFilter(filter, y, rng) {
  if (filter === "random") return Math.floor(rng() * 5);
  return typeof filter === "function" ? filter(y) : filter;
}

/** The sum of the absolute values of the filtered bytes, read as signed numbers. Skips the filter type. */
function costOf(line) {
  let sum = 0;
  for (let index = 1; index < line.length; index++) {
    const byte = line[index];
    sum += byte < 128 ? byte : 256 - byte;
  }
  return sum;
}

/** Filters one scanline (PNG specification, 9.2). Each type has its own loop, since 4K masks go through here. */
function filterRow(line, row, above, pixelBytes, filterType) {
  const length = row.length;
  // Left of the first pixel all bytes count as 0. The predictors are then: none, none, up, half of up, and up.
  const first = Math.min(pixelBytes, length);
  line[0] = filterType;
  for (let index = 0; index < first; index++) {
    const up = above[index];
    line[1 + index] = row[index] - (filterType < 2 ? 0 : filterType === 3 ? up >> 1 : up);
  }
  if (filterType === 0) {
    line.set(row, 1);
  } else if (filterType === 1) {
    for (let index = first; index < length; index++) line[1 + index] = row[index] - row[index - pixelBytes];
  } else if (filterType === 2) {
    for (let index = first; index < length; index++) line[1 + index] = row[index] - above[index];
  } else if (filterType === 3) {
    for (let index = first; index < length; index++) {
      line[1 + index] = row[index] - ((row[index - pixelBytes] + above[index]) >> 1);
    }
  } else {
    for (let index = first; index < length; index++) {
      line[1 + index] = row[index] - paeth(row[index - pixelBytes], above[index], above[index - pixelBytes]);
    }
  }
}

/** The neighbour nearest to left + up - upLeft. If several are equally near, the first in this order (9.4). */
export function paeth(left, up, upLeft) {
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
