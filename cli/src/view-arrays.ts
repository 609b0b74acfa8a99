/// <reference types="node" />
/**
 * Folders of `.npy` files for `labelmap view`. Arrays of class ids have a class list, and are read as the set that they are.
 * All others are shown too: what `labelmap decode --format npy` writes without classes, or a model's own numbers. Then each
 * number is a label whose name is the number. As class ids they would be given names that they do not have.
 */

import { ClassList, type LabelMap } from "labelmap";
import { type DataSet, decodeNpy, npyToMap, readSet, type SetItem } from "labelmap/formats";
import { labelMapFrom } from "labelmap/maps";
import { type OtherValues, otherValues } from "./sources/decoded-output.js";
import { type OpenedFiles, openFiles } from "./sources/open-files.js";
import type { OpenedSet } from "./sources/open-set.js";

/** The file of a class list. It counts for arrays in its folder, and below. */
const CLASSES = "classes.json";

/** @throws what `readSet` throws */
export async function openArrays(path: string): Promise<OpenedSet> {
  const files = await openFiles([path]);
  const set = await readSet(files.source, { format: "npy" });
  const values = await otherValues(files, "npy");
  const paths = await files.source.list();
  const listed = new Set(paths);
  // The name of an item is its path without the ending.
  const pathOf = new Map(paths.filter((one) => /\.npy$/i.test(one)).map((one) => [one.slice(0, -4), one]));
  const withNumbers = (item: SetItem): SetItem => {
    const file = pathOf.get(item.name);
    if (file === undefined || (values === undefined && hasClassList(file, listed))) return item;
    return { ...item, map: async () => numberedMap(files, file, values) };
  };
  const shown: DataSet = {
    ...set,
    async *[Symbol.asyncIterator]() {
      for await (const item of set) yield withNumbers(item);
    },
  };
  return { ...files, set: shown, found: set.reason + noteOn(values, [...pathOf.values()], listed) };
}

function hasClassList(path: string, listed: ReadonlySet<string>): boolean {
  const folders = path.split("/").slice(0, -1);
  return [...folders, ""].some((_, depth) => listed.has([...folders.slice(0, depth), CLASSES].join("/")));
}

function noteOn(
  values: OtherValues | undefined,
  paths: readonly string[],
  listed: ReadonlySet<string>,
): string {
  if (values?.panoptic !== undefined) return "";
  if (values !== undefined) return ` Each value is ${values.meaning}, so the labels are shown as numbers.`;
  return paths.every((path) => hasClassList(path, listed))
    ? ""
    : ` Arrays without a ${CLASSES} in their folder or above are shown with their numbers as names.`;
}

async function numberedMap(
  { source }: OpenedFiles,
  path: string,
  values: OtherValues | undefined,
): Promise<LabelMap> {
  const map = npyToMap(decodeNpy(await source.read(path)));
  if (values?.panoptic !== undefined) {
    const { classes, divisor } = values.panoptic;
    return labelMapFrom(map, { classes, divisor });
  }
  const unlabelled = values?.unlabelled ?? -1;
  const numbers = new Set<number>(map.data);
  numbers.delete(unlabelled);
  const classes = classesOf([...numbers].sort((a, b) => a - b));
  if (unlabelled === -1) return labelMapFrom(map, { classes });
  const data = Int32Array.from(map.data, (value) => (value === unlabelled ? -1 : value));
  return labelMapFrom({ ...map, data }, { classes });
}

/** @throws {ClassError} CLASS_LIST_INVALID: a number is negative */
function classesOf(numbers: readonly number[]): ClassList {
  // Numbers that no pixel has.
  const taken = new Set(numbers);
  let free = 0;
  while (taken.has(free)) free++;
  return ClassList.fromJSON({
    version: 1,
    classes: numbers.map((id) => ({ id, name: String(id) })),
    voidId: free,
    ignoreId: free,
    void: [],
    ignore: [],
  });
}
