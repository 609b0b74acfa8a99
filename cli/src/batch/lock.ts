/// <reference types="node" />
/**
 * Allows one run at a time in an output directory. `.labelmap/lock/` contains one file. Its name is unique, and its content
 * says who holds the lock.
 *
 * The file is written into a new folder, which is then renamed to `lock`. A system renames a folder over nothing or over
 * an empty folder, but never over a folder with a file. So exactly one of several processes gets the lock, and the lock
 * never exists without its holder. The lock of a killed process is removed by its unique name, so that nobody removes the
 * lock of a later holder by mistake.
 */

import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, readlink, realpath, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { invalid } from "labelmap/checks";
import { BatchError } from "./batch-error.js";
import { storageError, WORK_FOLDER } from "./directory-storage.js";
import { makeFolder } from "./make-folder.js";
import { schemeOf } from "./open-storage.js";

/** Identifies a process, even if another process has the same number. */
interface Holder {
  readonly host: string;
  /**
   * The PID namespace on Linux, else null. In another namespace, such as a container, process numbers mean nothing
   * here.
   */
  readonly space: string | null;
  readonly pid: number;
  /** When the machine and the process started, if the system says so. Process numbers are reused. */
  readonly started: string | null;
}

/** The directories that this process has locked. */
const held = new Set<string>();
/** Each attempt fails only if another process was quicker. */
const MOST_ATTEMPTS = 20;

/**
 * @returns a function that releases the lock.
 * @throws {BatchError} BATCH_LOCKED: another process uses the directory. STORAGE_FAILED.
 * @throws {DecodeError} OPTION_INVALID: it is not a directory, but `s3://…`.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  checkIsPath(directory);
  const path = await lockPath(directory);
  if (held.has(path))
    throw new BatchError(
      "BATCH_LOCKED",
      `${directory}: this process already uses it; wait until its run ends`,
    );
  // Add it before the first await. Otherwise a second run of this process could take the lock for a stale one.
  held.add(path);
  const name = randomUUID();
  try {
    await takeLock(path, name, directory);
  } catch (error) {
    held.delete(path);
    throw error instanceof BatchError ? error : storageError(path, error);
  }
  return async () => {
    await rm(join(path, name), { force: true });
    await removeEmpty(path);
    held.delete(path);
  };
}

/** @throws {DecodeError} OPTION_INVALID: it is not a directory, but `s3://…`. */
export function checkIsPath(directory: string): void {
  if (schemeOf(directory) === undefined) return;
  throw invalid(
    `${directory} is not a directory; give a directory, or use \`labelmap enqueue\` and \`labelmap worker\` to write to S3.`,
  );
}

/** The same path for all names of a directory. */
async function lockPath(directory: string): Promise<string> {
  const folder = resolve(directory, WORK_FOLDER);
  try {
    await makeFolder(folder);
    return join(await realpath(folder), "lock");
  } catch (error) {
    throw storageError(folder, error);
  }
}

async function takeLock(path: string, name: string, directory: string): Promise<void> {
  const self = await describeSelf();
  const own = `${path}-${name}`;
  try {
    await mkdir(own);
    await writeFile(join(own, name), JSON.stringify(self), { flush: true });
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (await renameFolder(own, path)) return;
      await removeStale(path, self, directory);
    }
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  throw new BatchError(
    "BATCH_LOCKED",
    `${directory}: another process has just started there; wait for it, or choose another directory`,
  );
}

/** @returns false if something is already there. */
async function renameFolder(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    // The first two are of POSIX, ENOTDIR means that a file is there, and the last two are of Windows.
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOTEMPTY", "EEXIST", "ENOTDIR", "EPERM", "EACCES"].includes(code)) return false;
    throw error;
  }
}

/** Removes the lock of a process that no longer runs. @throws {BatchError} BATCH_LOCKED: it runs, or may run */
async function removeStale(path: string, self: Holder, directory: string): Promise<void> {
  const remedy = `if no labelmap process uses the directory, remove ${path}`;
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code !== "ENOTDIR") throw error;
    throw new BatchError("BATCH_LOCKED", `${directory}: a file is where the lock should be; ${remedy}`);
  });
  for (const name of names) {
    const text = await readFile(join(path, name), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    // The lock has just been released.
    if (text === undefined) continue;
    const holder = parseHolder(text);
    if (holder === undefined) {
      throw new BatchError("BATCH_LOCKED", `${directory}: its lock does not say who holds it; ${remedy}`);
    }
    if (holder.host !== self.host || holder.space !== self.space) {
      const who = `process ${holder.pid} on another machine or container (${holder.host})`;
      throw new BatchError(
        "BATCH_LOCKED",
        `${directory}: ${who} uses it, or was stopped while using it; ${remedy}`,
      );
    }
    if (await isRunning(holder)) {
      const message = `${directory}: process ${holder.pid} uses it; wait for it, or choose another directory`;
      throw new BatchError("BATCH_LOCKED", `${message}; ${remedy}`);
    }
    await rm(join(path, name), { force: true });
  }
  // Windows does not rename a folder over an empty one.
  await removeEmpty(path);
}

/** Removes a folder. Does nothing if it is not empty or already gone. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {});
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { host, space, pid, started } = JSON.parse(text);
    const isHolder =
      typeof host === "string" &&
      Number.isSafeInteger(pid) &&
      pid > 0 &&
      [space, started].every((value) => value === null || typeof value === "string");
    return isHolder ? { host, space, pid, started } : undefined;
  } catch {
    return undefined;
  }
}

async function describeSelf(): Promise<Holder> {
  const space = await readlink("/proc/self/ns/pid").catch(() => null);
  return { host: hostname(), space, pid: process.pid, started: await startOf(process.pid) };
}

/** When a process started, from `/proc` on Linux; `null` if the system does not say. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The program's name, in brackets, may contain anything. The start is the twentieth word after it (proc(5)).
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${boot.trim()} ${ticks}`;
  } catch {
    return null;
  }
}

async function isRunning({ pid, started }: Holder): Promise<boolean> {
  const start = await startOf(pid);
  if (start !== null && started !== null) return start === started;
  // The holder had the same number as this process, so it is gone: this process knows its own locks from `held`.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
