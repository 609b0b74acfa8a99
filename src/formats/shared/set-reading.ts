/** What the readers of data sets share: items in order, one mask at a time, class lists, and files that must be there. */

import { quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { FormatError, type Issue, LabelMapError } from "../../errors.js";
import { type ClassEntry, ClassList } from "../../legend/class-list.js";
import type { LabelMap } from "../../maps/label-map.js";
import { checkPath, isHiddenPath } from "../files.js";
import type { Format } from "../format.js";
import type { DataSet, FileSource, SetItem } from "../set.js";
import type { AbortableOptions } from "./abortable.js";

/** The paths of a source, checked, in code-unit order, which is the same on every machine. */
export async function pathsOf(source: FileSource): Promise<string[]> {
  if (typeof source?.list !== "function" || typeof source.read !== "function") {
    throw invalid("The source has no list or read; give openFolder(path) or filesInMemory(files).");
  }
  return [...(await source.list())].filter((path) => !isHiddenPath(path)).sort();
}

/** A mask of a listing that is not decoded yet. */
export interface ListedItem {
  readonly name: string;
  readonly photo: string | null;
  readonly split: string | null;
  readonly issues?: readonly Issue[];
  /** The path that messages name. */
  readonly mask: string;
  readonly decode: () => Promise<LabelMap>;
}

/**
 * The set of these items, in the order of their names.
 * @param about.signal only needed if an item is decoded without reading a file, which an abortable source would refuse
 * @throws {FormatError} FORMAT_INVALID: there is no item, or two items have the same name.
 */
export function dataSetOf(
  format: Format,
  listed: readonly ListedItem[],
  {
    signal,
    ...about
  }: Pick<DataSet, "classes" | "reason"> & Partial<Pick<DataSet, "issues">> & AbortableOptions,
): DataSet {
  const items = [...listed].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  if (items.length === 0) {
    throw new FormatError("FORMAT_INVALID", format.title, `no mask is found; ${expectation(format)}.`);
  }
  items.forEach((item, place) => {
    const before = items[place - 1];
    if (before?.name !== item.name) return;
    const problem = `${quote(before.mask)} and ${quote(item.mask)} have the same name, ${quote(item.name)}`;
    throw new FormatError("FORMAT_INVALID", format.title, `${problem}; read the two parts as two sets.`);
  });
  return {
    format,
    count: items.length,
    issues: [],
    ...about,
    async *[Symbol.asyncIterator]() {
      for (const { name, photo, split, issues = [], mask, decode } of items) {
        const map = () =>
          inFile(mask, async () => {
            signal?.throwIfAborted();
            return decode();
          });
        yield { name, photo, split, issues, map } satisfies SetItem;
      }
    },
  };
}

/** What a folder of the format has, for messages. */
export function expectation({ set }: Format): string {
  return `expected ${set!.files.map((file) => file.split(":")[0]).join(", ")}`;
}

/** Runs a decode, and puts the path before the message of its error. The error keeps its class and its code. */
export async function inFile<T>(path: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof LabelMapError && error.code !== "OPTION_INVALID" && !error.message.includes(path)) {
      error.message = `${path}: ${error.message}`;
    }
    throw error;
  }
}

/**
 * A class list of these classes. The id of void is 255, or the first free number above all ids if a class has 255.
 * @throws {ClassError} CLASS_LIST_INVALID
 */
export function classListFrom(classes: readonly ClassEntry[]): ClassList {
  const ids = classes.map(({ id }) => id);
  const voidId = ids.includes(255) ? ids.reduce((most, id) => Math.max(most, id), 0) + 1 : 255;
  return ClassList.fromJSON({ classes, voidId, ignoreId: voidId });
}

/** A path that a file of the set names, from the folder of that file. @throws {FormatError} if it leaves the set */
export function joinPaths(folder: string, path: string): string {
  return checkPath(folder === "" ? path : `${folder}/${path}`);
}

/** `annotations` of `annotations/panoptic.json`; empty for a file at the top. */
export function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

/** A path without the ending of its file. */
export function withoutEnding(path: string): string {
  return path.replace(/\.[^./]+$/, "");
}

const PHOTO = /\.(?:jpe?g|png|webp|bmp|tiff?)$/i;

/** Looks up the photos below a folder by their names: the path without the folder, the ending and `suffix`. */
export function photosIn(paths: readonly string[], folder: string, suffix = ""): ReadonlyMap<string, string> {
  const photos = new Map<string, string>();
  for (const path of paths) {
    if (!path.startsWith(folder) || !PHOTO.test(path)) continue;
    const name = withoutEnding(path.slice(folder.length));
    if (!name.endsWith(suffix)) continue;
    const key = name.slice(0, name.length - suffix.length).normalize("NFC");
    if (!photos.has(key)) photos.set(key, path);
  }
  return photos;
}
