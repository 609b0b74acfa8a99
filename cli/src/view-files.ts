/// <reference types="node" />
/**
 * Finds what `labelmap view` shows: the masks of a folder and its subfolders with their results and photos, or a single
 * mask.
 *
 * Files are paired as in the page itself (`pairFiles`), but only by their names. Each file has its real path, and links
 * that lead out of the folder are not followed.
 */

import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { type PathPair, pairFiles } from "labelmap/dataset";
import { nameOfMask } from "labelmap/dataset/node";
import { MANIFEST } from "./batch/manifest.js";
import { SOURCES } from "./batch/sources.js";
import { UsageError } from "./usage-error.js";

export interface ViewedFile {
  /** With `/` between folders; unique in a list. */
  readonly path: string;
  /** Absolute and without links. */
  readonly realPath: string;
}

export interface ViewedMask {
  readonly name: string;
  readonly mask: ViewedFile;
  readonly result: ViewedFile | null;
  readonly photo: ViewedFile | null;
}

export interface Viewed {
  readonly masks: readonly ViewedMask[];
  /** Files of the folder that are not shown: links that lead out of it, and folders that cannot be read. */
  readonly leftOut: readonly string[];
}

/**
 * The limit for a folder that was given by mistake, such as a home folder or the root. Reading it would take too long.
 */
const MOST_ENTRIES = 1_000_000;

/**
 * @param path a folder or a mask.
 * @throws {UsageError}: the folder has no masks, or a result is given for a folder; the system's error
 */
export async function findViewed(path: string, result?: string): Promise<Viewed> {
  const root = await realpath(path);
  if (!(await stat(root)).isDirectory()) return { masks: [await oneMask(path, result)], leftOut: [] };
  if (result !== undefined) {
    throw new UsageError(
      `${path} is a folder, and its results are found by their names; leave out ${result}`,
    );
  }
  const viewed = await masksUnder((await isOutputDirectory(root)) ? join(root, SOURCES) : root);
  if (viewed.masks.length === 0) {
    throw new UsageError(`${path} contains no masks: no file name there ends in .png`);
  }
  return viewed;
}

/** Whether `labelmap fetch` made this folder. Its label images are not masks; the masks are the vendor's files. */
async function isOutputDirectory(folder: string): Promise<boolean> {
  const isThere = (name: string) =>
    lstat(join(folder, name)).then(
      () => true,
      () => false,
    );
  return (await isThere(MANIFEST)) && (await isThere(SOURCES));
}

async function masksUnder(root: string): Promise<Viewed> {
  const { pairs, fileOf, leftOut } = await pairsUnder(root, { isDeep: true });
  return { masks: pairs.map((pair) => toViewed(pair, fileOf)), leftOut };
}

/** The mask and the result may be anywhere. What was not given is looked for beside the mask. */
async function oneMask(mask: string, result: string | undefined): Promise<ViewedMask> {
  const name = basename(mask);
  if (!/\.png$/i.test(name))
    throw new UsageError(`${mask} is not a mask; give a file whose name ends in .png, or a folder`);
  const { pairs, fileOf } = await pairsUnder(await realpath(dirname(mask)), { isDeep: false });
  const pair = pairs.find((other) => other.mask === name);
  const id = nameOfMask(name);
  return {
    name: id,
    mask: { path: name, realPath: await namedFile(mask) },
    result:
      result === undefined
        ? (fileOf.get(pair?.result ?? `${id}.json`) ?? null)
        : { path: `result/${basename(result)}`, realPath: await namedFile(result) },
    photo: fileOf.get(pair?.photo ?? "") ?? null,
  };
}

async function namedFile(path: string): Promise<string> {
  const real = await realpath(path);
  if ((await stat(real)).isFile()) return real;
  throw new UsageError(`${path} is not a regular file; give a file`);
}

function toViewed(
  { name, mask, result, photo }: PathPair,
  fileOf: ReadonlyMap<string, ViewedFile>,
): ViewedMask {
  return {
    name,
    mask: fileOf.get(mask)!,
    result: result === null ? null : fileOf.get(result)!,
    photo: photo === null ? null : fileOf.get(photo)!,
  };
}

async function pairsUnder(root: string, depth: Depth) {
  const { files, leftOut } = await filesUnder(root, depth);
  const fileOf = new Map(files.map((file) => [file.path, file]));
  const { pairs } = pairFiles([...fileOf.keys()], { byNameOnly: true });
  return { pairs, fileOf, leftOut };
}

interface Depth {
  /** Whether to include subfolders. */
  readonly isDeep: boolean;
}

/** Skips hidden folders and node_modules, and does not follow links to folders. */
async function filesUnder(
  root: string,
  { isDeep }: Depth,
): Promise<{ files: ViewedFile[]; leftOut: string[] }> {
  const files: ViewedFile[] = [];
  const leftOut: string[] = [];
  const folders = [""];
  let entryCount = 0;
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
      if (folder === "") throw error;
      leftOut.push(folder);
      return [];
    });
    entryCount += entries.length;
    if (entryCount > MOST_ENTRIES) {
      throw new UsageError(`${root} has more than ${MOST_ENTRIES} files; choose a smaller folder`);
    }
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory() && isDeep) folders.push(`${path}/`);
      if (entry.isFile()) files.push({ path, realPath: join(root, path) });
      if (!entry.isSymbolicLink()) continue;
      const realPath = await realFile(join(root, path));
      if (realPath === null) continue;
      if (isUnder(root, realPath)) files.push({ path, realPath });
      else leftOut.push(path);
    }
  }
  return { files, leftOut };
}

function isUnder(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The file that a link leads to; `null` if that is not a file. */
async function realFile(link: string): Promise<string | null> {
  try {
    return (await stat(link)).isFile() ? await realpath(link) : null;
  } catch {
    return null;
  }
}
