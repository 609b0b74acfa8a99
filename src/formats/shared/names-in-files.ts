/** The classes of formats that list them nowhere: the names that occur in the files of all images. */

import { ClassList } from "../../legend/class-list.js";
import { readJson } from "../files.js";
import type { FileSource } from "../set.js";
import { isBackground } from "./labelmap-classes.js";
import { classListFrom, type ListedItem } from "./set-reading.js";

/**
 * Reads the files one after the other. Ids count from 1 in the order of the names, and the background has the id 0.
 *
 * @param namesOf the names in the content of a file; values that are no names are ignored
 */
export async function namesInFiles(
  source: FileSource,
  listed: readonly Pick<ListedItem, "mask">[],
  namesOf: (json: unknown) => readonly unknown[],
): Promise<ClassList> {
  const names = new Set<string>();
  for (const { mask } of listed) addNames(names, namesOf(await readJson(source, mask)));
  return listOfNames(names);
}

export function addNames(names: Set<string>, found: readonly unknown[]): void {
  for (const name of found) if (typeof name === "string" && name !== "") names.add(name);
}

/** Sorted by code units, which is the same on every machine. */
export function listOfNames(names: ReadonlySet<string>): ClassList {
  let next = 1;
  const isTaken = [...names].filter(isBackground).length > 1;
  const entries = [...names].sort().map((name) => ({
    id: isBackground(name) && !isTaken ? 0 : next++,
    name,
  }));
  return entries.length === 0 ? ClassList.fromNames([]) : classListFrom(entries.sort((a, b) => a.id - b.id));
}
