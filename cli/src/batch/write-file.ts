/// <reference types="node" />
/**
 * Writes a new file, syncs it and gives it its final name. So a file with its final name is complete, whatever happens.
 *
 * Node's file handles cost more than the system calls that they make. So this uses numbers of files. Node hands each
 * asynchronous step to another thread; the steps that never wait for the disk are not asynchronous.
 */
import { closeSync, constants, fdatasync, open, openSync, rename, rm, write, writev } from "node:fs";
import { promisify } from "node:util";
import { isAligned, PAGE_BYTES } from "./aligned-memory.js";
import type { Pieces } from "./storage.js";

const openFile = promisify(open);
const writeBytes = promisify(write);
const writePieces = promisify(writev);
const syncData = promisify(fdatasync);
const renameFile = promisify(rename);
const removeFile = promisify(rm);

/**
 * Linux takes longer to copy 8 MB in one call than in sixteen: a run that wrote 200 maps of 1 to 8 MB took 0.82 s of
 * system time in one call for each, and 0.60 s in parts.
 */
const PART_BYTES = 2 ** 19;
/** For smaller files, opening a second time takes longer than the copy. At 260 KB the copy takes 0.95 of the time. */
const LEAST_DIRECT_BYTES = 2 ** 19;

/**
 * @param unfinished the path to write to, on the file system of `path`. No file has it.
 * @param pieces the content, piece by piece
 * @throws the system's error; what the pieces throw. Then there is no file at `unfinished`, and `path` is as before
 */
export async function writeFile(unfinished: string, path: string, pieces: Pieces): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const file = await openFile(unfinished, flags);
  try {
    try {
      const [first = new Uint8Array(0), ...others] = Array.isArray(pieces) ? pieces : [];
      let end = others.length === 0 ? await writeDirectly(unfinished, first) : 0;
      const rest = end === 0 ? pieces : [first.subarray(end)];
      for await (const part of partsOf(rest)) end = await writeAll(file, part, end);
      await syncData(file);
    } finally {
      closeSync(file);
    }
    await renameFile(unfinished, path);
  } catch (error) {
    await removeFile(unfinished, { force: true });
    throw error;
  }
}

/**
 * Writes the whole pages of these bytes to the disk without a copy in the system's cache. Finding fresh memory for the
 * cache can cost the system more than decoding (docs/benchmarks.md). And the cache keeps what other programs read.
 *
 * @returns how many of the bytes are written. 0 if they are few, if their memory or the system is not fit for it, or if it
 *   fails: the usual way may succeed, or says why not.
 */
async function writeDirectly(path: string, bytes: Uint8Array): Promise<number> {
  if (bytes.length < LEAST_DIRECT_BYTES || !isAligned(bytes) || !("O_DIRECT" in constants)) return 0;
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_WRONLY | constants.O_DIRECT);
    return (await writeBytes(file, bytes, 0, bytes.length - (bytes.length % PAGE_BYTES), 0)).bytesWritten;
  } catch {
    return 0;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The same bytes in pieces, as many at a time as one call writes. */
async function* partsOf(pieces: Pieces): AsyncIterable<Uint8Array[]> {
  let part: Uint8Array[] = [];
  let room = PART_BYTES;
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; ) {
      const bytes = piece.subarray(start, start + room);
      part.push(bytes);
      start += bytes.length;
      room -= bytes.length;
      if (room > 0) continue;
      yield part;
      part = [];
      room = PART_BYTES;
    }
  }
  if (part.length > 0) yield part;
}

/** A full disk takes a part of the bytes, and fails only at the rest. @returns where the pieces end in the file */
async function writeAll(file: number, pieces: Uint8Array[], start: number): Promise<number> {
  let end = start;
  for (let rest = pieces; rest.length > 0; ) {
    const { bytesWritten } = await writePieces(file, rest, end);
    rest = withoutFirst(bytesWritten, rest);
    end += bytesWritten;
  }
  return end;
}

function withoutFirst(bytes: number, pieces: readonly Uint8Array[]): Uint8Array[] {
  let left = bytes;
  const place = pieces.findIndex(({ length }) => {
    if (left < length) return true;
    left -= length;
    return false;
  });
  return place < 0 ? [] : [pieces[place]!.subarray(left), ...pieces.slice(place + 1)];
}
