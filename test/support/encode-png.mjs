/**
 * A PNG encoder that lets a test choose everything: colour type, bit depth, interlace, the filter type of each
 * scanline, every knob of zlib, and where the IDATs are cut.
 */
import { crc32, deflateSync } from "node:zlib";
import { paeth } from "./reference.mjs";

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
 *   samples: ArrayLike<number>, palette?: Uint8Array, interlace?: boolean,
 *   filter?: 0 | 1 | 2 | 3 | 4 | "random" | "adaptive" | ((y: number) => number),
 *   zlib?: import("node:zlib").ZlibOptions, idatSize?: number, rng?: () => number,
 * }} image `samples`: H×W×samples of `bitDepth` bits, row-major; `idatSize`: bytes per IDAT; `rng`: 0 to 1
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
    zlib = {},
    idatSize = 2 ** 31,
  } = image;
  const passes = interlace ? ADAM7 : [[0, 0, 1, 1]];
  const stream = deflateSync(Buffer.concat(passes.flatMap((pass) => filteredScanlines(image, pass))), zlib);

  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType, 0, 0, interlace ? 1 : 0], 8);
  const chunks = [Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), chunk("IHDR", header)];
  if (colourType === 3) chunks.push(chunk("PLTE", palette));
  for (let start = 0; start < stream.length; start += idatSize) {
    chunks.push(chunk("IDAT", stream.subarray(start, start + idatSize)));
  }
  chunks.push(chunk("IEND", Buffer.alloc(0)));
  return new Uint8Array(Buffer.concat(chunks));
}

/** A chunk with its length and CRC. */
export function chunk(type, content) {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length);
  return bytes;
}

/** Each scanline of one pass, filter type first. */
function filteredScanlines({ width, height, colourType, bitDepth, samples, filter = 0, rng }, pass) {
  const [left, top, stepX, stepY] = pass;
  const perPixel = SAMPLES[colourType];
  const passWidth = Math.max(0, Math.ceil((width - left) / stepX));
  const rowBytes = Math.ceil((passWidth * perPixel * bitDepth) / 8);
  const pixelBytes = Math.ceil((perPixel * bitDepth) / 8);
  const lines = [];
  let above = new Uint8Array(rowBytes);
  for (let y = top; y < height && passWidth > 0; y += stepY) {
    const row = new Uint8Array(rowBytes);
    for (let x = 0; x < passWidth; x++) {
      for (let channel = 0; channel < perPixel; channel++) {
        const sample = samples[(y * width + left + x * stepX) * perPixel + channel];
        const bit = (x * perPixel + channel) * bitDepth;
        if (bitDepth === 16) row.set([sample >> 8, sample & 255], bit >> 3);
        else row[bit >> 3] |= sample << (8 - bitDepth - (bit & 7));
      }
    }
    lines.push(filterRow(row, above, pixelBytes, chooseFilter(filter, y, rng), filter === "adaptive"));
    above = row;
  }
  return lines;
}

const chooseFilter = (filter, y, rng) => {
  if (filter === "random") return Math.floor(rng() * 5);
  return typeof filter === "function" ? filter(y) : filter;
};

/** The scanline with its filter type; `adaptive` takes the one with the least sum of absolute values, as libpng does. */
function filterRow(row, above, pixelBytes, filterType, adaptive) {
  if (!adaptive) return applyFilter(row, above, pixelBytes, filterType);
  const candidates = [0, 1, 2, 3, 4].map((type) => applyFilter(row, above, pixelBytes, type));
  const cost = (line) =>
    line.reduce((sum, byte, index) => (index === 0 ? 0 : sum + Math.min(byte, 256 - byte)), 0);
  const costs = candidates.map(cost);
  return candidates[costs.indexOf(Math.min(...costs))];
}

function applyFilter(row, above, pixelBytes, filterType) {
  const line = new Uint8Array(1 + row.length);
  line[0] = filterType;
  for (let index = 0; index < row.length; index++) {
    const left = index < pixelBytes ? 0 : row[index - pixelBytes];
    const up = above[index];
    const upLeft = index < pixelBytes ? 0 : above[index - pixelBytes];
    const predictor = [0, left, up, (left + up) >> 1, filterType === 4 ? paeth(left, up, upLeft) : 0][
      filterType
    ];
    line[1 + index] = row[index] - predictor;
  }
  return line;
}
