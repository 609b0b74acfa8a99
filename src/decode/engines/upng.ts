/**
 * The second opinion: upng-js undoes the filters and unpacks to RGBA, and the module scans the pixels.
 *
 * upng-js does not check files and has defects of its own (interlaced 1-bit samples, interlaced images under 5 pixels
 * wide, rows of packed grey samples, palette indices without an entry). So it never gets the user's file. For each image
 * in the compressed bytes (the whole, or a pass) it gets a small file made here, with only the checked essentials:
 *
 *   signature │ IHDR: pass size, not interlaced, compression 1 │ PLTE │ IDAT: filtered scanlines, inflated │ IEND
 *
 * Compression method 1 tells upng-js that there is nothing to inflate; inflate.ts has done that with exact bounds. Packed
 * grey takes the palette path, with a ramp of greys as its PLTE.
 *
 * upng-js and pako are 20 KiB gzip, so only `labelmap/upng` and `labelmap/png` import this file.
 */
import pako from "pako";
import UPNG from "upng-js";
import type { Issue } from "../../errors.js";
import { PngError } from "../../errors.js";
import { wideColorsError } from "../faults.js";
import {
  ColorType,
  filteredBytes,
  isClearSample,
  type PngContainer,
  type PngHeader,
  type PngPass,
  passesOf,
  samplesPerPixel,
  scanlineBytes,
} from "../png/container.js";
import { scanPixels } from "../wasm/scanner.js";
import { unpackWith } from "../wasm/unpack.js";
import type { Decoded, DecodeRequest } from "./engine.js";
import { inflateInto } from "./inflate.js";
import { putLabels } from "./put-labels.js";

// Whoever has this engine has an inflater, so that the module can be unpacked in a runtime without one.
unpackWith((zlibStream) => pako.inflate(zlibStream));

/**
 * Decodes a checked container to its output, through an image of RGBA pixels. If the output is not just the labels, it
 * also needs an array of labels.
 *
 * @throws as `decodeRgba`; DecodeError NOT_INITIALISED, OUT_OF_MEMORY
 */
export function decodeUpng({ bytes, container, colors, unknown, output, halves }: DecodeRequest): Decoded {
  const { width, height } = container.header;
  const reading = halves ?? (unknown.alpha === "CHANNEL" ? "colors and alpha" : "colors");
  const { pixels, issues } = decodeRgba(bytes, container, reading);
  const [first] = output.dense;
  const areLabels =
    output.dense.length === 1 && first?.values === null && output.runs === null && output.sampled === null;
  const labels = areLabels && first.into instanceof Int32Array ? first.into : new Int32Array(width * height);
  const measures = scanPixels(pixels, 4, width, height, colors, labels, unknown);
  if (labels !== first?.into) putLabels({ width, height, data: labels }, output);
  return { ...measures, issues };
}

/** The decoded image: `height * width * 4` bytes, row-major, and the file's defects. */
export interface RgbaImage {
  readonly pixels: Uint8Array;
  readonly issues: readonly Issue[];
}

/**
 * How 16-bit samples become bytes. `colors`: their colours must be widened 8-bit ones. `colors and alpha`: their alpha
 * too. Channels: see `halves` in engine.ts. `high bytes`: for the eye only.
 */
type Reading = "colors" | "colors and alpha" | "high bytes" | readonly number[];

/**
 * Decodes the pixels of a checked container to RGBA with 8-bit samples. What tRNS makes fully transparent has alpha 0.
 * @throws PngError PNG_DATA, PNG_DATA_LENGTH, PNG_ADLER32, PNG_FILTER_TYPE, PNG_PALETTE_INDEX, PNG_16_BIT_COLORS
 */
export function decodeRgba(bytes: Uint8Array, container: PngContainer, reading: Reading): RgbaImage {
  const { header, idats } = container;
  const low = new LowBytes();
  const finish = (pixels: Uint8Array, issues: readonly Issue[]): RgbaImage => {
    if (low.areCopies || typeof reading !== "string") return { pixels, issues };
    if (reading === "high bytes") return { pixels, issues: [...issues, LOW_BYTES_DROPPED] };
    throw wideColorsError(header);
  };
  const passes = passesOf(header);
  const [only] = passes;
  if (!header.interlaced && only !== undefined) {
    // Inflated straight into the file for upng-js, which saves a copy of a large mask.
    const { file, scanlines } = makeFile(container, only, filteredBytes(header));
    const issues = inflateInto(bytes, idats, scanlines);
    return finish(decodeFile(container, only, file, scanlines, reading, low), issues);
  }

  const filtered = new Uint8Array(filteredBytes(header));
  const issues = inflateInto(bytes, idats, filtered);
  const pixels = new Uint32Array(header.width * header.height);
  let start = 0;
  for (const pass of passes) {
    const length = pass.height * (1 + scanlineBytes(header, pass.width));
    const { file, scanlines } = makeFile(container, pass, length);
    scanlines.set(filtered.subarray(start, start + length));
    start += length;
    const passPixels = new Uint32Array(decodeFile(container, pass, file, scanlines, reading, low).buffer);
    for (let y = 0; y < pass.height; y++) {
      let target = (pass.top + y * pass.stepY) * header.width + pass.left;
      for (let x = 0; x < pass.width; x++, target += pass.stepX) {
        pixels[target] = passPixels[y * pass.width + x] as number;
      }
    }
  }
  return finish(new Uint8Array(pixels.buffer), issues);
}

/** Whether the low bytes of 16-bit samples say anything: they do not if all are 0, or all equal their high bytes. */
class LowBytes {
  #areZero = true;
  #areHigh = true;

  add(high: number, low: number): void {
    if (low !== 0) this.#areZero = false;
    if (low !== high) this.#areHigh = false;
  }

  get areCopies(): boolean {
    return this.#areZero || this.#areHigh;
  }
}

const LOW_BYTES_DROPPED: Issue = {
  code: "png-16-bit-colors",
  message: "the samples have 16 bits; their low bytes, which are not copies of the high ones, were dropped",
};

function decodeFile(
  container: PngContainer,
  pass: PngPass,
  file: ArrayBuffer,
  scanlines: Uint8Array,
  reading: Reading,
  low: LowBytes,
): Uint8Array {
  const { header, idats } = container;
  const rowBytes = scanlineBytes(header, pass.width);
  const offset = (idats[0] as { offset: number }).offset;
  for (let y = 0; y < pass.height; y++) {
    const filterType = scanlines[y * (1 + rowBytes)] as number;
    // Filter types are 0 to 4 (9.2). upng-js would leave a row of another type unfiltered.
    if (filterType > 4) {
      throw new PngError("PNG_FILTER_TYPE", offset, `scanline ${y} has filter type ${filterType}, above 4`);
    }
  }
  const image = UPNG.decode(file);
  if (container.palette !== null && header.colorType === ColorType.palette) {
    checkPaletteIndices(image.data, pass, header.bitDepth, container.palette.length / 3, offset);
  }
  const pixels = new Uint8Array(UPNG.toRGBA8(image)[0] as ArrayBuffer);
  if (header.bitDepth === 16) takeWideSamples(image.data, header, pixels, reading, low);
  const areHalves = header.bitDepth === 16 && typeof reading !== "string";
  if (container.transparency !== null && !areHalves) clearPixels(image.data, container, pass, pixels);
  return pixels;
}

/** Looks at the low bytes of 16-bit samples, which upng-js leaves out. An alpha of 1 to 255 is not fully transparent. */
function takeWideSamples(
  rows: Uint8Array,
  header: PngHeader,
  pixels: Uint8Array,
  reading: Reading,
  low: LowBytes,
): void {
  const channels = samplesPerPixel(header);
  const hasAlpha = channels % 2 === 0;
  const checked = hasAlpha && reading !== "colors and alpha" ? channels - 1 : channels;
  for (let pixel = 0, at = 0; pixel < pixels.length; pixel += 4, at += channels * 2) {
    for (let channel = 0; channel < checked; channel++) {
      low.add(rows[at + channel * 2]!, rows[at + channel * 2 + 1]!);
    }
    if (typeof reading !== "string") {
      const bytes = reading.flatMap((channel) => [rows[at + channel * 2 + 1]!, rows[at + channel * 2]!]);
      pixels.fill(0, pixel, pixel + 4).set(bytes, pixel);
    }
    const lowAlpha = rows[at + channels * 2 - 1]!;
    if (hasAlpha && pixels[pixel + 3] === 0 && lowAlpha > 0 && reading === "colors") pixels[pixel + 3] = 1;
  }
}

/** Sets alpha to 0 where tRNS says so (11.3.1.1). The file for upng-js has no tRNS. */
function clearPixels(rows: Uint8Array, container: PngContainer, pass: PngPass, pixels: Uint8Array): void {
  const { header, transparency } = container;
  const { bitDepth } = header;
  const channels = samplesPerPixel(header);
  if (bitDepth > 8 || channels === 3) {
    // One sample or colour, of 16 bits each; of 8-bit samples the low byte counts.
    const wanted = bitDepth > 8 ? transparency! : transparency!.filter((_, index) => index % 2 === 1);
    for (let pixel = 0, at = 0; pixel < pixels.length; pixel += 4, at += wanted.length) {
      if (wanted.every((byte, index) => rows[at + index] === byte)) pixels[pixel + 3] = 0;
    }
    return;
  }
  const clear = Uint8Array.from({ length: 256 }, (_, sample) => Number(isClearSample(container, sample)));
  const rowBytes = scanlineBytes(header, pass.width);
  for (let y = 0, pixel = 0; y < pass.height; y++) {
    for (let x = 0; x < pass.width; x++, pixel += 4) {
      const bit = x * bitDepth;
      const byte = rows[y * rowBytes + (bit >> 3)]!;
      const sample = (byte >> (8 - bitDepth - (bit & 7))) & (2 ** bitDepth - 1);
      if (clear[sample] === 1) pixels[pixel + 3] = 0;
    }
  }
}

/** An index without an entry is an error (11.2.2). upng-js would make the pixel black. */
function checkPaletteIndices(
  rows: Uint8Array,
  pass: PngPass,
  bitDepth: number,
  entries: number,
  offset: number,
): void {
  if (entries === 2 ** bitDepth) return;
  const perByte = 8 / bitDepth;
  const rowBytes = Math.ceil(pass.width / perByte);
  const mask = 2 ** bitDepth - 1;
  for (let y = 0; y < pass.height; y++) {
    for (let x = 0; x < pass.width; x++) {
      const byte = rows[y * rowBytes + Math.floor(x / perByte)] as number;
      const index = (byte >> (8 - bitDepth * ((x % perByte) + 1))) & mask;
      if (index >= entries) {
        throw new PngError(
          "PNG_PALETTE_INDEX",
          offset,
          `a pixel has palette index ${index}, but PLTE has ${entries} entries`,
        );
      }
    }
  }
}

/** The file for upng-js, with room for `length` bytes of scanlines. Its CRCs are zero: upng-js does not read them. */
function makeFile({ header, palette }: PngContainer, pass: PngPass, length: number) {
  const packedGrey = header.colorType === ColorType.grey && header.bitDepth < 8;
  const colorType = packedGrey ? ColorType.palette : header.colorType;
  const colors = packedGrey ? greyRamp(header.bitDepth) : palette;
  const colorBytes = colorType === ColorType.palette && colors !== null ? colors : new Uint8Array(0);

  const signatureLength = 8;
  const frame = 12;
  const file = new Uint8Array(
    signatureLength + frame + 13 + frame + colorBytes.length + frame + length + frame,
  );
  const view = new DataView(file.buffer);
  file.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  let end = signatureLength;
  const addChunk = (type: string, contentLength: number): Uint8Array => {
    view.setUint32(end, contentLength);
    for (let index = 0; index < 4; index++) file[end + 4 + index] = type.charCodeAt(index);
    const content = file.subarray(end + 8, end + 8 + contentLength);
    end += frame + contentLength;
    return content;
  };

  const compressionNone = 1;
  const ihdr = addChunk("IHDR", 13);
  ihdr.set([header.bitDepth, colorType, compressionNone, 0, 0], 8);
  view.setUint32(ihdr.byteOffset, pass.width);
  view.setUint32(ihdr.byteOffset + 4, pass.height);
  addChunk("PLTE", colorBytes.length).set(colorBytes);
  const scanlines = addChunk("IDAT", length);
  addChunk("IEND", 0);
  return { file: file.buffer, scanlines };
}

/** The greys that samples of `bitDepth` bits mean: scaled linearly to 0 … 255 (13.12). */
function greyRamp(bitDepth: number): Uint8Array {
  const levels = 2 ** bitDepth;
  return Uint8Array.from({ length: levels * 3 }, (_, index) => (Math.floor(index / 3) * 255) / (levels - 1));
}
