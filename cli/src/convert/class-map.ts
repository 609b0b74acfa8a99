/**
 * `--map-classes`: other names for classes, classes that become one, and classes that are left out. A JSON file:
 *
 *   { "car": "vehicle", "vehicle": ["bus", "truck"], "sky": null }
 *
 * A text is the new name of the class. A list names the classes that become the one before it. `null` leaves a class out,
 * so its pixels become unlabelled. Classes that are not named stay.
 */

import { ClassError, ClassList, type LabelMap } from "labelmap";
import { isObject, kindOf, quote } from "labelmap/checks";
import { relabel } from "labelmap/maps";
import { readText } from "../input.js";
import { UsageError } from "../usage-error.js";

/** The new name of each old one; `null` leaves the class out. */
export type ClassMap = ReadonlyMap<string, string | null>;

/** @throws {UsageError}: not such a file; the system's error */
export async function readClassMap(file: string): Promise<ClassMap> {
  const wrong = (problem: string) => new UsageError(`${file}: ${problem}`);
  let json: unknown;
  try {
    json = JSON.parse(await readText(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw wrong('is not JSON; write it like this: { "car": "vehicle", "sky": null }');
  }
  if (!isObject(json) || Array.isArray(json))
    throw wrong(`is ${kindOf(json)}; make it an object of class names`);
  const names = new Map<string, string | null>();
  const add = (from: string, to: string | null) => {
    if (names.has(from) && names.get(from) !== to) throw wrong(`${quote(from)} is given twice; remove one`);
    names.set(from, to);
  };
  for (const [key, value] of Object.entries(json)) {
    if (value === null || typeof value === "string") add(key, value);
    else if (Array.isArray(value) && value.every((name) => typeof name === "string")) {
      for (const name of value) add(name, key);
    } else throw wrong(`${quote(key)} is ${kindOf(value)}; make it a name, a list of names, or null`);
  }
  return names;
}

/**
 * The list after the change. A class that several become has the id of the first of them, unless a class has its name
 * already. Then it has the id of that one. It has the aliases of all of them.
 *
 * @throws {ClassError} CLASS_UNKNOWN: a name is no class of the list. CLASS_LIST_INVALID: a new name is an alias of a class
 *   that keeps its own name, so the alias would change its meaning.
 */
export function mapClassList(classes: ClassList, names: ClassMap): ClassList {
  const known = new Set(classes.classes.map(({ name }) => name));
  for (const name of names.keys()) {
    if (known.has(name) || classes.idOf(name) !== undefined) continue;
    const choices = [...known].map((each) => quote(each)).join(", ");
    throw new ClassError(
      "CLASS_UNKNOWN",
      `There is no class ${quote(name)} to rename; the classes are ${choices}.`,
    );
  }
  const kept = new Map<string, (typeof classes.classes)[number]>();
  const aliasesOf = new Map<string, string[]>();
  for (const entry of classes.classes) {
    const name = newName(entry.name, names);
    if (name === null) continue;
    const { aliases = [], ...rest } = entry;
    if (!kept.has(name) || entry.name === name) kept.set(name, { ...rest, name });
    // An alias that the map names has a new name of its own.
    const stay = aliases.filter((alias) => !names.has(alias));
    aliasesOf.set(name, [...(aliasesOf.get(name) ?? []), ...stay]);
  }
  for (const [name, aliases] of aliasesOf) {
    const taken = aliases.find((alias) => alias !== name && kept.has(alias));
    if (taken === undefined) continue;
    const problem = `The new name ${quote(taken)} is an alias of ${quote(name)}, so its labels would change their class`;
    const remedy = `choose another name, or say in the map what ${quote(taken)} itself becomes`;
    throw new ClassError("CLASS_LIST_INVALID", `${problem}; ${remedy}.`);
  }
  const { voidId, ignoreId } = classes;
  const stay = (list: readonly string[]) => list.filter((name) => !names.has(name) && !kept.has(name));
  const entries = [...kept.values()]
    .sort((a, b) => a.id - b.id)
    .map((entry) => ({
      ...entry,
      // A class that got its own alias as its name.
      aliases: aliasesOf.get(entry.name)!.filter((alias) => alias !== entry.name),
    }));
  return ClassList.fromJSON({
    version: 1,
    classes: entries,
    voidId,
    ignoreId,
    void: stay(classes.void),
    ignore: stay(classes.ignore),
  });
}

/** The map with the new classes. */
export function mapClasses(map: LabelMap, names: ClassMap, classes: ClassList): LabelMap {
  const entryOf = new Map(classes.classes.map((entry) => [entry.name, entry]));
  return relabel(map, ({ className }) => {
    const name = newName(className, names);
    if (name === null) return null;
    if (name === className) return {};
    const { id = null, supercategory = null } = entryOf.get(name) ?? {};
    return { className: name, classId: id, supercategory };
  });
}

function newName(name: string, names: ClassMap): string | null {
  const given = names.get(name);
  return given === undefined ? name : given;
}
