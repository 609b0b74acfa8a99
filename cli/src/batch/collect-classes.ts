/// <reference types="node" />
/**
 * Collects the class names of a data set from its results, before any mask is decoded: all images need the same ids. Names
 * of an earlier list keep their ids, and new names follow.
 */
import {
  type ClassBy,
  ClassList,
  type ClassListJSON,
  type ClassListOptions,
  identifyEntries,
  LabelMapError,
} from "labelmap";
import { addLegendId, classesOfLegendIds, type LegendIds } from "labelmap/legend";
import { type LegendReading, readAny } from "../mask-legend.js";

export interface CollectedClasses {
  readonly classes: ClassList;
  /** The names of the classes that have an instance in any of the results, sorted. */
  readonly things: readonly string[];
  /** Names that the earlier list did not have. */
  readonly added: readonly string[];
  /** The class that is called `background`, if one class without instances is. */
  readonly background: string | undefined;
}

export interface CollectOptions extends ClassListOptions, Pick<LegendReading, "encoding" | "form"> {
  /** A list to extend: its ids stay, and its options apply. */
  readonly earlier?: ClassList;
  /** The id of the first class, if there is no `firstId` and the legends have no ids. Default 0. */
  readonly usualFirstId?: number;
  readonly classBy?: ClassBy;
  /**
   * The order of new classes. `"name"`, the default: by code units, so that it does not depend on the order of the results.
   * `"source"`: as in the legends, result by result.
   */
  readonly order?: "name" | "source";
  /**
   * Whether the background gets the id 0, as in Pascal VOC. It is the class called `background`. If there is none, it is
   * the one class that is black in the legends, as in datumaro. A class with instances is never the background.
   */
  readonly background?: boolean;
}

/** `background`, and what TensorFlow and others write. */
export const BACKGROUND = /^_*background_*$/i;

/**
 * Makes a class list from all results, or extends an earlier list with new classes.
 *
 * @param results the text of each result, or of a legend in any form. What cannot be read is skipped: its task fails later
 *   and says why.
 * @throws {ClassError} CLASS_LIST_INVALID: as `ClassList.fromNames`.
 */
export async function collectClasses(
  results: AsyncIterable<string> | Iterable<string>,
  {
    earlier,
    usualFirstId = 0,
    classBy,
    encoding,
    form,
    order = "name",
    background = false,
    ...options
  }: CollectOptions = {},
): Promise<CollectedClasses> {
  const names = new Set<string>();
  const ids: LegendIds = new Map();
  const things = new Set<string>();
  const named = new Set<string>();
  const black = new Set<string>();
  for await (const text of results) {
    try {
      const result = readAny({ name: "legend", text }, { encoding, form });
      identifyEntries(result, classBy).forEach(({ className, instanceNumber }, place) => {
        names.add(className);
        if (instanceNumber > 0) things.add(className);
        const { name, rgb, id } = result.legend.entries[place]!;
        addLegendId(ids, className, id);
        if (BACKGROUND.test(name)) named.add(className);
        if (rgb === 0) black.add(className);
      });
    } catch (error) {
      if (!(error instanceof LabelMapError)) throw error;
    }
  }
  for (const name of [...(options.void ?? []), ...(options.ignore ?? [])]) {
    names.delete(name);
    ids.delete(name);
  }
  const added = [...names].filter((name) => earlier?.idOf(name) === undefined);
  if (order === "name") added.sort();
  const candidates = [...(named.size > 0 ? named : black)].filter((name) => !things.has(name));
  const first = background && candidates.length === 1 ? candidates[0] : undefined;
  const classes =
    earlier === undefined
      ? (listOfIds(ids, first, options) ?? newList(added, first, { firstId: usualFirstId, ...options }))
      : ClassList.fromJSON(extend(earlier, added, first));
  return {
    classes,
    things: [...things].filter((name) => classes.idOf(name) !== undefined).sort(),
    added,
    background: named.size > 0 && candidates.length === 1 ? candidates[0] : undefined,
  };
}

/** The list with the ids of the legends, if they have one for each class, and 0 for the background. */
function listOfIds(
  ids: LegendIds,
  background: string | undefined,
  { firstId, ...options }: ClassListOptions,
): ClassList | undefined {
  const own = firstId === undefined ? classesOfLegendIds(ids, options.voidId ?? 255) : undefined;
  if (own === undefined || (background !== undefined && ids.get(background) !== 0)) return undefined;
  const voidNames = [...(options.void ?? []), ...own.voidNames];
  return ClassList.fromJSON({ ...options, void: voidNames, classes: own.classes });
}

/** The names with their ids; the background has the id 0. */
export function newList(
  names: readonly string[],
  background: string | undefined,
  options: ClassListOptions,
): ClassList {
  if (background === undefined || !names.includes(background)) return ClassList.fromNames(names, options);
  const others = names.filter((name) => name !== background);
  const { firstId = 0 } = options;
  const list = ClassList.fromNames(others, { ...options, firstId: Math.max(1, firstId) }).toJSON();
  return ClassList.fromJSON({ ...list, classes: [{ id: 0, name: background }, ...list.classes] });
}

/** The list with additional names; each gets the next free id, but the background gets 0 if it is free. */
export function extend(
  list: ClassList,
  names: readonly string[],
  background: string | undefined,
): ClassListJSON {
  const json = list.toJSON();
  const reserved = [list.voidId, list.ignoreId];
  const isFree = !reserved.includes(0) && list.classes.every((entry) => entry.id !== 0);
  let id = Math.max(background === undefined ? -1 : 0, ...list.classes.map((entry) => entry.id));
  const entries = names.map((name) => {
    if (name === background && isFree) return { id: 0, name };
    do id++;
    while (reserved.includes(id));
    return { id, name };
  });
  return { ...json, classes: [...json.classes, ...entries] };
}
