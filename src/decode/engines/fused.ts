/**
 * The engine for every mask: the module takes the compressed bytes and returns bands of labels. There is never an
 * RGBA image, and only a piece of the file and a piece of the labels are in the module at any time.
 *
 * This file does what the module cannot: it finds the IDATs in the file and, with faults.ts, explains the module's error
 * numbers.
 */
import { DecodeError, type Issue } from "../../errors.js";
import { statusError } from "../faults.js";
import {
  ColorType,
  isClearSample,
  type PngContainer,
  type PngHeader,
  samplesPerPixel,
  scanlineBytes,
} from "../png/container.js";
import { askingForLabels } from "../wasm/host.js";
import { readMeasures } from "../wasm/measures.js";
import { getModule, type ModuleExports } from "../wasm/module.js";
import type { Decoded, DecodeRequest } from "./engine.js";
import { describeOutput, takeOutput } from "./output.js";

/** Numbers of assembly/status.ts. */
const NEEDS_INPUT = 1;
const DONE = 2;
const OUT_OF_MEMORY = -20;

/** The most pixels and bytes of a row. The module's sums for the Adler-32 are exact up to there. */
const MAX_WIDTH = 2 ** 26;
const MAX_ROW_BYTES = 2 ** 28;

/** Whether a row is not too long for this engine. */
export function takesFused(header: PngHeader): boolean {
  return header.width <= MAX_WIDTH && scanlineBytes(header, header.width) <= MAX_ROW_BYTES;
}

/**
 * Decodes a checked container straight to its output.
 *
 * @throws PngError PNG_DATA, PNG_DATA_LENGTH, PNG_ADLER32, PNG_FILTER_TYPE, PNG_PALETTE_INDEX, PNG_16_BIT_COLORS;
 *   DecodeError NOT_INITIALISED, OUT_OF_MEMORY
 */
export function decodeFused(request: DecodeRequest): Decoded {
  const { bytes, colors, unknown, output, verify, halves } = request;
  const module = getModule();
  const { width, height, bitDepth, interlaced } = request.container.header;
  const isWide = bitDepth === 16;
  const container = isWide ? narrowed(request.container) : request.container;
  const { header, transparency } = container;
  const samples = samplesPerPixel(header);
  const areHalves = isWide && halves !== undefined;
  const pixelBytes = areHalves || samples === 2 ? 4 : samples;
  describeOutput(output, module);
  if (
    !takesFused(request.container.header) ||
    !module.layOutFused(colors.length, width, height, samples, bitDepth, pixelBytes, interlaced)
  ) {
    throw outOfMemory(width);
  }
  const { buffer } = module.memory;
  new Int32Array(buffer, module.colorsPointer.value, colors.length).set(colors);
  const hasAlphaSample = samples % 2 === 0;
  let hasAlpha = hasAlphaSample;
  if (pixelBytes === 1) {
    const greys = sampleColors(container);
    new Int32Array(buffer, module.sampleColorsPointer.value, 256).set(greys);
    // Many palettes have a tRNS in which nothing is fully transparent.
    hasAlpha ||= transparency !== null && greys.some((color) => color >= CLEAR);
  }
  const taker = takeOutput(output, height, module);
  const found = askingForLabels(unknown.labelOf, () => {
    module.beginFused(
      verify,
      module.Unknown[unknown.kind].value,
      module.Alpha[unknown.alpha].value,
      hasAlpha,
      transparency !== null && header.colorType === ColorType.rgb ? clearColor(transparency) : -1,
      areHalves ? placesOfHalves(halves) : samples === 2 ? GREY_AND_ALPHA * (bitDepth / 8) : HIGH_BYTES,
      areHalves || !isWide ? 0 : samples - Number(hasAlphaSample && unknown.alpha !== "CHANNEL"),
    );
    const input = feedInput(module, bytes, container);
    for (;;) {
      const status = module.decodeBand();
      if (status < 0) throw errorOf(status, module, input, request);
      if (status === NEEDS_INPUT) {
        input.feed();
        continue;
      }
      taker.takeBand();
      if (status === DONE) break;
    }
    taker.finish();
    return { ...readMeasures(module, colors.length), issues: input.trailingDataIssues() };
  });
  // What tRNS says has low bytes of another kind, so no pixel is equal to it.
  const isOther =
    isWide && transparency !== null && (lowBytesOf(request.container) | module.lowBytesSeen.value) === 3;
  return isOther
    ? decodeFused({ ...request, container: { ...request.container, transparency: null } })
    : found;
}

/** The places of the high bytes in up to four samples of 16 bits; see assembly/repack.ts. */
const HIGH_BYTES = 0x06040200;
/** The places of a grey, three times, and of its alpha, if both are bytes. */
const GREY_AND_ALPHA = 0x01000000;

function placesOfHalves([low = 0, high]: readonly number[]): number {
  const bytesOf = (channel: number | undefined) =>
    channel === undefined ? 0xffff : (channel * 2 + 1) | (channel << 9);
  return bytesOf(low) | (bytesOf(high) << 16);
}

/** The container of an image with 16-bit samples, as if it had the high bytes only. */
function narrowed(container: PngContainer): PngContainer {
  const { header, transparency } = container;
  // A tRNS that is not widened equals no pixel. Of 8-bit samples the low bytes count.
  const isWidened = transparency !== null && lowBytesOf(container) < 3;
  return {
    ...container,
    header: { ...header, bitDepth: 8 },
    transparency: isWidened ? transparency.map((_, index) => transparency[index & ~1]!) : null,
  };
}

/** Which low bytes a tRNS of 16-bit samples has, as in assembly/repack.ts: bit 0 if not all are 0, bit 1 if not all are copies. */
function lowBytesOf({ transparency }: PngContainer): number {
  let seen = 0;
  for (let low = 1; low < transparency!.length; low += 2) {
    if (transparency![low] !== 0) seen |= 1;
    if (transparency![low] !== transparency![low - 1]) seen |= 2;
  }
  return seen;
}

/** The colour that a tRNS of RGB with 8-bit samples makes transparent: the low bytes count. */
function clearColor(transparency: Uint8Array): number {
  return (transparency[1]! << 16) | (transparency[3]! << 8) | transparency[5]!;
}

/** The bit of a sample's colour that says that it is fully transparent; see assembly/fused.ts. */
const CLEAR = 0x1000000;

/**
 * The colour of each grey sample or palette index, 0xRRGGBB, with CLEAR if it is fully transparent; -1 if the palette has
 * no such entry.
 */
function sampleColors(container: PngContainer): Int32Array {
  const colors = opaqueColors(container);
  if (container.transparency === null) return colors;
  return colors.map((color, sample) =>
    color >= 0 && isClearSample(container, sample) ? color | CLEAR : color,
  );
}

function opaqueColors({ header, palette }: PngContainer): Int32Array {
  const colors = new Int32Array(256).fill(-1);
  if (header.colorType === ColorType.palette && palette !== null) {
    for (let index = 0; index * 3 < palette.length; index++) {
      const at = index * 3;
      colors[index] = (palette[at]! << 16) | (palette[at + 1]! << 8) | palette[at + 2]!;
    }
    return colors;
  }
  // Scaled linearly to 0 … 255 (PNG specification, 13.12).
  const most = 2 ** header.bitDepth - 1;
  const step = (255 / most) * 0x010101;
  for (let sample = 0; sample <= most; sample++) colors[sample] = sample * step;
  return colors;
}

/** Hands the IDATs' bytes over piece by piece, and knows the module's position in the file. */
interface InputFeed {
  feed(): void;
  /** The offset in the file of the stream's next byte. */
  offset(): number;
  /** Bytes after the end of the stream, which libpng skips too. */
  trailingDataIssues(): Issue[];
}

function feedInput(module: ModuleExports, bytes: Uint8Array, { idats }: PngContainer): InputFeed {
  /** The next byte: the number of its IDAT, and its place there. */
  let next = 0;
  let nextPlace = 0;
  /** Bytes of the stream before the module's current piece, and the bytes of this piece. */
  let before = 0;
  let pieceLength = 0;

  const streamPosition = () => before + module.usedInput();
  const offset = () => {
    let place = streamPosition();
    for (const { offset, length } of idats) {
      if (place < length) return offset + place;
      place -= length;
    }
    const last = idats.at(-1)!;
    return last.offset + last.length;
  };

  return {
    feed() {
      let length = module.keepUnreadInput();
      before += pieceLength - length;
      const block = new Uint8Array(module.memory.buffer, module.inputPointer.value, module.INPUT_BYTES.value);
      for (let idat = idats[next]; idat !== undefined && length < block.length; ) {
        const count = Math.min(block.length - length, idat.length - nextPlace);
        const start = idat.offset + nextPlace;
        block.set(bytes.subarray(start, start + count), length);
        length += count;
        nextPlace += count;
        if (nextPlace < idat.length) break;
        idat = idats[++next];
        nextPlace = 0;
      }
      pieceLength = length;
      module.feed(length, next === idats.length);
    },
    offset,
    trailingDataIssues() {
      const all = idats.reduce((sum, { length }) => sum + length, 0);
      const trailing = all - streamPosition();
      if (trailing === 0) return [];
      return [
        {
          code: "png-trailing-data",
          message: `${trailing} bytes after the end of the compressed pixels (at byte ${offset()}) were ignored`,
        },
      ];
    },
  };
}

function outOfMemory(width: number): DecodeError {
  return new DecodeError("OUT_OF_MEMORY", `the module's memory cannot grow to hold rows of ${width} pixels`);
}

function errorOf(
  status: number,
  module: ModuleExports,
  input: InputFeed,
  { container: { header } }: DecodeRequest,
): Error {
  if (status === OUT_OF_MEMORY) return outOfMemory(header.width);
  return statusError(status, module.errorDetail.value, input.offset(), header);
}
