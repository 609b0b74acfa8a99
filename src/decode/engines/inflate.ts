/**
 * The zlib stream of the IDATs to the filtered scanlines, through pako (which upng-js also uses). pako alone accepts any
 * amount of output. Here it must have exactly the size that IHDR implies, and never grows beyond that.
 */
import pako from "pako";
import { type Issue, PngError } from "../../errors.js";
import type { ByteRange } from "../png/container.js";

/** The part of pako's zlib state that says how far it has read. Its type definitions leave it out. */
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
  // With windowBits, pako accepts only zlib streams. Without, it would also accept gzip, which a PNG must not contain.
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
    // Like zlib, accept matches that reach farther back than the header's window: some encoders write a wrong window.
    if (!inflate.ended) inflate.strm.state.dmax = WINDOW_BYTES;
    if (inflate.ended && inflate.strm.avail_in > 0) {
      trailing = inflate.strm.avail_in;
      trailingOffset = position();
    }
  }
  if (!inflate.ended) {
    throw new PngError("PNG_DATA", position(), "the compressed pixels end too early");
  }
  if (written < into.length) {
    throw new PngError(
      "PNG_DATA_LENGTH",
      position(),
      `the compressed pixels inflate to ${written} bytes, but IHDR implies ${into.length}`,
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

/** The ranges that are not empty, split after the two bytes of the zlib header (RFC 1950, 2.2). */
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
  // This is zlib's message for a wrong Adler-32 (RFC 1950, 2.2).
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
    `the compressed pixels are malformed: ${inflate.msg || "they end too early"}`,
  );
}
