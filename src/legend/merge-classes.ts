/**
 * Class lists with fewer classes: several classes become one, by name or by supercategory. Every old name stays an alias,
 * so masks decode with the new list without a change. `remap` of `labelmap/dataset` changes the ids of existing maps.
 */
import { checkOptions, isCount } from "../checks/arguments.js";
import { checkKeys, isObject, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { ClassError } from "../errors.js";
import { type ClassEntry, ClassList } from "./class-list.js";
import { isClassList } from "./is-class-list.js";

/** Names of groups, and the names or aliases of the classes in each. */
export type ClassGroups =
  | Readonly<Record<string, readonly string[]>>
  | ReadonlyMap<string, readonly string[]>;

export interface MergeOptions {
  /**
   * The ids of the new list. `"consecutive"`, the default: the new classes are numbered one by one, in the order of the
   * list, from `firstId` on. The list's `voidId` and `ignoreId` are skipped. `"keep"`: every class keeps its id. In both
   * cases a group stands at the place of its first class in the list, and with `"keep"` it has this class's id.
   */
  readonly ids?: "consecutive" | "keep";
  /** The first of consecutive ids. Default: the smallest id of the old list. */
  readonly firstId?: number;
}

/**
 * A list in which each group of classes is one class. Example: `mergeClasses(classes, { vehicle: ["car", "truck"] })`.
 *
 * All names and aliases of a group's classes are aliases of the new class. It has a supercategory if all its classes have
 * that one, and the same for `isThing`. Classes that are in no group stay. The void and ignore names and ids stay too.
 *
 * @param groups a group may have the name of one of its own classes, but not of another class.
 * @throws {ClassError} CLASS_UNKNOWN: a group has a name that is no class of the list. CLASS_LIST_INVALID: a class is in
 *   two groups, a group is empty, or a group has the name of something else in the list.
 * @throws {DecodeError} OPTION_INVALID: not a class list, groups of the wrong form, or an invalid option.
 */
export function mergeClasses(classes: ClassList, groups: ClassGroups, options: MergeOptions = {}): ClassList {
  checkList(classes);
  const groupOf = new Map<ClassEntry, string>();
  for (const [group, names] of pairsOf(groups)) {
    if (!Array.isArray(names))
      throw invalid(`groups[${quote(group)}] is ${kindOf(names)}; make it an array.`);
    if (names.length === 0) {
      throw new ClassError("CLASS_LIST_INVALID", `The group ${quote(group)} is empty; give it a class.`);
    }
    for (const entry of new Set(Array.from(names, (name) => findClass(classes, name, group)))) {
      const other = groupOf.get(entry);
      if (other !== undefined) {
        const message = `The class ${quote(entry.name)} is in the groups ${quote(other)} and ${quote(group)}; remove it from one.`;
        throw new ClassError("CLASS_LIST_INVALID", message);
      }
      groupOf.set(entry, group);
    }
  }
  return merge(classes, groupOf, options);
}

/**
 * A list in which all classes of a supercategory are one class, which has the supercategory's name. Classes without a
 * supercategory stay. For the names, aliases and ids see `mergeClasses`.
 *
 * @throws {ClassError} CLASS_LIST_INVALID: a supercategory has the name of a class that does not belong to it.
 * @throws {DecodeError} OPTION_INVALID: not a class list, or an invalid option.
 */
export function mergeBySupercategory(classes: ClassList, options: MergeOptions = {}): ClassList {
  checkList(classes);
  const groupOf = new Map<ClassEntry, string>();
  for (const entry of classes.classes) {
    if (entry.supercategory !== undefined) groupOf.set(entry, entry.supercategory);
  }
  return merge(classes, groupOf, options);
}

/**
 * The same list with these supercategories. Example: `withSupercategories(classes, { vehicle: ["car", "truck"] })`.
 * Classes that are not named keep the supercategory that they have.
 *
 * @throws {ClassError} CLASS_UNKNOWN: a name that is no class of the list. CLASS_LIST_INVALID: a class gets two
 *   supercategories.
 * @throws {DecodeError} OPTION_INVALID: not a class list, or supercategories of the wrong form.
 */
export function withSupercategories(classes: ClassList, supercategories: ClassGroups): ClassList {
  checkList(classes);
  const groupOf = new Map<ClassEntry, string>();
  for (const [group, names] of pairsOf(supercategories)) {
    if (!Array.isArray(names))
      throw invalid(`${quote(group)} is ${kindOf(names)}; make it an array of names.`);
    for (const name of names) {
      const entry = findClass(classes, name, group);
      const other = groupOf.get(entry) ?? group;
      if (other !== group) {
        const message = `The class ${quote(entry.name)} gets the supercategories ${quote(other)} and ${quote(group)}; give it one.`;
        throw new ClassError("CLASS_LIST_INVALID", message);
      }
      groupOf.set(entry, group);
    }
  }
  return ClassList.fromJSON({
    ...classes.toJSON(),
    classes: classes.classes.map((entry) => ({
      ...entry,
      supercategory: groupOf.get(entry) ?? entry.supercategory,
    })),
  });
}

function merge(
  classes: ClassList,
  groupOf: ReadonlyMap<ClassEntry, string>,
  options: MergeOptions,
): ClassList {
  const { ids = "consecutive", firstId } = checkOptions(options);
  checkKeys(options, "ids firstId", "the options");
  if (ids !== "consecutive" && ids !== "keep") throw invalid('ids must be "consecutive" or "keep".');
  if (firstId !== undefined && (ids === "keep" || !isCount(firstId))) {
    throw invalid('firstId must be an integer of at least 0, and cannot be used with ids: "keep".');
  }
  // The members of each new class. A class without a group is alone.
  const members: ClassEntry[][] = [];
  const membersOf = new Map<string, ClassEntry[]>();
  for (const entry of classes.classes) {
    const group = groupOf.get(entry);
    const known = group === undefined ? undefined : membersOf.get(group);
    if (known !== undefined) {
      known.push(entry);
      continue;
    }
    const alone = [entry];
    members.push(alone);
    if (group !== undefined) membersOf.set(group, alone);
  }
  for (const [group, entries] of membersOf) checkGroupName(classes, group, entries);
  const numbers =
    ids === "keep" ? members.map(([first]) => first!.id) : consecutiveIds(classes, firstId, members.length);
  return ClassList.fromJSON({
    ...classes.toJSON(),
    classes: members.map((entries, place) => {
      const { name, supercategory, isThing } = entries[0]!;
      const own = groupOf.get(entries[0]!) ?? name;
      const names = entries.flatMap((entry) => [entry.name, ...(entry.aliases ?? [])]);
      return {
        id: numbers[place],
        name: own,
        aliases: names.filter((other) => other !== own),
        supercategory: entries.every((entry) => entry.supercategory === supercategory) ? supercategory : null,
        isThing: entries.every((entry) => entry.isThing === isThing) ? isThing : null,
      };
    }),
  });
}

function consecutiveIds(
  { classes, voidId, ignoreId }: ClassList,
  firstId: number | undefined,
  count: number,
): number[] {
  const smallest = classes.reduce((least, { id }) => Math.min(least, id), Number.POSITIVE_INFINITY);
  const ids: number[] = [];
  for (let id = firstId ?? smallest; ids.length < count; id++) {
    if (id !== voidId && id !== ignoreId) ids.push(id);
  }
  return ids;
}

function checkGroupName(classes: ClassList, group: string, members: readonly ClassEntry[]): void {
  if (classes.idOf(group) === undefined || members.some((entry) => isNamed(entry, group))) return;
  const message = `The group ${quote(group)} has the name of something else in the list; add that class to the group, or choose another name.`;
  throw new ClassError("CLASS_LIST_INVALID", message);
}

function findClass(classes: ClassList, name: unknown, group: string): ClassEntry {
  if (typeof name !== "string") {
    throw invalid(`A name in the group ${quote(group)} is ${kindOf(name)}; make it a string.`);
  }
  const entry = classes.classes.find((candidate) => isNamed(candidate, name));
  if (entry !== undefined) return entry;
  const found =
    classes.idOf(name) === undefined ? "not in the class list" : "a void or ignore name, not a class";
  const message = `The group ${quote(group)} has ${quote(name)}, which is ${found}; remove it, or correct the name.`;
  throw new ClassError("CLASS_UNKNOWN", message);
}

function isNamed({ name, aliases = [] }: ClassEntry, wanted: string): boolean {
  return name === wanted || aliases.includes(wanted);
}

function pairsOf(groups: ClassGroups): [string, readonly string[]][] {
  if (groups instanceof Map) return [...groups];
  if (isObject(groups)) return Object.entries(groups);
  throw invalid(`The groups are ${kindOf(groups)}; give an object of names and arrays of class names.`);
}

function checkList(classes: ClassList): void {
  if (!isClassList(classes)) throw invalid(`The class list is ${kindOf(classes)}; give a ClassList.`);
}
