/** Inflates a bitmap of Supervisely, and stops as soon as there are more bytes than a PNG of the image could have. */

import { Unzlib } from "fflate";
import { joinBytes } from "../../checks/join-bytes.js";
import { FormatError } from "../../errors.js";
import { FORMAT } from "./json.js";

/** Bytes that are inflated at once. DEFLATE can make up to 1032 times as many of them before it can be stopped. */
const PIECE_BYTES = 65_536;

/**
 * @param path where the bytes are, for the message
 * @throws {FormatError} FORMAT_INVALID: not a stream of zlib, cut off, or more than `maxBytes`.
 */
export function unzlib(compressed: Uint8Array, maxBytes: number, path: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const invalid = (problem: string, cause?: unknown) =>
    new FormatError("FORMAT_INVALID", FORMAT, `${path}: ${problem}`, { cause });
  const stream = new Unzlib((piece) => {
    length += piece.length;
    if (length > maxBytes)
      throw invalid(`inflates to more than the ${maxBytes} bytes that the image allows.`);
    pieces.push(piece);
  });
  try {
    for (let start = 0; start === 0 || start < compressed.length; start += PIECE_BYTES) {
      const end = start + PIECE_BYTES;
      stream.push(compressed.subarray(start, end), end >= compressed.length);
    }
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw invalid("does not inflate; it must be a PNG that zlib has deflated.", cause);
  }
  return joinBytes(pieces);
}
