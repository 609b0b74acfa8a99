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
const CHUNK_OVERHEAD = 12;
const IHDR_LENGTH = 13;
const MAX_31_BITS = 0x7fffffff;
/**
 * DEFLATE cannot expand more than this: two bits, a length code and a distance code of one bit each, give at most
 * 258 bytes (RFC 1951, 3.2.5).
 */
const DEFLATE_MAX_EXPANSION = 1032;

/**
 * Reads the container of a file that may be anything.
 * @throws PngError PNG_SIGNATURE, which says what the file is; PNG_TRUNCATED, PNG_CHUNK_INVALID, PNG_CHUNK_ORDER,
 *   PNG_CRC, PNG_HEADER, PNG_DATA_LENGTH, PNG_TOO_LARGE
 */
export function readPng(bytes: Uint8Array, limits: PngLimits): PngContainer {
  if (bytes.length > limits.maxBytes) {
    throw new PngError(
      "PNG_TOO_LARGE",
      0,
      `the file has ${bytes.length} bytes, more than maxBytes ${limits.maxBytes}`,
    );
  }
  if (SIGNATURE.some((byte, index) => bytes[index] !== byte)) throw signatureError(bytes);

  let header: PngHeader | null = null;
  let palette: Uint8Array | null = null;
  let transparency: Uint8Array | null = null;
  const idats: ByteRange[] = [];
  const issues: Issue[] = [];
  /** A defect that libpng reads with a warning. The issue has the error's code, in lower case. */
  const report = (error: PngError): void => {
    if (limits.strict) throw error;
    issues.push({ code: error.code.toLowerCase().replaceAll("_", "-"), message: error.message });
  };
  let previous = "";
  let offset = SIGNATURE.length;
  while (previous !== "IEND") {
    const { type, content, offset: chunkOffset, isSound } = readChunk(bytes, offset, limits.verify, report);
    if (header === null) {
      if (type !== "IHDR")
        throw new PngError("PNG_CHUNK_ORDER", offset, `the first chunk is ${type}, not IHDR`);
      header = readHeader(content, chunkOffset, limits);
    } else if (type === "IHDR") {
      throw new PngError("PNG_CHUNK_ORDER", offset, `a second ${type}`);
    } else if (type === "PLTE") {
      if (palette !== null) throw new PngError("PNG_CHUNK_ORDER", offset, `a second ${type}`);
      if (idats.length > 0) report(new PngError("PNG_CHUNK_ORDER", offset, "PLTE comes after IDAT"));
      else palette = readPalette(content, chunkOffset, header, report);
    } else if (type === "IDAT") {
      if (idats.length > 0 && previous !== "IDAT") {
        throw new PngError("PNG_CHUNK_ORDER", offset, `${previous} comes between two IDATs`);
      }
      if (header.colorType === ColorType.palette && palette === null) {
        throw new PngError("PNG_CHUNK_ORDER", offset, "a palette image has no PLTE before IDAT");
      }
      idats.push({ offset: chunkOffset, length: content.length });
    } else if (type === "tRNS" && isSound) {
      const { colorType } = header;
      const most = { 0: 2, 2: 6, 3: (palette?.length ?? 0) / 3, 4: 0, 6: 0 }[colorType];
      const { length } = content;
      const fits = colorType === ColorType.palette ? length > 0 && length <= most : length === most;
      if (fits && idats.length === 0 && transparency === null) transparency = content;
      else report(new PngError("PNG_CHUNK_INVALID", offset, "tRNS does not fit the image, and is ignored"));
    } else if (type === "IEND") {
      if (content.length > 0) report(new PngError("PNG_CHUNK_INVALID", offset, "IEND is not empty"));
      if (idats.length === 0) throw new PngError("PNG_CHUNK_ORDER", offset, "there is no IDAT before IEND");
    } else if (isCritical(type)) {
      throw new PngError(
        "PNG_CHUNK_INVALID",
        offset,
        `${type} is an unknown critical chunk, so the image cannot be decoded`,
      );
    }
    previous = type;
    offset = chunkOffset + content.length + 4;
  }
  if (offset < bytes.length) {
    issues.push({
      code: "png-trailing-bytes",
      message: `${bytes.length - offset} bytes after IEND (at byte ${offset}) were ignored`,
    });
  }
  const container = { header: header as PngHeader, palette, transparency, idats, issues };
  checkExpansion(container);
  return container;
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

/** Reads the chunk that starts at `start` (5.3): length, type, content, CRC over type and content. */
function readChunk(bytes: Uint8Array, start: number, verify: boolean, report: Report): Chunk {
  if (start === bytes.length) throw new PngError("PNG_TRUNCATED", start, "the file ends before IEND");
  if (start + CHUNK_OVERHEAD > bytes.length) {
    throw new PngError("PNG_TRUNCATED", start, "the file ends inside a chunk's frame");
  }
  const length = readUint32(bytes, start);
  const typeBytes = bytes.subarray(start + 4, start + 8);
  if (!typeBytes.every(isLetter)) {
    throw new PngError("PNG_CHUNK_INVALID", start + 4, "a chunk's type is not four letters");
  }
  const type = String.fromCharCode(...typeBytes);
  if (length > MAX_31_BITS) {
    throw new PngError("PNG_CHUNK_INVALID", start, `${type} claims ${length} bytes, more than 2^31 - 1`);
  }
  if (start + CHUNK_OVERHEAD + length > bytes.length) {
    const missing = start + CHUNK_OVERHEAD + length - bytes.length;
    throw new PngError(
      "PNG_TRUNCATED",
      start,
      `${type} claims ${length} bytes, ${missing} more than the file has`,
    );
  }
  const offset = start + 8;
  let isSound = true;
  if (verify) {
    const stored = readUint32(bytes, offset + length);
    const computed = crc32(bytes.subarray(start + 4, offset + length));
    if (stored !== computed) {
      const message = `${type}: its CRC-32 is ${hex(computed)}, but the file says ${hex(stored)}`;
      const error = new PngError("PNG_CRC", offset + length, message);
      if (isCritical(type)) throw error;
      report(error);
      isSound = false;
    }
  }
  return { type, content: bytes.subarray(offset, offset + length), offset, isSound };
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

function readUint32(bytes: Uint8Array, offset: number): number {
  const [a, b, c, d] = bytes.subarray(offset, offset + 4) as unknown as [number, number, number, number];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

const isLetter = (byte: number) => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
/** The case of a type's first letter says whether a reader may skip the chunk (5.4). */
const isCritical = (type: string) => type.charCodeAt(0) <= 90;
const isSize = (length: number) => length > 0 && length <= MAX_31_BITS;
