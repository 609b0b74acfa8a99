/**
 * Reads the PNG container: signature, chunks, IHDR, PLTE, tRNS and the places of the IDATs. No pixel is touched here.
 *
 * Everything that a file claims is checked before it is used: lengths against the file's end, the order of chunks, every
 * CRC, and whether so few compressed bytes can hold the size in IHDR at all. Section numbers refer to the PNG
 * specification, third edition.
 */
import { type Issue, PngError } from "../errors.js";
import { headerError, signatureError } from "./faults.js";
import {
  BIT_DEPTHS,
  type ByteRange,
  ColorType,
  filteredBytes,
  type PngContainer,
  type PngHeader,
  type PngLimits,
  SIGNATURE,
} from "./png/container.js";
import { crc32 } from "./wasm/crc32.js";

/** Length, type and CRC around a chunk's content (5.3). */
export const CHUNK_OVERHEAD = 12;
const IHDR_LENGTH = 13;
const MAX_31_BITS = 0x7fffffff;
/**
 * DEFLATE cannot expand more than this: two bits, a length code and a distance code of one bit each, give at most
 * 258 bytes (RFC 1951, 3.2.5).
 */
export const DEFLATE_MAX_EXPANSION = 1032;

/**
 * Reads the container of a file that may be anything.
 * @throws PngError PNG_SIGNATURE, which says what the file is; PNG_TRUNCATED, PNG_CHUNK_INVALID, PNG_CHUNK_ORDER,
 *   PNG_CRC, PNG_HEADER, PNG_DATA_LENGTH, PNG_TOO_LARGE
 */
export function readPng(bytes: Uint8Array, limits: PngLimits): PngContainer {
  if (bytes.length > limits.maxBytes) throw tooLong(limits.maxBytes);
  checkSignature(bytes);
  const reader = readContainer(limits);
  let offset: number | null = SIGNATURE.length;
  while (offset !== null) offset = reader.take(readChunk(bytes, offset, limits.verify, reader.report));
  return reader.finish(bytes.length);
}

/** The error for a file with more bytes than are allowed. */
export function tooLong(maxBytes: number): PngError {
  return new PngError("PNG_TOO_LARGE", 0, `the file has more bytes than maxBytes ${maxBytes}`);
}

/** @param bytes the file, or its first 64 bytes. @throws PngError PNG_SIGNATURE, PNG_TRUNCATED */
export function checkSignature(bytes: Uint8Array): void {
  if (SIGNATURE.some((byte, index) => bytes[index] !== byte)) throw signatureError(bytes);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Takes a file's chunks one by one, in their order, and makes its container of them. */
export function readContainer(limits: PngLimits) {
  const idats: ByteRange[] = [];
  const issues: Issue[] = [];
  const container: Mutable<PngContainer> = {
    header: null as unknown as PngHeader,
    palette: null,
    transparency: null,
    idats,
    issues,
  };
  let previous = "";
  let end = 0;
  /** A defect that libpng reads with a warning. The issue has the error's code, in lower case. */
  const report = (error: PngError): void => {
    if (limits.strict) throw error;
    issues.push({ code: error.code.toLowerCase().replaceAll("_", "-"), message: error.message });
  };

  const order = (offset: number, message: string) => new PngError("PNG_CHUNK_ORDER", offset, message);
  const invalidChunk = (offset: number, message: string) =>
    new PngError("PNG_CHUNK_INVALID", offset, message);

  return {
    /** Once the first IDAT comes, it has its header, palette and transparency. */
    container,
    report,
    /** Returns the offset of the next chunk; `null` after IEND. @throws PngError */
    take({ type, content, offset: start, isSound }: Chunk): number | null {
      const offset = start - 8;
      const { header, palette } = container;
      const { length } = content;
      if (header === null) {
        if (type !== "IHDR") throw order(offset, `the first chunk is ${type}, not IHDR`);
        container.header = readHeader(content, start, limits);
      } else if (type === "IHDR") {
        throw order(offset, `a second ${type}`);
      } else if (type === "PLTE") {
        if (palette !== null) throw order(offset, `a second ${type}`);
        if (idats.length > 0) report(order(offset, "PLTE comes after IDAT"));
        else container.palette = readPalette(content, start, header, report);
      } else if (type === "IDAT") {
        if (idats.length > 0 && previous !== "IDAT") {
          throw order(offset, `${previous} comes between two IDATs`);
        }
        if (header.colorType === ColorType.palette && palette === null) {
          throw order(offset, "a palette image has no PLTE before IDAT");
        }
        idats.push({ offset: start, length });
      } else if (type === "tRNS" && isSound) {
        const { colorType } = header;
        const most = { 0: 2, 2: 6, 3: (palette?.length ?? 0) / 3, 4: 0, 6: 0 }[colorType];
        const fits = colorType === ColorType.palette ? length > 0 && length <= most : length === most;
        if (fits && idats.length === 0 && container.transparency === null) container.transparency = content;
        else report(invalidChunk(offset, "tRNS does not fit the image, and is ignored"));
      } else if (type === "IEND") {
        if (length > 0) report(invalidChunk(offset, "IEND is not empty"));
        if (idats.length === 0) throw order(offset, "there is no IDAT before IEND");
      } else if (isCritical(type)) {
        throw invalidChunk(offset, `${type} is an unknown critical chunk, so the image cannot be decoded`);
      }
      previous = type;
      end = start + length + 4;
      return type === "IEND" ? null : end;
    },
    /** @param fileLength the number of all bytes, in case some come after IEND. */
    finish(fileLength: number): PngContainer {
      if (end < fileLength) {
        issues.push({
          code: "png-trailing-bytes",
          message: `${fileLength - end} bytes after IEND (at byte ${end}) were ignored`,
        });
      }
      checkExpansion(container);
      return container;
    },
  };
}

interface Chunk {
  readonly type: string;
  readonly content: Uint8Array;
  /** Where the content starts in the file. */
  readonly offset: number;
  /** Whether its CRC-32 matches, as far as it was checked. An ancillary chunk that is not sound is ignored. */
  readonly isSound: boolean;
}

type Report = (error: PngError) => void;
const hex = (value: number) => `0x${value.toString(16).padStart(8, "0")}`;

/** @param end where the chunk's content ends */
export function wrongCrc(end: number, type: string, computed: number, stored: number): PngError {
  return new PngError(
    "PNG_CRC",
    end,
    `${type}: its CRC-32 is ${hex(computed)}, but the file says ${hex(stored)}`,
  );
}

/** @param missing bytes of the chunk that the file does not have */
export function cutChunk(start: number, type: string, length: number, missing: number): PngError {
  return new PngError(
    "PNG_TRUNCATED",
    start,
    `${type} claims ${length} bytes, ${missing} more than the file has`,
  );
}

/**
 * Reads the chunk that starts at `start` (5.3): length, type, content, CRC over type and content.
 * @param base the place in the file of the first of these bytes. They reach to the chunk's end, or to the file's.
 */
export function readChunk(
  bytes: Uint8Array,
  start: number,
  verify: boolean,
  report: Report,
  base = 0,
): Chunk {
  const fileEnd = base + bytes.length;
  const slice = (from: number, to: number) => bytes.subarray(from - base, to - base);
  if (start === fileEnd) throw new PngError("PNG_TRUNCATED", start, "the file ends before IEND");
  if (start + CHUNK_OVERHEAD > fileEnd) {
    throw new PngError("PNG_TRUNCATED", start, "the file ends inside a chunk's frame");
  }
  const length = readUint32(bytes, start - base);
  // Without a view of these bytes: the views for three chunks take a tenth of a call on one pixel.
  const type = String.fromCharCode(...[4, 5, 6, 7].map((place) => bytes[start - base + place]!));
  if (!/^[a-z]{4}$/i.test(type)) {
    throw new PngError("PNG_CHUNK_INVALID", start + 4, "a chunk's type is not four letters");
  }
  if (length > MAX_31_BITS) {
    throw new PngError("PNG_CHUNK_INVALID", start, `${type} claims ${length} bytes, more than 2^31 - 1`);
  }
  const offset = start + 8;
  const end = offset + length;
  if (end + 4 > fileEnd) {
    throw cutChunk(start, type, length, end + 4 - fileEnd);
  }
  let isSound = true;
  if (verify) {
    const stored = readUint32(bytes, end - base);
    const computed = crc32(slice(start + 4, end));
    if (stored !== computed) {
      const error = wrongCrc(end, type, computed, stored);
      if (isCritical(type)) throw error;
      report(error);
      isSound = false;
    }
  }
  return { type, content: slice(offset, end), offset, isSound };
}

function readHeader(content: Uint8Array, offset: number, limits: PngLimits): PngHeader {
  const width = readUint32(content, 0);
  const height = readUint32(content, 4);
  const [bitDepth, colorType, compression, filter, interlace] = content.subarray(8) as unknown as number[];
  const isValid =
    content.length === IHDR_LENGTH &&
    isSize(width) &&
    isSize(height) &&
    BIT_DEPTHS[colorType as ColorType]?.includes(bitDepth!) === true &&
    compression === 0 &&
    filter === 0 &&
    (interlace === 0 || interlace === 1);
  if (!isValid) throw headerError(content, offset);
  if (width * height > limits.maxPixels) {
    throw new PngError(
      "PNG_TOO_LARGE",
      offset,
      `${width}×${height} pixels are more than maxPixels ${limits.maxPixels}`,
    );
  }
  return {
    width,
    height,
    bitDepth: bitDepth!,
    colorType: colorType as ColorType,
    interlaced: interlace === 1,
  };
}

/** PLTE. In an image without indices it is only a hint, which nothing reads and which may be wrong. */
function readPalette(
  content: Uint8Array,
  offset: number,
  { colorType, bitDepth }: PngHeader,
  report: Report,
): Uint8Array {
  const isNeeded = colorType === ColorType.palette;
  const most = 3 * (isNeeded ? 2 ** bitDepth : 256);
  const { length } = content;
  if (colorType === ColorType.grey || colorType === ColorType.greyAlpha) {
    report(new PngError("PNG_CHUNK_ORDER", offset, "a grey image must not have a PLTE"));
  } else if (length % 3 !== 0 || length < 3 || length > most) {
    const message = `PLTE has ${length} bytes; it must have a multiple of 3, from 3 to ${most}`;
    const error = new PngError("PNG_CHUNK_INVALID", offset, message);
    if (isNeeded && (length % 3 !== 0 || length < 3 || length > 768)) throw error;
    report(error);
  }
  return content.subarray(0, most);
}

/** A header that lies about the size must not cost memory, so compare it with what the compressed bytes can hold at most. */
function checkExpansion({ header, idats }: PngContainer): void {
  const compressed = idats.reduce((sum, range) => sum + range.length, 0);
  const needed = filteredBytes(header);
  if (needed > compressed * DEFLATE_MAX_EXPANSION) {
    const pixels = `${header.width}×${header.height} pixels`;
    const message = `${compressed} compressed bytes cannot hold the ${needed} bytes of ${pixels}`;
    throw new PngError("PNG_DATA_LENGTH", idats[0]!.offset, message);
  }
}

export function readUint32(bytes: Uint8Array, offset: number): number {
  let value = 0;
  for (let place = offset; place < offset + 4; place++) value = value * 256 + bytes[place]!;
  return value;
}

/** The case of a type's first letter says whether a reader may skip the chunk (5.4). */
const isCritical = (type: string) => type.charCodeAt(0) <= 90;
const isSize = (length: number) => length > 0 && length <= MAX_31_BITS;
