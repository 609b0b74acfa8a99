/// <reference types="node" />
/**
 * One run at a time in an output directory: `.labelmap/lock/` holds one file, whose name nobody else ever has and which
 * says who the holder is.
 *
 * The file is made in a folder of its own, which is then renamed to `lock`: a system renames a folder over nothing or over
 * an empty folder, never over one with a file. So of several that want the lock one gets it, and it is never there without
 * its holder. What a killed process left is taken away by its name, which cannot hit the lock of whoever came after it.
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

/** A process, so that it can be told from another one with the same number. */
interface Holder {
  readonly host: string;
  /** Linux's PID namespace, where the system has them: in another one, such as a container, numbers mean nothing here. */
  readonly space: string | null;
  readonly pid: number;
  /** The machine's start and the process's, where the system tells: numbers are given again. */
  readonly started: string | null;
}

/** The directories that this very process is at work in. */
const held = new Set<string>();
/** Each time somebody else was quicker. */
const MOST_ATTEMPTS = 20;

/**
 * @returns a function that gives the directory free.
 * @throws {BatchError} BATCH_LOCKED: another process is at work there. STORAGE_FAILED.
 * @throws {DecodeError} OPTION_INVALID: it is no directory, but `s3://…`.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  if (schemeOf(directory) !== undefined) {
    throw invalid(`${directory} is no directory; only workers write elsewhere (labelmap enqueue).`);
  }
  const path = await lockPath(directory);
  if (held.has(path))
    throw new BatchError("BATCH_LOCKED", `${directory}: this process is at work there already`);
  // Before anything else is waited for: else a second run of this process would take the lock for that of one long gone.
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
  throw new BatchError("BATCH_LOCKED", `${directory}: another process has just begun to work there`);
}

/** @returns whether it went well: not where something is there already. */
async function renameFolder(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    // POSIX; a file in place of the folder; Windows.
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOTEMPTY", "EEXIST", "ENOTDIR", "EPERM", "EACCES"].includes(code)) return false;
    throw error;
  }
}

/** Takes away what a process has left that runs no more. @throws {BatchError} BATCH_LOCKED: it runs, or may run */
async function removeStale(path: string, self: Holder, directory: string): Promise<void> {
  const remedy = `if none of labelmap's runs is at work there, remove ${path}`;
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code !== "ENOTDIR") throw error;
    throw new BatchError("BATCH_LOCKED", `${directory}: a file is where the lock should be; ${remedy}`);
  });
  for (const name of names) {
    const text = await readFile(join(path, name), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    // It has just been given free.
    if (text === undefined) continue;
    const holder = parseHolder(text);
    if (holder === undefined) {
      throw new BatchError("BATCH_LOCKED", `${directory}: its lock does not say whose it is; ${remedy}`);
    }
    if (holder.host !== self.host || holder.space !== self.space) {
      const who = `process ${holder.pid} of another machine or container (${holder.host})`;
      throw new BatchError(
        "BATCH_LOCKED",
        `${directory}: ${who} is at work there, or was stopped at it; ${remedy}`,
      );
    }
    if (await isRunning(holder)) {
      const message = `${directory}: process ${holder.pid} is at work there; wait for it, or take another directory`;
      throw new BatchError("BATCH_LOCKED", `${message}; ${remedy}`);
    }
    await rm(join(path, name), { force: true });
  }
  // Windows renames no folder over an empty one.
  await removeEmpty(path);
}

/** Takes a folder away unless somebody has put something into it, or has taken it away already. */
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

/** When a process started, as Linux says it in `/proc`; `null` where it says nothing. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in brackets, may hold anything; the start is the twentieth word after it (proc(5)).
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${boot.trim()} ${ticks}`;
  } catch {
    return null;
  }
}

async function isRunning({ pid, started }: Holder): Promise<boolean> {
  const start = await startOf(pid);
  if (start !== null && started !== null) return start === started;
  // This process's own number is of one that is gone: what it holds itself it knows.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
