/// <reference types="node" />
/**
 * Files in a directory. Each file is written under a temporary name in `.labelmap/`, synced, and renamed. So a process
 * that is killed never leaves a half-written file under a final name. `settle` then syncs the folders, which contain the
 * names.
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import { BatchError } from "./batch-error.js";
import { makeFolder } from "./make-folder.js";
import type { Pieces, Storage } from "./storage.js";
import { writeFile } from "./write-file.js";

/** No file takes this long to write. */
const ABANDONED_AFTER_MILLISECONDS = 24 * 3_600_000;
/** A folder in the output directory for unfinished files and the lock. */
export const WORK_FOLDER = ".labelmap";
export const WRITING_FOLDER = `${WORK_FOLDER}/writing`;

export class DirectoryStorage implements Storage {
  readonly name: string;
  readonly #folders = new Set<string>();
  /** Folders whose own names survive a power cut. */
  readonly #settled = new Set<string>();

  /** @param path the directory. The first `write` creates it if it is missing. */
  constructor(path: string) {
    this.name = path;
  }

  /** Removes half-written files of killed processes. Call it only while nobody writes. */
  async removeUnfinished(): Promise<void> {
    await this.#try(WRITING_FOLDER, () =>
      rm(join(this.name, WRITING_FOLDER), { recursive: true, force: true }),
    );
  }

  /** Removes half-written files that are more than a day old. Others may be writing in the meantime. */
  async removeAbandoned(): Promise<void> {
    await this.#try(WRITING_FOLDER, async () => {
      const folder = join(this.name, WRITING_FOLDER);
      for (const name of (await readdir(folder).catch(undefinedIfMissing)) ?? []) {
        const age = Date.now() - ((await stat(join(folder, name)).catch(undefinedIfMissing))?.mtimeMs ?? 0);
        if (age > ABANDONED_AFTER_MILLISECONDS) await rm(join(folder, name), { force: true });
      }
    });
  }

  write(path: string, pieces: Pieces): Promise<void> {
    return this.#try(path, async () => {
      const target = this.#resolve(path);
      const unfinished = join(this.name, WRITING_FOLDER, randomUUID());
      for (const folder of [dirname(target), dirname(unfinished)]) {
        if (this.#folders.has(folder)) continue;
        await makeFolder(folder);
        this.#folders.add(folder);
      }
      await writeFile(unfinished, target, pieces);
    });
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return this.#try(path, () => readFile(this.#resolve(path)).catch(undefinedIfMissing));
  }

  size(path: string): Promise<number | undefined> {
    return this.#try(path, async () => (await stat(this.#resolve(path)).catch(undefinedIfMissing))?.size);
  }

  remove(path: string): Promise<void> {
    return this.#try(path, () => rm(this.#resolve(path), { force: true }));
  }

  async *list(folder: string): AsyncIterable<string> {
    const options = { withFileTypes: true } as const;
    const entries = await this.#try(
      folder,
      async () => (await readdir(this.#resolve(folder), options).catch(undefinedIfMissing)) ?? [],
    );
    for (const entry of entries) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) yield* this.list(path);
      else yield path;
    }
  }

  async settle(paths: Iterable<string>): Promise<void> {
    const folders = new Set<string>();
    const named = new Set<string>();
    for (const path of paths) {
      let folder = posix.dirname(path);
      folders.add(folder);
      // The name of a new folder is stored in the folder above it, so that must be synced too.
      for (; folder !== "." && !this.#settled.has(folder); folder = posix.dirname(folder)) {
        named.add(folder);
        folders.add(posix.dirname(folder));
      }
    }
    await Promise.all(
      Array.from(folders, (folder) => this.#try(folder, () => syncFolder(join(this.name, folder)))),
    );
    for (const folder of named) this.#settled.add(folder);
  }

  #resolve(path: string): string {
    const target = resolve(this.name, path);
    const [step] = relative(this.name, target).split(sep);
    if (step !== ".." && !isAbsolute(step!)) return target;
    throw new BatchError("STORAGE_FAILED", `${path} is outside ${this.name}`);
  }

  async #try<T>(path: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof BatchError) throw error;
      throw storageError(join(this.name, path), error);
    }
  }
}

/** Turns a system error into a `BatchError` that says what to do. */
export function storageError(place: string, error: unknown): BatchError {
  const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
  const advice: Record<string, string> = {
    ENOSPC: "the disk is full; free some space and run again, finished jobs are kept",
    EDQUOT: "the disk quota is used up; free some space and run again, finished jobs are kept",
    EACCES: "permission denied; change the permissions, or choose another directory",
    EROFS: "the file system is read-only; choose another directory",
    ENOENT: "it does not exist and cannot be created",
    ENOTDIR: "a part of the path is a file, not a directory",
    EEXIST:
      "a part of the path is a file, or a link to a place that does not exist; remove it, or choose another directory",
    EISDIR: "it is a directory, not a file",
    EFBIG: "the file is larger than the system allows (ulimit -f)",
    EXDEV:
      "its folder is a link to another disk, and files cannot be moved there; choose an output directory on that disk",
    EMFILE: "too many files are open; allow fewer downloads at the same time",
  };
  return new BatchError("STORAGE_FAILED", `${place}: ${advice[code] ?? message}`, { cause: error });
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a directory. There we rely on the file system to keep the name.
  if (process.platform === "win32") return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
