/**
 * The classes of two data sets as one list. Classes belong together by their names, because a model often has
 * other ids than the annotation.
 */

import { ClassError, ClassList } from "labelmap";
import { quote } from "labelmap/checks";
import { mergeBySupercategory } from "labelmap/legend";
import { type ClassMap, mapClassList } from "../convert/class-map.js";
import { UsageError } from "../usage-error.js";

/** What the classes of a comparison are made of. */
export interface ClassSources {
  readonly truth: ClassList;
  readonly prediction: ClassList;
  /** The list of `--classes`. */
  readonly given?: ClassList | undefined;
  readonly classMap?: ClassMap | undefined;
  readonly by: "class" | "supercategory";
}

export interface JoinedClasses {
  readonly classes: ClassList;
  /** Names that only the truth has, and names that only the prediction has. */
  readonly onlyIn: { readonly truth: readonly string[]; readonly prediction: readonly string[] };
  /** Names that `--classes` lacks. */
  readonly notInList: readonly string[];
  /** The class map for each side: the names that the side has. */
  readonly mapOf: { readonly truth: ClassMap; readonly prediction: ClassMap };
}

/** The id of void in most training code. */
const VOID_ID = 255;

/**
 * @throws {ClassError} CLASS_UNKNOWN: a name of the class map is no class of either side. CLASS_LIST_INVALID: a
 *   supercategory has the name of a class that does not belong to it.
 * @throws {UsageError}: `by` is `"supercategory"`, and no class has one
 */
export function joinClasses({ truth, prediction, given, classMap, by }: ClassSources): JoinedClasses {
  const names: ClassMap = classMap ?? new Map();
  const lists = given === undefined ? [truth, prediction] : [truth, prediction, given];
  for (const name of names.keys()) {
    if (!lists.some((list) => list.idOf(name) !== undefined)) throw unknownName(name, lists);
  }
  const mapOf = { truth: knownTo(truth, names), prediction: knownTo(prediction, names) };
  const a = mapClassList(truth, mapOf.truth);
  const b = mapClassList(prediction, mapOf.prediction);
  const all = given === undefined ? union(a, b) : mapClassList(given, knownTo(given, names));
  return {
    classes: by === "class" ? all : bySupercategory(all),
    onlyIn: { truth: missingIn(b, a), prediction: missingIn(a, b) },
    notInList: given === undefined ? [] : [...new Set([...missingIn(all, a), ...missingIn(all, b)])].sort(),
    mapOf,
  };
}

/** The part of a class map whose names a list has. */
function knownTo(list: ClassList, names: ClassMap): ClassMap {
  return new Map([...names].filter(([name]) => list.idOf(name) !== undefined));
}

/** The classes of `other` that a list does not have under any of their names. */
function missingIn(list: ClassList, other: ClassList): string[] {
  return other.classes
    .filter(({ name, aliases = [] }) => [name, ...aliases].every((each) => list.idOf(each) === undefined))
    .map(({ name }) => name);
}

/**
 * The classes of the truth with their ids, and then those that only the prediction has. They keep their ids if these are
 * free.
 */
function union(truth: ClassList, prediction: ClassList): ClassList {
  const ids = new Set([...truth.classes, ...prediction.classes].map(({ id }) => id));
  let free = [...ids].reduce((most, id) => Math.max(most, id), VOID_ID) + 1;
  const voidId = ids.has(VOID_ID) ? free++ : VOID_ID;
  const isNew = (name: string) => truth.idOf(name) === undefined;
  const ownOf = new Map(prediction.classes.map((entry) => [entry.name, entry]));
  const used = new Set(truth.classes.map(({ id }) => id));
  const entries = truth.classes.map((entry) => {
    const { supercategory, isThing } = ownOf.get(entry.name) ?? {};
    return {
      ...(supercategory !== undefined && { supercategory }),
      ...(isThing !== undefined && { isThing }),
      ...entry,
    };
  });
  for (const { aliases = [], ...entry } of prediction.classes) {
    if (!isNew(entry.name)) continue;
    const id = used.has(entry.id) ? free++ : entry.id;
    used.add(id);
    entries.push({ ...entry, id, aliases: aliases.filter(isNew) });
  }
  return ClassList.fromJSON({
    classes: entries,
    voidId,
    ignoreId: voidId,
    void: [...truth.void, ...prediction.void.filter(isNew)],
    ignore: [...truth.ignore, ...prediction.ignore.filter(isNew)],
  });
}

function bySupercategory(classes: ClassList): ClassList {
  if (classes.classes.some(({ supercategory }) => supercategory !== undefined)) {
    return mergeBySupercategory(classes, { ids: "keep" });
  }
  throw new UsageError(
    '--by supercategory: no class has a supercategory; give a class list that has them with --classes, such as {"classes": [{"id": 1, "name": "car", "supercategory": "vehicle"}]}',
  );
}

function unknownName(name: string, lists: readonly ClassList[]): ClassError {
  const known = new Set(lists.flatMap(({ classes }) => classes.map((entry) => entry.name)));
  const choices = [...known].map((each) => quote(each)).join(", ");
  return new ClassError(
    "CLASS_UNKNOWN",
    `Neither side has a class ${quote(name)} to rename; the classes are ${choices}.`,
  );
}
