/// <reference types="node" />
/**
 * One run at a time in an output directory: a file with the process's number, `.labelmap/lock`. A process that was
 * killed leaves it behind; since its number runs no more, the next one takes it over.
 */
import { readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BatchError } from "./batch-error.js";
import { storageError, WORK_FOLDER } from "./directory-storage.js";
import { makeFolder } from "./make-folder.js";

/** The directories that this very process is at work in. */
const held = new Set<string>();

/**
 * @returns a function that gives the directory free.
 * @throws {BatchError} BATCH_LOCKED: another process is at work there. STORAGE_FAILED.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = await lockPath(directory);
  if (held.has(path))
    throw new BatchError("BATCH_LOCKED", `${directory}: this process is at work there already`);
  // Before anything else is waited for: else a second run of this process would take the lock for that of one long gone.
  held.add(path);
  try {
    await takeLock(path, directory);
  } catch (error) {
    held.delete(path);
    throw error;
  }
  return async () => {
    await rm(path, { force: true });
    held.delete(path);
  };
}

/** The same for all names of a directory. */
async function lockPath(directory: string): Promise<string> {
  const folder = resolve(directory, WORK_FOLDER);
  try {
    await makeFolder(folder);
    return join(await realpath(folder), "lock");
  } catch (error) {
    throw storageError(folder, error);
  }
}

async function takeLock(path: string, directory: string): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw storageError(path, error);
    }
    const owner = Number(await readFile(path, "utf8").catch(() => ""));
    if (isRunning(owner)) {
      const message = `${directory}: process ${owner} is at work there; wait for it, or take another directory`;
      throw new BatchError("BATCH_LOCKED", `${message}. If it is none of labelmap's, remove ${path}`);
    }
    await rm(path, { force: true });
  }
  throw new BatchError("BATCH_LOCKED", `${directory}: another process has just begun to work there`);
}

/** In a container each run may have the same number: this process's own is of one that is gone. */
function isRunning(owner: number): boolean {
  if (!Number.isSafeInteger(owner) || owner <= 0 || owner === process.pid) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
