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
import { pairFiles } from "labelmap/dataset";
import { nameOfMask } from "labelmap/dataset/node";
import { MANIFEST } from "./batch/manifest.js";
import { SOURCES } from "./batch/sources.js";
import { findLegends } from "./legend-files.js";
import { checkLegendName, isPalette } from "./legend-flags.js";
import { UsageError } from "./usage-error.js";

export interface ViewedFile {
  /** With `/` between folders; unique in a list. */
  readonly path: string;
  /** Absolute and without links. */
  readonly realPath: string;
}

/** A file that is on no disk, and made when the page asks for it. */
export interface MadeFile {
  /** With `/` between folders; unique in a list. */
  readonly path: string;
  /** @throws {LabelMapError}: the mask cannot be read */
  readonly make: () => Promise<Uint8Array>;
}

export interface ViewedMask {
  readonly name: string;
  readonly mask: ViewedFile | MadeFile;
  /** The result or legend; `null` if there is none, or if it is a palette. */
  readonly result: ViewedFile | MadeFile | null;
  /** The name of a palette. */
  readonly legend: string | null;
  readonly photo: ViewedFile | MadeFile | null;
  /** Of a mask that is made: another text if a file that it may be made from has changed. */
  readonly version?: string;
}

export interface Viewed {
  readonly masks: readonly ViewedMask[];
  /** Files of the folder that are not shown: links that lead out of it, and folders that cannot be read. */
  readonly leftOut: readonly string[];
  /** The folders of the files that masks are made from. */
  readonly folders?: readonly string[];
}

/**
 * The limit for a folder that was given by mistake, such as a home folder or the root. Reading it would take too long.
 */
const MOST_ENTRIES = 1_000_000;

/**
 * @param path a folder or a mask.
 * @param given the legend of the mask: a file or a palette. In a folder, that of the masks that have no result.
 * @throws {UsageError}: the folder has no masks, or there is no such legend; the system's error
 */
export async function findViewed(path: string, given?: string): Promise<Viewed> {
  const root = await realpath(path);
  if (given !== undefined) checkLegendName(given);
  const isName = given !== undefined && isPalette(given);
  const common: Common = {
    file: given === undefined || isName ? null : { name: basename(given), realPath: await namedFile(given) },
    palette: isName ? given.toLowerCase() : null,
  };
  if (!(await stat(root)).isDirectory()) return { masks: [await oneMask(path, common)], leftOut: [] };
  const viewed = await masksUnder((await isOutputDirectory(root)) ? join(root, SOURCES) : root, common);
  if (viewed.masks.length === 0) {
    throw new UsageError(`${path} contains no masks: no file name there ends in .png`);
  }
  return viewed;
}

/** The legend that was given: a file, a palette, or neither. */
interface Common {
  readonly file: { readonly name: string; readonly realPath: string } | null;
  readonly palette: string | null;
}

/** Whether `labelmap fetch` made this folder. Its label images are not masks; the masks are the vendor's files. */
export async function isOutputDirectory(folder: string): Promise<boolean> {
  const isThere = (name: string) =>
    lstat(join(folder, name)).then(
      () => true,
      () => false,
    );
  return (await isThere(MANIFEST)) && (await isThere(SOURCES));
}

async function masksUnder(root: string, common: Common): Promise<Viewed> {
  const { pairs, fileOf, legends, leftOut } = await pairsUnder(root, { isDeep: true });
  const given = givenLegend(common, fileOf);
  const masks = pairs.map(({ name, mask, result, photo }): ViewedMask => {
    const own = fileOf.get(result ?? "");
    const found = fileOf.get(legends.get(mask) ?? "");
    return {
      name,
      mask: fileOf.get(mask)!,
      ...(own === undefined
        ? (given ?? { result: found ?? null, legend: null })
        : { result: own, legend: null }),
      photo: fileOf.get(photo ?? "") ?? null,
    };
  });
  return { masks, leftOut };
}

/** The mask and the legend may be anywhere. What was not given is looked for beside the mask. */
async function oneMask(mask: string, common: Common): Promise<ViewedMask> {
  const name = basename(mask);
  if (!/\.png$/i.test(name))
    throw new UsageError(`${mask} is not a mask; give a file whose name ends in .png, or a folder`);
  const { pairs, fileOf, legends } = await pairsUnder(await realpath(dirname(mask)), { isDeep: false });
  const pair = pairs.find((other) => other.mask === name);
  const id = nameOfMask(name);
  const found = fileOf.get(pair?.result ?? `${id}.json`) ?? fileOf.get(legends.get(name) ?? "") ?? null;
  return {
    name: id,
    mask: { path: name, realPath: await namedFile(mask) },
    ...(givenLegend(common, fileOf) ?? { result: found, legend: null }),
    photo: fileOf.get(pair?.photo ?? "") ?? null,
  };
}

function givenLegend(
  { file, palette }: Common,
  fileOf: ReadonlyMap<string, ViewedFile>,
): Pick<ViewedMask, "result" | "legend"> | undefined {
  if (file === null) return palette === null ? undefined : { result: null, legend: palette };
  // The file may be anywhere, so another file may already have its path.
  let path = `result/${file.name}`;
  while (fileOf.has(path)) path = `result/${path}`;
  return { result: { path, realPath: file.realPath }, legend: null };
}

async function namedFile(path: string): Promise<string> {
  const real = await realpath(path);
  if ((await stat(real)).isFile()) return real;
  throw new UsageError(`${path} is not a regular file; give a file`);
}

async function pairsUnder(root: string, depth: Depth) {
  const { files, leftOut } = await filesUnder(root, depth);
  const fileOf = new Map(files.map((file) => [file.path, file]));
  const { pairs, withoutMask, ignored } = pairFiles([...fileOf.keys()], { byNameOnly: true });
  const masks = pairs.filter(({ result }) => result === null).map(({ mask }) => mask);
  return { pairs, fileOf, legends: findLegends(masks, [...withoutMask, ...ignored]), leftOut };
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
