/// <reference types="node" />
/** Compares the files of a converted folder with the record of the conversion: size and hash. */

import { DirectoryStorage } from "../batch/directory-storage.js";
import { problemOf, type VerifyOptions } from "../batch/verify.js";
import { readRecord } from "./recorded-folder.js";

/** What was compared. */
export interface VerifiedFolder {
  readonly files: number;
  readonly bytes: number;
  readonly damages: number;
}

/**
 * @returns `undefined` if no conversion has worked in the folder.
 * @throws {UsageError}: the record is malformed; {BatchError} STORAGE_FAILED; the signal's reason
 */
export async function verifyFolder(
  folder: string,
  { onDamage, onProgress, signal }: VerifyOptions,
): Promise<VerifiedFolder | undefined> {
  const record = await readRecord(folder);
  if (record === undefined) return undefined;
  const storage = new DirectoryStorage(folder);
  const verified = { files: 0, bytes: 0, damages: 0 };
  for (const [path, file] of record.files) {
    signal?.throwIfAborted();
    const found = await storage.read(path);
    verified.files++;
    verified.bytes += found?.length ?? 0;
    const problem = await problemOf(file, found);
    if (problem !== undefined) {
      verified.damages++;
      onDamage?.({ job: "", path, problem });
    }
    onProgress?.({ ...verified, done: 0, failed: 0 });
  }
  return verified;
}
