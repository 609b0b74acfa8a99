/**
 * The slow, obvious decoder that the tests trust. node:zlib inflates, each byte is unfiltered with the formula of the
 * PNG specification (9.2), and each pixel is looked up in a Map. It shares no code with the library, and is itself
 * tested against sharp.
 */
import { inflateSync } from "node:zlib";

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
 * @param {Uint8Array} png
 * @param {Record<string, string>} legend hex colours with `#`; a label is the index of a key; other keys match nothing
 * @param {{ transparent?: "unlabelled" | "ignore-alpha" }} options `unlabelled`: fully transparent pixels have no label
 * @returns {{ width: number, height: number, data: Int32Array, boxes: (number[] | undefined)[],
 *   unknown: { color: string, count: number }[], clearCounts: Map<number, number> }} labels row-major; boxes
 *   `[x, y, width, height]` by label; all unknown colours in the order of their first pixels; the fully transparent pixels
 *   of each label that has any
 */
export function decodeReference(png, legend, { transparent = "ignore-alpha" } = {}) {
  const { width, height, pixels, clear } = decodePixels(png);
  const labels = new Map();
  Object.keys(legend).forEach((key, label) => {
    const color = /^#[0-9a-f]{6}$/i.test(key) ? Number.parseInt(key.slice(1), 16) : undefined;
    if (!labels.has(color)) labels.set(color, label);
  });
  const data = new Int32Array(width * height);
  const corners = [];
  const unknown = new Map();
  const clearCounts = new Map();
  pixels.forEach((color, index) => {
    const label = clear[index] === 1 && transparent === "unlabelled" ? -1 : (labels.get(color) ?? -1);
    data[index] = label;
    if (clear[index] === 1 && label >= 0) clearCounts.set(label, (clearCounts.get(label) ?? 0) + 1);
    if (label < 0) {
      unknown.set(color, (unknown.get(color) ?? 0) + 1);
      return;
    }
    const [x, y] = [index % width, Math.floor(index / width)];
    corners[label] ??= { left: x, top: y, right: x, bottom: y };
    const corner = corners[label];
    corner.left = Math.min(corner.left, x);
    corner.top = Math.min(corner.top, y);
    corner.right = Math.max(corner.right, x);
    corner.bottom = Math.max(corner.bottom, y);
  });
  const boxes = corners.map(({ left, top, right, bottom }) => [
    left,
    top,
    right - left + 1,
    bottom - top + 1,
  ]);
  const hex = (color) => `#${color.toString(16).padStart(6, "0")}`;
  return {
    width,
    height,
    data,
    boxes,
    clearCounts,
    unknown: [...unknown].map(([color, count]) => ({ color: hex(color), count })),
  };
}

/**
 * Each pixel as 0xRRGGBB, H×W, row-major, and whether it is fully transparent. Throws `16-bit colours` if the colours'
 * samples have 16 bits and are not all `256 v`, nor all `257 v`.
 */
export function decodePixels(png) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const idats = [];
  let header;
  let palette;
  let transparency;
  for (let offset = 8; offset < png.length; ) {
    const length = view.getUint32(offset);
    const type = String.fromCharCode(...png.subarray(offset + 4, offset + 8));
    const start = offset + 8;
    const content = png.subarray(start, start + length);
    if (type === "IHDR") {
      header = { width: view.getUint32(start), height: view.getUint32(start + 4) };
      [header.bitDepth, header.colourType, , , header.interlace] = content.subarray(8);
    }
    if (type === "PLTE") palette = content;
    if (type === "tRNS") transparency = content;
    if (type === "IDAT") idats.push(content);
    if (type === "IEND") break;
    offset = start + length + 4;
  }
  const { width, height, bitDepth, colourType, interlace } = header;
  const bytes = inflateSync(Buffer.concat(idats));
  const pixels = new Uint32Array(width * height);
  const clear = new Uint8Array(width * height);
  const wide = new Set();
  let position = 0;
  for (const [left, top, stepX, stepY] of interlace ? ADAM7 : [[0, 0, 1, 1]]) {
    const passWidth = Math.ceil((width - left) / stepX);
    const passHeight = Math.ceil((height - top) / stepY);
    if (passWidth <= 0 || passHeight <= 0) continue;
    const rowBytes = Math.ceil((passWidth * SAMPLES[colourType] * bitDepth) / 8);
    const pixelBytes = Math.ceil((SAMPLES[colourType] * bitDepth) / 8);
    let above = new Uint8Array(rowBytes);
    for (let y = 0; y < passHeight; y++) {
      const row = unfilter(
        bytes[position],
        bytes.subarray(position + 1, position + 1 + rowBytes),
        above,
        pixelBytes,
      );
      position += 1 + rowBytes;
      for (let x = 0; x < passWidth; x++) {
        const index = (top + y * stepY) * width + left + x * stepX;
        pixels[index] = pixelAt(row, x, colourType, bitDepth, palette);
        const samples = samplesAt(row, x, colourType, bitDepth);
        clear[index] = isClear(samples, colourType, bitDepth, transparency) ? 1 : 0;
        if (bitDepth === 16) for (const sample of samples.slice(0, colourType < 4 ? 3 : -1)) wide.add(sample);
      }
      above = row;
    }
  }
  for (const factor of [256, 257]) {
    if ([...wide].every((sample) => sample === factor * (sample >> 8)))
      return { width, height, pixels, clear };
  }
  throw new Error("16-bit colours");
}

/** The samples of a pixel, as they are. */
function samplesAt(row, x, colourType, bitDepth) {
  return Array.from({ length: SAMPLES[colourType] }, (_, channel) => {
    let sample = 0;
    for (let bit = (x * SAMPLES[colourType] + channel) * bitDepth, left = bitDepth; left > 0; bit++, left--) {
      sample = sample * 2 + ((row[bit >> 3] >> (7 - (bit & 7))) & 1);
    }
    return sample;
  });
}

function isClear(samples, colourType, bitDepth, transparency) {
  if (colourType >= 4) return samples.at(-1) === 0;
  if (transparency === undefined) return false;
  if (colourType === 3) return transparency[samples[0]] === 0;
  const wanted = samples.map((_, channel) => transparency[channel * 2] * 256 + transparency[channel * 2 + 1]);
  return samples.every((sample, channel) => sample === wanted[channel] % 2 ** bitDepth);
}

function unfilter(filterType, filtered, above, pixelBytes) {
  if (filterType > 4) throw new Error(`filter type ${filterType}`);
  const row = new Uint8Array(filtered.length);
  for (let index = 0; index < row.length; index++) {
    const left = index < pixelBytes ? 0 : row[index - pixelBytes];
    const up = above[index];
    const upLeft = index < pixelBytes ? 0 : above[index - pixelBytes];
    row[index] = filtered[index] + predict(filterType, left, up, upLeft);
  }
  return row;
}

function predict(filterType, left, up, upLeft) {
  if (filterType === 0) return 0;
  if (filterType === 1) return left;
  if (filterType === 2) return up;
  if (filterType === 3) return Math.floor((left + up) / 2);
  return paeth(left, up, upLeft);
}

function paeth(left, up, upLeft) {
  const estimate = left + up - upLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpLeft = Math.abs(estimate - upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

function pixelAt(row, x, colourType, bitDepth, palette) {
  const samples = SAMPLES[colourType];
  const sample = (index) => {
    if (bitDepth >= 8) return row[(x * samples + index) * (bitDepth / 8)];
    return (row[(x * bitDepth) >> 3] >> (8 - bitDepth - ((x * bitDepth) & 7))) & (2 ** bitDepth - 1);
  };
  if (colourType === 3) {
    const entry = palette.subarray(sample(0) * 3, sample(0) * 3 + 3);
    if (entry.length < 3) throw new Error(`palette index ${sample(0)}`);
    return colorOf(entry[0], entry[1], entry[2]);
  }
  if (samples >= 3) return colorOf(sample(0), sample(1), sample(2));
  const grey = bitDepth < 8 ? (sample(0) * 255) / (2 ** bitDepth - 1) : sample(0);
  return colorOf(grey, grey, grey);
}

function colorOf(red, green, blue) {
  return red * 65_536 + green * 256 + blue;
}
