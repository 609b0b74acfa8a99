/// <reference types="node" />
/**
 * A zip file as the source of a data set. Only the list of its files is read at first; a file is unpacked when you ask for it.
 *
 * yauzl reads it. It goes by the list at the end of the file, reads any entry without those before it, knows zip64, and is
 * one package of 110 KB with one dependency of 10 KB. zip.js does the same in 8.5 MB, and fflate needs the whole zip file in
 * memory. node-stream-zip is as small, but has far fewer users, and yauzl says more about what is wrong with a file.
 */

import { open as openFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { FormatError, LabelMapError } from "labelmap";
import { counted, quote } from "labelmap/checks";
import type { FileSource } from "labelmap/formats";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { checkName, decodeName, isHidden, topFolder } from "./zip-names.js";
import { ZipReader } from "./zip-reader.js";

/** How much of a zip file is read. */
export interface ZipOptions {
  /** Most bytes that a file may have when it is unpacked. Default 2^30 (1 GiB). */
  readonly maxFileBytes?: number;
  /** Most files that the zip file may have. Default 2^22 (4 million). */
  readonly maxFiles?: number;
}

/** The zip file stays open until you close it. */
export interface ZipSource extends FileSource {
  close(): Promise<void>;
}

const STORED = 0;
const DEFLATED = 8;
/** Deflate packs at most 258 bytes in two bits (RFC 1951), so a file that claims more is a lie. */
const MOST_DEFLATE_RATIO = 1032;
/** The kind of file in the upper half of a Unix system's attributes. */
const [TYPE_MASK, LINK] = [0o170000, 0o120000];

/**
 * Opens a zip file. If all of its files lie in one folder, the paths are those in this folder. Hidden files, and those in
 * `__MACOSX`, are left out.
 *
 * @throws {FormatError} FORMAT_INVALID: it is no zip file, it is broken or cut short, or a name occurs twice or leads out of
 *   the folder. FORMAT_UNSUPPORTED: it is encrypted, or has too many files.
 * @throws Node's own errors, with the path, if the file cannot be read.
 */
export async function openZip(path: string, options: ZipOptions = {}): Promise<ZipSource> {
  const { maxFileBytes = 2 ** 30, maxFiles = 2 ** 22 } = options;
  const zip = await open(path);
  try {
    const entries = await listEntries(zip, path, maxFiles);
    return {
      list: async () => [...entries.keys()].sort(),
      read: async (file, first) => {
        const entry = entries.get(file);
        if (entry === undefined) {
          throw new LabelMapError("SOURCE_MISSING", `${quote(file)} is missing in ${path}.`);
        }
        return readEntry(zip, entry, { file: `${path}: ${file}`, first, maxFileBytes });
      },
      close: () => close(zip),
    };
  } catch (error) {
    await close(zip);
    throw error;
  }
}

async function open(path: string): Promise<ZipFile> {
  const handle = await openFile(path, "r");
  try {
    const { size } = await handle.stat();
    // Names are checked here, so that messages say what to do.
    const options = { autoClose: false, decodeStrings: false };
    return await yauzl.fromRandomAccessReaderPromise(new ZipReader(handle), size, options);
  } catch (cause) {
    await handle.close();
    throw isOfSystem(cause) ? cause : brokenZip(path, cause);
  }
}

/** Errors of the file system have a code and a path or a system call. */
const isOfSystem = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | null)?.syscall !== undefined;

/** The cause has yauzl's own words, which speak of the records of a zip file. */
function brokenZip(path: string, cause: unknown): FormatError {
  const problem = "the zip file is broken or cut short, or is no zip file; copy or download it again";
  return new FormatError("FORMAT_INVALID", path, `${problem}.`, { cause });
}

async function close(zip: ZipFile): Promise<void> {
  if (!zip.isOpen) return;
  await new Promise<void>((resolve, reject) => {
    zip.once("close", resolve).once("error", reject);
    zip.close();
  });
}

/** The files by their paths, without the folder that all lie in. */
async function listEntries(zip: ZipFile, path: string, maxFiles: number): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      const { fileNameRaw, generalPurposeBitFlag: flags, extraFields } = entry;
      const name = decodeName(fileNameRaw, yauzl.getFileNameLowLevel(flags, fileNameRaw, extraFields, true));
      checkName(name, path);
      if (name.endsWith("/") || isHidden(name)) continue;
      if (entries.has(name)) {
        const problem = `${quote(name)} occurs twice; it is not clear which one counts`;
        throw new FormatError("FORMAT_INVALID", path, `${problem}. Create the zip file again.`);
      }
      if (entry.isEncrypted()) {
        const problem = `${quote(name)} is encrypted; unpack the zip file with its password`;
        throw new FormatError("FORMAT_UNSUPPORTED", path, `${problem}, and give the folder.`);
      }
      entries.set(name, entry);
      if (entries.size <= maxFiles) continue;
      const problem = `the zip file has more than ${counted(maxFiles, "file")}; unpack it, or raise maxFiles`;
      throw new FormatError("FORMAT_UNSUPPORTED", path, `${problem}.`);
    }
  } catch (error) {
    throw error instanceof LabelMapError || isOfSystem(error) ? error : brokenZip(path, error);
  }
  const top = topFolder([...entries.keys()]);
  return new Map([...entries].map(([name, entry]) => [name.slice(top.length), entry]));
}

interface Reading {
  /** What messages call the file. */
  readonly file: string;
  readonly first: number | undefined;
  readonly maxFileBytes: number;
}

/** @throws {FormatError} FORMAT_INVALID, FORMAT_UNSUPPORTED; Node's own errors */
async function readEntry(
  zip: ZipFile,
  entry: Entry,
  { file, first, maxFileBytes }: Reading,
): Promise<Uint8Array> {
  const { compressionMethod, compressedSize, uncompressedSize, externalFileAttributes } = entry;
  if (((externalFileAttributes >>> 16) & TYPE_MASK) === LINK) {
    throw new FormatError("FORMAT_UNSUPPORTED", file, "is a link; pack the file that it leads to.");
  }
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
    const problem = `is packed with the method ${compressionMethod}; only deflate is unpacked. Unpack it, and give the folder`;
    throw new FormatError("FORMAT_UNSUPPORTED", file, `${problem}.`);
  }
  const length = Math.min(uncompressedSize, first ?? uncompressedSize);
  if (length > maxFileBytes) {
    const problem = `the file has ${uncompressedSize} bytes, but at most ${maxFileBytes} are read; raise maxFileBytes`;
    throw new FormatError("FORMAT_UNSUPPORTED", file, `${problem}.`);
  }
  if (uncompressedSize > compressedSize * MOST_DEFLATE_RATIO) {
    const problem = `${compressedSize} bytes cannot be unpacked to ${uncompressedSize}; the zip file is broken`;
    throw new FormatError("FORMAT_INVALID", file, `${problem}.`);
  }
  if (length === 0 && uncompressedSize > 0) return new Uint8Array(0);
  try {
    const bytes = await firstBytes(await zip.openReadStreamPromise(entry), length, length < uncompressedSize);
    if (bytes.length < length) throw brokenEntry(file, `: it has ${bytes.length} bytes instead of ${length}`);
    if (length === uncompressedSize && crc32(bytes) !== entry.crc32)
      throw brokenEntry(file, ": its checksum differs");
    return bytes;
  } catch (cause) {
    if (isOfSystem(cause) || cause instanceof LabelMapError) throw cause;
    throw brokenEntry(file, "", cause);
  }
}

/** @param detail what is wrong, if it is known: yauzl and zlib have their own words, which stay in the cause. */
function brokenEntry(file: string, detail: string, cause?: unknown): FormatError {
  const problem = `the file cannot be unpacked${detail}; the zip file is broken or was changed`;
  return new FormatError("FORMAT_INVALID", file, `${problem}. Copy or download it again.`, { cause });
}

/** @param isPart whether to stop then. Otherwise the stream must end, so that yauzl compares its length. */
async function firstBytes(stream: Readable, length: number, isPart: boolean): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let end = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const part = chunk.subarray(0, length - end);
    bytes.set(part, end);
    end += part.length;
    // Leaving the loop closes the stream.
    if (isPart && end === length) break;
  }
  return bytes.subarray(0, end);
}
