/// <reference types="node" />
/** Folders on disk as the source and the sink of data sets. No path leads out of the folder, through links either. */
import { randomUUID } from "node:crypto";
import { mkdir, open, opendir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { checkOptions, isCount } from "../checks/arguments.js";
import { checkKeys } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { checkSignal } from "../checks/signal.js";
import { FormatError } from "../errors.js";
import { checkPath, fileExists, isHiddenPath, missingFile } from "../formats/files.js";
import type { AbortableOptions, FileSink, FileSource } from "../formats/set.js";
import { abortableSink, abortableSource } from "../formats/shared/abortable.js";
import { readingFolder } from "./reading-folder.js";

/** How much of a folder is read. */
export interface FolderOptions extends AbortableOptions {
  /** Most bytes that a file may have. Default 2^30 (1 GiB). */
  readonly maxFileBytes?: number;
  /** Most files that the folder and its subfolders may have. Default 2^22 (4 million). */
  readonly maxFiles?: number;
}

/**
 * A folder as the source of a data set, with its subfolders. Hidden files are left out, and so are folders called
 * `node_modules`, whose packages have pictures and samples of their own. Links to files and folders are followed if they
 * stay in the folder.
 *
 * @param path the folder
 * @throws {DecodeError} OPTION_INVALID
 * @throws {LabelMapError} SOURCE_MISSING: there is no such folder, or it is a file.
 * @throws Node's own errors, with the path, if the folder cannot be read for another reason; the reason of `signal`.
 */
export async function openFolder(path: string, options: FolderOptions = {}): Promise<FileSource> {
  checkKeys(checkOptions(options), "maxFileBytes maxFiles signal", "the options");
  const { maxFileBytes = 2 ** 30, maxFiles = 2 ** 22, signal } = options;
  if (!isCount(maxFileBytes) || !isCount(maxFiles)) {
    throw invalid("maxFileBytes and maxFiles must be integers of at least 0.");
  }
  checkSignal(signal);
  const root = await readingFolder(path, async () => {
    const real = await realpath(path);
    await (await opendir(real)).close();
    return real;
  });
  const folder: FileSource = {
    async list() {
      const found: string[] = [];
      await walk(root, "", new Set([root]), (file) => {
        signal?.throwIfAborted();
        if (found.push(file) <= maxFiles) return;
        const problem = `the folder has more than ${maxFiles} files; open a smaller one, or raise maxFiles`;
        throw new FormatError("FORMAT_UNSUPPORTED", path, `${problem}.`);
      });
      return found.sort();
    },
    async read(file, first) {
      const handle = await open(await placeIn(root, file), "r");
      try {
        const { size } = await handle.stat();
        const length = Math.min(size, first ?? size);
        if (length > maxFileBytes) {
          const problem = `the file has ${size} bytes, but at most ${maxFileBytes} are read; raise maxFileBytes`;
          throw new FormatError("FORMAT_UNSUPPORTED", file, `${problem}.`);
        }
        const bytes = new Uint8Array(length);
        let end = 0;
        while (end < length) {
          const { bytesRead } = await handle.read(bytes, end, length - end, end);
          // The file has shrunk since its size was read.
          if (bytesRead === 0) break;
          end += bytesRead;
        }
        return bytes.subarray(0, end);
      } finally {
        await handle.close();
      }
    },
  };
  return abortableSource(folder, signal);
}

/** @param ancestors the real paths of the folders above, so that links do not lead in circles */
async function walk(
  root: string,
  folder: string,
  ancestors: ReadonlySet<string>,
  add: (file: string) => void,
): Promise<void> {
  for await (const entry of await opendir(join(root, folder))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (isHiddenPath(entry.name) || entry.name === "node_modules") continue;
    if (entry.isDirectory()) {
      await walk(root, path, new Set([...ancestors, join(root, path)]), add);
    } else if (entry.isFile()) {
      add(path);
    } else if (entry.isSymbolicLink()) {
      const real = await realpath(join(root, path)).catch(() => null);
      if (real === null || !isBelow(root, real)) continue;
      if ((await stat(real)).isFile()) add(path);
      else if (!ancestors.has(real)) await walk(root, path, new Set([...ancestors, real]), add);
    }
  }
}

function isBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** The real place of a file. @throws {FormatError} it is outside. @throws {LabelMapError} SOURCE_MISSING */
async function placeIn(root: string, file: string): Promise<string> {
  const real = await realpath(join(root, checkPath(file))).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") throw missingFile(file);
    throw error;
  });
  if (isBelow(root, real)) return real;
  throw new FormatError("FORMAT_INVALID", file, "is a link that leads out of the folder; copy the file.");
}

/**
 * A folder as the sink of a data set. It is made if it is missing. A file is there completely or not at all. A file that is
 * already there is never overwritten.
 *
 * @param path the folder
 * @throws {DecodeError} OPTION_INVALID
 * @throws Node's own errors, with the path, if the folder cannot be made; the reason of `signal`.
 */
export async function createFolder(path: string, options: AbortableOptions = {}): Promise<FileSink> {
  checkKeys(checkOptions(options), "signal", "the options");
  const { signal } = options;
  checkSignal(signal);
  await mkdir(path, { recursive: true });
  const root = await realpath(path);
  const folder: FileSink = {
    async write(file, content) {
      const target = resolve(root, checkPath(file));
      if (!isBelow(root, await nearestFolder(dirname(target)))) {
        const problem = "a folder of its path is a link that leads out of the folder; remove the link";
        throw new FormatError("FORMAT_INVALID", file, `${problem}.`);
      }
      await mkdir(dirname(target), { recursive: true });
      if (await stat(target).then(Boolean, () => false)) throw fileExists(file);
      // A name that starts with a dot is hidden, so nobody takes half a file for a mask.
      const partial = join(dirname(target), `.${randomUUID()}.partial`);
      try {
        await writeFile(partial, content, { flag: "wx" });
        await rename(partial, target);
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
    },
  };
  return abortableSink(folder, signal);
}

/** The real path of a folder, or of the nearest folder above that exists. */
async function nearestFolder(path: string): Promise<string> {
  return realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return nearestFolder(dirname(path));
    throw error;
  });
}
