/// <reference types="node" />
/** The files that the arguments of a command name: a folder, a zip file, single files, or patterns, as a `FileSource`. */

import { type Dirent, existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { openFolder } from "labelmap/dataset/node";
import type { FileSource } from "labelmap/formats";
import { closeLater } from "../close-later.js";
import { UsageError } from "../usage-error.js";
import { isIn } from "./places.js";
import { withoutOutputs } from "./without-outputs.js";

/** The files of a command's source. */
export interface OpenedFiles {
  readonly source: FileSource;
  /** What messages call the source: its path, or the first of several. */
  readonly name: string;
  /** The folder on disk that paths of the source begin in; `null` for a zip file. */
  readonly root: string | null;
  /** Paths on disk of the arguments, for checks that nothing is written over them. */
  readonly inputs: readonly string[];
  /** The files that were named one by one; missing if a folder or a zip file was. */
  readonly named?: ReadonlySet<string>;
  /** Whether files of the whole folder are read, because a file was named that lists others. */
  readonly isWholeFolder?: boolean;
  /** Output directories of labelmap below `root`, whose files are left out. */
  readonly leftOut?: readonly string[];
}

/** Files that list masks in other files, so the files around them belong to the source too. */
const LISTS = /\.(?:json|xml|ya?ml|txt|csv)$/i;

/** Files that may be the photo of a mask of their name. */
const PHOTOS = /(?:\.(?:jpe?g|webp)|_image\.png)$/i;

/**
 * @param paths a folder, a zip file, or files. A path that does not exist may be a pattern, such as `masks/*.png`.
 * @throws {UsageError}: nothing is there, or a folder is named beside other things; the system's error
 */
export async function openFiles(paths: readonly string[]): Promise<OpenedFiles> {
  const opened = await openNamed(await expandPatterns(paths));
  const { source } = opened;
  let listing: Promise<readonly string[]> | undefined;
  // Recognition, pairing and reading all ask for the paths, and a large folder takes long to list.
  const list = () => {
    listing ??= source.list();
    return listing;
  };
  return withoutOutputs({ ...opened, source: { ...source, list } });
}

async function openNamed(found: readonly string[]): Promise<OpenedFiles> {
  const [first] = found;
  const folders = found.filter((path) => statSync(path).isDirectory());
  const zips = found.filter((path) => /\.zip$/i.test(path));
  if (found.length > 1 && (folders.length > 0 || zips.length > 0)) {
    const [other] = [...folders, ...zips];
    throw new UsageError(
      `${other} is named beside other sources; give one folder, one zip file, or only files`,
    );
  }
  if (folders.length === 1) {
    return { source: await openFolder(first!), name: first!, root: resolve(first!), inputs: found };
  }
  if (zips.length === 1) {
    const { openZip } = await import("./zip-source.js");
    const source = await openZip(first!);
    closeLater(() => source.close());
    return { source, name: first!, root: null, inputs: found };
  }
  return openSingleFiles(found);
}

/** Whether nothing has this path, and it may be a pattern, such as `masks/*.png`. */
export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path) && !existsSync(path);
}

/**
 * Patterns become the files that they match, in code-unit order.
 * @throws {UsageError}: nothing is there
 */
export async function expandPatterns(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if (existsSync(path)) {
      found.push(path);
      continue;
    }
    if (!isPattern(path)) throw new UsageError(`there is no file or folder ${path}; check the path`);
    const { glob } = await import("tinyglobby");
    // A pattern has slashes on every system.
    const matches = (await glob(path.replaceAll(sep, "/"), { expandDirectories: false })).sort();
    if (matches.length === 0) throw new UsageError(`no file matches ${path}; check the pattern`);
    found.push(...matches);
  }
  return found;
}

/**
 * Single files. A file that lists masks, such as `instances.json`, includes all files of its folder, except other lists beside
 * it. Masks include the files that have their names: `street.png` includes `street.json` and `street.jpg`.
 */
async function openSingleFiles(files: readonly string[]): Promise<OpenedFiles> {
  const root = commonFolder(files);
  const given = new Set(files.map((file) => relative(root, resolve(file)).replaceAll(sep, "/")));
  const folder = await openFolder(root);
  const hasLists = [...given].some((path) => LISTS.test(path));
  const stems = new Set([...given].map(stemOf));
  // A photo of the kind of the masks could be a mask itself.
  const hasPhotos = ![...given].some((path) => PHOTOS.test(path));
  const isCompanion = (path: string) =>
    stems.has(stemOf(path)) && (/\.json$/i.test(path) || (hasPhotos && PHOTOS.test(path)));
  const isPart = (path: string) => given.has(path) || (hasLists ? !LISTS.test(path) : isCompanion(path));
  return {
    source: {
      list: async () => (hasLists ? (await folder.list()).filter(isPart) : filesBeside(root, given, isPart)),
      read: (path, first) => folder.read(path, first),
    },
    name: files.length === 1 ? files[0]! : `${files[0]} and ${files.length - 1} more`,
    root,
    inputs: files,
    named: given,
    isWholeFolder: hasLists,
  };
}

/**
 * The paths of the files beside some files that belong to them, in code-unit order. Other folders are not read: there may be
 * many, and some may belong to another user.
 */
function filesBeside(root: string, paths: ReadonlySet<string>, isPart: (path: string) => boolean): string[] {
  const folders = new Set([...paths].map((path) => path.slice(0, path.lastIndexOf("/") + 1)));
  const isFile = (path: string, entry: Dirent) => {
    if (!entry.isSymbolicLink()) return entry.isFile();
    const place = join(root, path);
    try {
      return statSync(place).isFile() && isIn(place, root);
    } catch {
      // As in a folder: a link that cannot be followed is left out.
      return false;
    }
  };
  return [...folders]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => isPart(folder + entry.name) && isFile(folder + entry.name, entry))
        .map(({ name }) => folder + name),
    )
    .sort();
}

/** `a/b` of `a/b.png`, and of `a/b_image.png`, which is a photo. */
function stemOf(path: string): string {
  return path.replace(/\.[^./]+$/, "").replace(/_image$/i, "");
}

/** The deepest folder that all files are in. */
function commonFolder(files: readonly string[]): string {
  const [first, ...others] = files.map((file) => resolve(dirname(file)).split(sep));
  let length = first!.length;
  for (const parts of others) {
    let same = 0;
    while (same < length && parts[same] === first![same]) same++;
    length = same;
  }
  return first!.slice(0, length).join(sep) || sep;
}
