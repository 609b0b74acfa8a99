/// <reference types="node" />
/**
 * One run at a time in an output directory: a file with the process's number, `.labelmap/lock`. A process that was
 * killed leaves it behind; since its number runs no more, the next one takes it over.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { BatchError } from "./batch-error.js";
import { storageError, WORK_FOLDER } from "./directory-storage.js";

/** The directories that this very process is at work in. */
const held = new Set<string>();

/**
 * @returns a function that gives the directory free.
 * @throws {BatchError} BATCH_LOCKED: another process is at work there. STORAGE_FAILED.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = resolve(directory, WORK_FOLDER, "lock");
  const unlock = async () => {
    held.delete(path);
    await rm(path, { force: true });
  };
  if (held.has(path))
    throw new BatchError("BATCH_LOCKED", `${directory}: this process is at work there already`);
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw storageError(dirname(path), error);
  });
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      held.add(path);
      return unlock;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw storageError(path, error);
    }
    const owner = Number(await readFile(path, "utf8").catch(() => ""));
    if (isRunning(owner)) {
      const message = `${directory}: process ${owner} is at work there; wait for it, or take another directory`;
      throw new BatchError("BATCH_LOCKED", `${message}. If it is none of labelmap's, remove ${path}`);
    }
    await unlock();
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
