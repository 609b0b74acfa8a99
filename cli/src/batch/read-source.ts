/// <reference types="node" />
/**
 * Reads a mask or a result from a file. It must be a regular file, and not larger than the decoder's limit: reading
 * anything else might never end.
 */

import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { DEFAULT_LIMITS, LabelMapError } from "labelmap";
import { BatchError } from "./batch-error.js";
import { storageError } from "./directory-storage.js";

const MOST_BYTES = DEFAULT_LIMITS.maxBytes;

/** @throws {BatchError} SOURCE_MISSING. {LabelMapError} PNG_TOO_LARGE: more than 1 GiB. */
export function readSource(path: string): Promise<Uint8Array> {
  return withSource(path, (file) => file.readFile());
}

/** Whether a source could be read now. @throws as `readSource` */
export function checkSource(path: string): Promise<void> {
  return withSource(path, async () => {});
}

async function withSource<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer. Windows has neither this flag nor such files.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const info = await file.stat();
    if (info.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    if (!info.isFile()) throw new BatchError("SOURCE_MISSING", `${path} is not a regular file`);
    if (info.size > MOST_BYTES)
      throw new LabelMapError(
        "PNG_TOO_LARGE",
        `${path} has more than ${MOST_BYTES} bytes, the most that is decoded`,
      );
    return await work(file);
  } catch (error) {
    if (error instanceof LabelMapError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const message = isMissing ? `${path} does not exist; check the path` : storageError(path, error).message;
    throw new BatchError("SOURCE_MISSING", message, { cause: error });
  } finally {
    await file?.close();
  }
}
