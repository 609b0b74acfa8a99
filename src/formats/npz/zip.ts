/**
 * A zip file to the files in it. Each file must have the length and the CRC-32 that the directory says.
 *
 *   header, bytes │ header, bytes │ … │ directory: an entry per file with its place, sizes and CRC │ end record
 *
 * fflate's own reader checks neither the CRC nor the length, and allocates the memory that a file claims to need. Here
 * fflate only inflates, piece by piece. It is stopped as soon as there are more bytes than claimed. The format: PKWARE's
 * APPNOTE.TXT 6.3.10. The comments name its sections.
 */

import { Inflate } from "fflate";
import UPNG from "upng-js";
import { checkOptions } from "../../checks/arguments.js";
import { isSize, quote } from "../../checks/describe.js";
import { joinBytes } from "../../checks/join-bytes.js";
import { DecodeError, FormatError } from "../../errors.js";
import { bytesOf, type FileInput } from "../shared/bytes.js";

/** A file of the archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the directory says about a file. */
interface DirectoryEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

const DEFAULT_MAX_BYTES = 2 ** 30;
/** The signature of each record, and its length without the variable parts (4.3.7, 4.3.12, 4.3.16). */
const LOCAL_HEADER = { signature: 0x04034b50, length: 30 };
const DIRECTORY_ENTRY = { signature: 0x02014b50, length: 46 };
const END_RECORD = { signature: 0x06054b50, length: 22 };
const MAX_COMMENT_BYTES = 65_535;
/** If a field has this value, its real value is in the 64-bit extension (4.4.1.4). */
const IN_ZIP64 = 0xffffffff;
/** Bytes that are inflated at once. DEFLATE can make up to 1032 times as many of them before it can be stopped. */
const PIECE_BYTES = 65_536;

/**
 * Checks the directory and then reads the files one by one.
 *
 * @param format the format's name in messages
 * @param extension the ending that every name must have
 * @throws {FormatError} FORMAT_INVALID, FORMAT_UNSUPPORTED
 * @throws {DecodeError} OPTION_INVALID
 */
export function* readZip(
  file: FileInput,
  format: string,
  extension: string,
  options: { readonly maxBytes?: number },
): Generator<ZipEntry> {
  const bytes = bytesOf(file, `the ${format} file`);
  checkOptions(options);
  const { maxBytes = DEFAULT_MAX_BYTES } = options;
  if (!isSize(maxBytes)) throw new DecodeError("OPTION_INVALID", "maxBytes must be a positive integer.");
  const invalid = (message: string) => new FormatError("FORMAT_INVALID", format, message);
  const unsupported = (message: string) => new FormatError("FORMAT_UNSUPPORTED", format, message);

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: DirectoryEntry[] = [];
  const names = new Set<string>();
  let total = 0;
  for (const entry of readDirectory()) {
    total += entry.size;
    if (total > maxBytes) {
      throw invalid(
        `the arrays up to ${quote(entry.name)} claim ${total} bytes, but maxBytes is ${maxBytes}.`,
      );
    }
    if (names.has(entry.name)) throw invalid(`two files have the name ${quote(entry.name)}.`);
    if (!entry.name.endsWith(extension))
      throw unsupported(`${quote(entry.name)} is not a ${extension} file.`);
    names.add(entry.name);
    entries.push(entry);
  }
  for (const entry of entries) yield { name: entry.name, bytes: readEntry(entry) };

  function* readDirectory(): Generator<DirectoryEntry> {
    const end = findEnd();
    const count = view.getUint16(end + 10, true);
    let at = view.getUint32(end + 16, true);
    if (at === IN_ZIP64 || count === 0xffff)
      throw unsupported("the directory uses the 64-bit extension (ZIP64).");
    for (let index = 0; index < count; index++) {
      if (at + DIRECTORY_ENTRY.length > end || view.getUint32(at, true) !== DIRECTORY_ENTRY.signature) {
        throw invalid(`the directory has no entry ${index} at byte ${at}; the file is damaged.`);
      }
      const flags = view.getUint16(at + 8, true);
      const nameStart = at + DIRECTORY_ENTRY.length;
      const nameEnd = nameStart + view.getUint16(at + 28, true);
      // Bit 11 says that a name is UTF-8 (4.4.4). Names in ASCII are the same in the old code page.
      const name = new TextDecoder().decode(bytes.subarray(nameStart, nameEnd));
      if (flags & 1) throw unsupported(`${quote(name)} is encrypted.`);
      yield {
        name,
        method: view.getUint16(at + 10, true),
        crc: view.getUint32(at + 16, true),
        compressedSize: view.getUint32(at + 20, true),
        size: view.getUint32(at + 24, true),
        headerOffset: view.getUint32(at + 42, true),
      };
      at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  }

  /** The end record. Only a comment may follow it, and the record has the length of the comment (4.3.16). */
  function findEnd(): number {
    const last = bytes.length - END_RECORD.length;
    for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
      const isEnd = view.getUint32(at, true) === END_RECORD.signature;
      if (isEnd && view.getUint16(at + 20, true) === last - at) return at;
    }
    throw invalid("the file has no end record; it is not a zip file, or it is cut off.");
  }

  function readEntry({ name, method, crc, compressedSize, size, headerOffset }: DirectoryEntry): Uint8Array {
    if (headerOffset === IN_ZIP64 || size === IN_ZIP64 || compressedSize === IN_ZIP64) {
      throw unsupported(`${quote(name)} uses the 64-bit extension (ZIP64).`);
    }
    const isHeader =
      headerOffset + LOCAL_HEADER.length <= bytes.length &&
      view.getUint32(headerOffset, true) === LOCAL_HEADER.signature;
    if (!isHeader)
      throw invalid(
        `${quote(name)} is not at byte ${headerOffset}, as the directory says; the file is damaged.`,
      );
    const variableBytes = view.getUint16(headerOffset + 26, true) + view.getUint16(headerOffset + 28, true);
    const start = headerOffset + LOCAL_HEADER.length + variableBytes;
    const compressed = bytes.subarray(start, start + compressedSize);
    if (compressed.length !== compressedSize) throw invalid(`${quote(name)} is cut off.`);
    if (method !== 0 && method !== 8) {
      throw unsupported(
        `${quote(name)} is compressed by method ${method}; only stored (0) and deflated (8) are supported.`,
      );
    }
    const content = method === 0 ? compressed : inflate(compressed, size, name);
    if (content.length !== size)
      throw invalid(`${quote(name)} has ${content.length} bytes, but the directory says ${size}.`);
    if (UPNG.crc.crc(content, 0, content.length) >>> 0 !== crc) {
      throw invalid(`${quote(name)} is damaged: its CRC-32 does not match.`);
    }
    return content;
  }

  function inflate(compressed: Uint8Array, size: number, name: string): Uint8Array {
    const pieces: Uint8Array[] = [];
    let length = 0;
    const stream = new Inflate((piece) => {
      length += piece.length;
      if (length > size)
        throw invalid(`${quote(name)} inflates to more than the ${size} bytes that it claims.`);
      pieces.push(piece);
    });
    try {
      for (let start = 0; start < compressed.length; start += PIECE_BYTES) {
        const end = start + PIECE_BYTES;
        stream.push(compressed.subarray(start, end), end >= compressed.length);
      }
    } catch (cause) {
      if (cause instanceof FormatError) throw cause;
      throw new FormatError("FORMAT_INVALID", format, `${quote(name)} is damaged: it does not inflate.`, {
        cause,
      });
    }
    return joinBytes(pieces);
  }
}
