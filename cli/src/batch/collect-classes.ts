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
  parseResult,
} from "labelmap";

export interface CollectedClasses {
  readonly classes: ClassList;
  /** The names of the classes that have an instance in any of the results, sorted. */
  readonly things: readonly string[];
  /** Names that the earlier list did not have. */
  readonly added: readonly string[];
}

export interface CollectOptions extends ClassListOptions {
  /** A list to extend: its ids stay, and its options apply. */
  readonly earlier?: ClassList;
  readonly classBy?: ClassBy;
}

/**
 * Makes a class list from all results, or extends an earlier list with new classes.
 *
 * @param results the text of each result. A malformed result is skipped: its task fails later and says why.
 * @throws {ClassError} CLASS_LIST_INVALID: as `ClassList.fromNames`.
 */
export async function collectClasses(
  results: AsyncIterable<string> | Iterable<string>,
  { earlier, classBy, ...options }: CollectOptions = {},
): Promise<CollectedClasses> {
  const names = new Set<string>();
  const things = new Set<string>();
  for await (const text of results) {
    try {
      for (const { className, instanceIndex } of identifyEntries(parseResult(text), classBy)) {
        names.add(className);
        if (instanceIndex > 0) things.add(className);
      }
    } catch (error) {
      if (!(error instanceof LabelMapError)) throw error;
    }
  }
  for (const name of [...(options.void ?? []), ...(options.ignore ?? [])]) names.delete(name);
  const added = [...names].filter((name) => earlier?.idOf(name) === undefined).sort();
  const classes = earlier === undefined ? ClassList.fromNames(added, options) : extend(earlier, added);
  return { classes, things: [...things].filter((name) => classes.idOf(name) !== undefined).sort(), added };
}

/** The list with additional names; each gets the next free id. */
function extend(list: ClassList, names: readonly string[]): ClassList {
  const reserved = [list.voidId, list.ignoreId];
  let id = Math.max(-1, ...list.classes.map((entry) => entry.id));
  const entries = names.map((name) => {
    do id++;
    while (reserved.includes(id));
    return { id, name };
  });
  const json: ClassListJSON = list.toJSON();
  return ClassList.fromJSON({ ...json, classes: [...json.classes, ...entries] });
}
