/** The files of an output directory that list its classes and its things, and how they are checked, read and written. */

import { isDeepStrictEqual } from "node:util";
import { ClassList } from "labelmap";
import { type Storage, writeJson } from "./batch/storage.js";
import { inFile } from "./input.js";
import { UsageError } from "./usage-error.js";

/** The class list in an output directory. It grows with the data set. */
export const CLASSES_FILE = "classes.json";
/** The file of an output directory that lists the classes whose objects are counted. It grows as well. */
export const THINGS_FILE = "things.json";

/** @throws {ClassError} CLASS_LIST_INVALID; {BatchError} STORAGE_FAILED */
export async function readClasses(storage: Storage): Promise<ClassList | undefined> {
  const bytes = await storage.read(CLASSES_FILE);
  return bytes === undefined ? undefined : parseClasses(new TextDecoder().decode(bytes), listOf(storage));
}

/** @throws {ClassError} CLASS_LIST_INVALID: the message starts with the file's name */
export function parseClasses(text: string, file: string): ClassList {
  try {
    return ClassList.fromJSON(text);
  } catch (error) {
    throw inFile(error, file);
  }
}

export function listOf(storage: Storage | null): string {
  return storage === null ? CLASSES_FILE : `${storage.name}/${CLASSES_FILE}`;
}

/** @throws {BatchError} STORAGE_FAILED */
export function writeClasses(storage: Storage, classes: ClassList): Promise<void> {
  return writeJson(storage, CLASSES_FILE, classes);
}

/**
 * All classes of which an object was ever found here, not only those in the results of this run. Otherwise the options
 * would change with the list of jobs, and finished outputs would have to be made again.
 */
export async function extendThings(
  storage: Storage | null,
  found: readonly string[],
): Promise<readonly string[]> {
  const bytes = await storage?.read(THINGS_FILE);
  const earlier = bytes === undefined ? [] : parseThings(new TextDecoder().decode(bytes));
  const all = [...new Set([...earlier, ...found])].sort();
  if (storage !== null && all.length > earlier.length) await writeJson(storage, THINGS_FILE, all);
  return all;
}

/** @throws {UsageError} */
function parseThings(text: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(text);
    if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names;
  } catch {}
  throw new UsageError(
    `${THINGS_FILE} in the output directory is not a list of class names; give --things, or remove the file`,
  );
}

/** @throws {UsageError}: the two lists contradict each other, so they cannot be used in the same directory */
export function checkIds(
  given: ClassList,
  { earlier, storage }: { earlier: ClassList; storage: Storage },
): void {
  if (isPartOf(given, earlier) || isPartOf(earlier, given)) return;
  throw new UsageError(
    `--classes has different ids from ${listOf(storage)}, which the outputs there were made with; use another output directory`,
  );
}

/** Whether the other list has all classes of this list, with the same ids and settings. */
export function isPartOf(list: ClassList, other: ClassList): boolean {
  const [{ classes, ...rest }, { classes: more, ...others }] = [list.toJSON(), other.toJSON()];
  return (
    isDeepStrictEqual(rest, others) &&
    classes.every((entry) => more.some((candidate) => isDeepStrictEqual(entry, candidate)))
  );
}
