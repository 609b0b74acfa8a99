/// <reference types="node" />
/**
 * Reads a mask or a result from a file. It must be a regular file, and not larger than the decoder's limit: reading
 * anything else might never end.
 */

import { closeSync, constants, fstatSync, open, read, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { DEFAULT_LIMITS, LabelMapError } from "labelmap";
import { BatchError } from "./batch-error.js";
import { storageError } from "./directory-storage.js";

const MOST_BYTES = DEFAULT_LIMITS.maxBytes;

/** @throws {BatchError} SOURCE_MISSING. {LabelMapError} PNG_TOO_LARGE: more than 1 GiB. */
export async function readSource(path: string): Promise<Uint8Array> {
  return withSource(path, readWhole);
}

/** Whether a source could be read now. @throws as `readSource` */
export async function checkSource(path: string): Promise<void> {
  await withSource(path, async () => {});
}

// Node's file handles cost more than the system calls. Only what may wait for the disk is handed to other threads.
const openFile = promisify(open);
const readPart = promisify(read);

async function withSource<T>(path: string, work: (file: number, bytes: number) => Promise<T>): Promise<T> {
  let file: number | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer. Windows has neither this flag nor such files.
    file = await openFile(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const info = fstatSync(file);
    if (info.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    if (!info.isFile()) throw new BatchError("SOURCE_MISSING", `${path} is not a regular file`);
    if (info.size > MOST_BYTES)
      throw new LabelMapError(
        "PNG_TOO_LARGE",
        `${path} has more than ${MOST_BYTES} bytes, the most that is decoded`,
      );
    return await work(file, info.size);
  } catch (error) {
    if (error instanceof LabelMapError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const message = isMissing ? `${path} does not exist; check the path` : storageError(path, error).message;
    throw new BatchError("SOURCE_MISSING", message, { cause: error });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Reads so many bytes, or fewer if the file has become shorter. */
async function readWhole(file: number, length: number): Promise<Uint8Array> {
  // Some file systems do not say how long a file is.
  if (length === 0) return new Uint8Array(readFileSync(file));
  const bytes = new Uint8Array(length);
  for (let end = 0; ; ) {
    const count = end < length ? (await readPart(file, bytes, end, length - end, null)).bytesRead : 0;
    if (count === 0) return bytes.subarray(0, end);
    end += count;
  }
}
