/**
 * The zlib stream of the IDATs to the filtered scanlines, through pako (which upng-js itself inflates with).
 * pako alone would take whatever comes: here the output is bounded by what IHDR implies, and must be just that.
 */
import pako from "pako";
import { type Issue, PngError } from "../../errors.js";
import type { ByteRange } from "../png/container.js";

/** The part of pako's zlib state that tells how far it has read; its type definitions leave it out. */
interface InflateState {
  strm: { avail_in: number; next_in: number; state: { dmax: number } };
  ended: boolean;
}

/** The farthest that a match reaches back (RFC 1951, 2). */
const WINDOW_BYTES = 32768;

/**
 * Inflates `idats` of `bytes` into `into`, which must be filled exactly.
 * @returns issues: bytes after the end of the stream, which libpng skips too
 * @throws PngError PNG_DATA, PNG_DATA_LENGTH, PNG_ADLER32
 */
export function inflateInto(bytes: Uint8Array, idats: readonly ByteRange[], into: Uint8Array): Issue[] {
  // With windowBits given, pako takes zlib streams alone; else it would find gzip by itself, which no PNG may hold.
  const inflate = new pako.Inflate({ chunkSize: 65536, windowBits: 15 }) as pako.Inflate & InflateState;
  let written = 0;
  let current = idats[0] as ByteRange;
  const position = () => current.offset + (inflate.strm?.next_in ?? 0);

  inflate.onData = (chunk) => {
    if (written + chunk.length > into.length) {
      throw new PngError(
        "PNG_DATA_LENGTH",
        position(),
        `the compressed pixels inflate to more than the ${into.length} bytes that IHDR implies`,
      );
    }
    into.set(chunk as Uint8Array, written);
    written += chunk.length;
  };

  let trailing = 0;
  let trailingOffset = 0;
  for (const range of headerApart(idats)) {
    if (inflate.ended) {
      trailing += range.length;
      trailingOffset ||= range.offset;
      continue;
    }
    current = range;
    inflate.push(bytes.subarray(range.offset, range.offset + range.length), false);
    if (inflate.err !== 0) throw streamError(inflate, position());
    // Matches that reach back farther than the header's window are let pass, as zlib does: encoders have got it wrong.
    if (!inflate.ended) inflate.strm.state.dmax = WINDOW_BYTES;
    if (inflate.ended && inflate.strm.avail_in > 0) {
      trailing = inflate.strm.avail_in;
      trailingOffset = position();
    }
  }
  if (!inflate.ended) {
    throw new PngError("PNG_DATA", position(), "the compressed pixels break off before their end");
  }
  if (written < into.length) {
    throw new PngError(
      "PNG_DATA_LENGTH",
      position(),
      `the compressed pixels inflate to ${written} bytes, IHDR implies ${into.length}`,
    );
  }
  if (trailing === 0) return [];
  return [
    {
      code: "png-trailing-data",
      message: `${trailing} bytes after the end of the compressed pixels (at byte ${trailingOffset}) were ignored`,
    },
  ];
}

/** The ranges that hold something, the two bytes of the zlib header (RFC 1950, 2.2) apart from what follows them. */
function* headerApart(ranges: readonly ByteRange[]): Generator<ByteRange> {
  let headerLeft = 2;
  for (const { offset, length } of ranges) {
    const own = Math.min(length, headerLeft);
    headerLeft -= own;
    if (own > 0) yield { offset, length: own };
    if (length > own) yield { offset: offset + own, length: length - own };
  }
}

function streamError(inflate: pako.Inflate, offset: number): PngError {
  // zlib's words for a wrong Adler-32 (RFC 1950, 2.2).
  if (inflate.msg === "incorrect data check") {
    return new PngError(
      "PNG_ADLER32",
      offset,
      "the Adler-32 checksum of the compressed pixels does not match",
    );
  }
  return new PngError(
    "PNG_DATA",
    offset,
    `the compressed pixels are malformed: ${inflate.msg || "they break off"}`,
  );
}
