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
import type { decodeInPlace } from "../zero-copy.js";
import type { Decoded, DecodeRequest } from "./engine.js";
import { describeOutput, takeOutput } from "./output.js";

/** Numbers of assembly/status.ts. */
const BAND = 0;
const NEEDS_INPUT = 1;
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
 * @param zeroCopy decodes with the instance of the module in whose memory the output lies; see zero-copy.ts
 * @throws PngError PNG_DATA, PNG_DATA_LENGTH, PNG_ADLER32, PNG_FILTER_TYPE, PNG_PALETTE_INDEX, PNG_16_BIT_COLORS;
 *   DecodeError NOT_INITIALISED, OUT_OF_MEMORY
 */
export function decodeFused(request: DecodeRequest, zeroCopy?: typeof decodeInPlace): Decoded {
  const decode = (module: ModuleExports) => {
    const found = fusedSteps(request, module, piecesOf(request)).next().value as Decoded;
    return { found, lowBytes: module.lowBytesSeen.value };
  };
  const { found, lowBytes } = zeroCopy?.(request, decode) ?? decode(getModule());
  const { container } = request;
  const { transparency } = container;
  // What tRNS says has low bytes of another kind, so no pixel is equal to it.
  const isOther =
    container.header.bitDepth === 16 && transparency !== null && (lowBytesOf(container) | lowBytes) === 3;
  if (!isOther) return found;
  return decodeFused({ ...request, container: { ...container, transparency: null } }, zeroCopy);
}

/**
 * Decodes like `decodeFused`, and yields if `source` has to wait for bytes. Until the end, the module is in use.
 *
 * @param request of a mask with 16-bit samples its container has no transparency; see `decodeFused`
 */
export function* fusedSteps(
  request: Omit<DecodeRequest, "bytes">,
  module: ModuleExports,
  source: PieceSource,
): Generator<void, Decoded> {
  const { colors, unknown, output, verify, halves } = request;
  const input = feeding(module, request.container.idats, source);
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
  const asking = <T>(work: () => T) => askingForLabels(unknown.labelOf, work);
  asking(() =>
    module.beginFused(
      verify,
      module.Unknown[unknown.kind].value,
      module.Alpha[unknown.alpha].value,
      hasAlpha,
      transparency !== null && header.colorType === ColorType.rgb ? clearColor(transparency) : -1,
      areHalves ? placesOfHalves(halves) : samples === 2 ? GREY_AND_ALPHA * (bitDepth / 8) : HIGH_BYTES,
      areHalves || !isWide ? 0 : samples - Number(hasAlphaSample && unknown.alpha !== "CHANNEL"),
    ),
  );
  for (;;) {
    const status = asking(module.decodeBand);
    if (status === NEEDS_INPUT) {
      while (!source.isReady()) yield;
      input.feed();
      continue;
    }
    if (status >= BAND) taker.takeBand();
    if (status !== BAND) {
      source.discard?.();
      while (source.isOpen) yield;
      if (status < 0) throw errorOf(status, module, input, request);
      break;
    }
  }
  taker.finish();
  return { ...readMeasures(module, colors.length), issues: input.trailingDataIssues() };
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

/** The contents of the IDATs, in pieces. */
export interface PieceSource {
  /**
   * Whether there is enough for the module's input block, and more: or else all that comes. So the module's input is the
   * same whatever the pieces are, and so are the places of errors.
   */
  isReady(): boolean;
  /** The next piece, of at most `room` bytes; `undefined` if there is none. */
  take(room: number): Uint8Array | undefined;
  /** Whether all pieces were taken. */
  isEnd(): boolean;
  /** Whether the rest of the file is awaited. Errors of its container come before those of the pixels. */
  readonly isOpen: boolean;
  /** Drops all pieces that are left, and those that still come. */
  discard?(): void;
}

/** The IDATs of a whole file. */
function piecesOf({ bytes, container: { idats } }: DecodeRequest): PieceSource {
  let idat = 0;
  let place = 0;
  return {
    isReady: () => true,
    take(room) {
      const range = idats[idat];
      if (range === undefined) return;
      const start = range.offset + place;
      const count = Math.min(room, range.length - place);
      place += count;
      if (place === range.length) {
        idat++;
        place = 0;
      }
      return bytes.subarray(start, start + count);
    },
    isEnd: () => idat === idats.length,
    isOpen: false,
  };
}

/** Hands the pieces over to the module, and knows the module's position in the file. */
function feeding(module: ModuleExports, idats: PngContainer["idats"], source: PieceSource) {
  /** Bytes of the stream before the module's current input. */
  let before = 0;
  let length = 0;
  const streamPosition = () => before + module.usedInput();
  /** The offset in the file of the stream's next byte. */
  const offset = () => {
    let place = streamPosition();
    for (const range of idats) {
      if (place < range.length) return range.offset + place;
      place -= range.length;
    }
    const last = idats.at(-1)!;
    return last.offset + last.length;
  };
  return {
    feed(): void {
      const { memory, inputPointer, INPUT_BYTES } = module;
      const kept = module.keepUnreadInput();
      before += length - kept;
      length = kept;
      const block = new Uint8Array(memory.buffer, inputPointer.value, INPUT_BYTES.value);
      while (length < block.length) {
        const piece = source.take(block.length - length);
        if (piece === undefined) break;
        block.set(piece, length);
        length += piece.length;
      }
      module.feed(length, source.isEnd());
    },
    offset,
    /** Bytes after the end of the stream, which libpng skips too. */
    trailingDataIssues(): Issue[] {
      const trailing = idats.reduce((sum, range) => sum + range.length, 0) - streamPosition();
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
  input: ReturnType<typeof feeding>,
  { container: { header } }: Pick<DecodeRequest, "container">,
): Error {
  if (status === OUT_OF_MEMORY) return outOfMemory(header.width);
  return statusError(status, module.errorDetail.value, input.offset(), header);
}
