/**
 * Class names to the integers that a model trains on, the same for every image of a dataset.
 *
 * Legends differ from image to image, so the numbers cannot come from them. A list is made once (from names, or from all
 * results), stored as a JSON file beside the dataset, and read again for each training run.
 */
import { isObject, kindOf, quote } from "../checks/describe.js";
import { ClassError } from "../errors.js";
import { addLegendId, classesOfLegendIds, type LegendIds } from "./legend-ids.js";
import { type ClassBy, identifyEntries, parseResult, type SegmentationResult } from "./result.js";

/** One class: its id, its name, other names that mean the same, and its group. */
export interface ClassEntry {
  readonly id: number;
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The group that the class belongs to, as COCO has it: `vehicle`. Missing if it has none. */
  readonly supercategory?: string;
  /** Whether the class has objects that can be counted. Missing if nobody said. */
  readonly isThing?: boolean;
}

/** What `toJSON` returns and `fromJSON` takes. */
export interface ClassListJSON {
  readonly version: 1;
  readonly classes: readonly ClassEntry[];
  readonly voidId: number;
  readonly ignoreId: number;
  readonly void: readonly string[];
  readonly ignore: readonly string[];
}

export interface ClassListOptions {
  /** The id of the first class. The others follow one by one. Default 0. */
  readonly firstId?: number;
  /** The id of pixels without a class: unlabelled pixels, and those of the `void` names. Default 255. */
  readonly voidId?: number;
  /** The id of pixels that the loss should ignore: those of the `ignore` names. Default 255. */
  readonly ignoreId?: number;
  /** Names that are not classes and get `voidId`. */
  readonly void?: readonly string[];
  /** Names that are not classes and get `ignoreId`. */
  readonly ignore?: readonly string[];
}

const MAX_ID = 2 ** 31 - 1;
/** Cityscapes and most training code ignore 255 in the loss, and it fits uint8. */
const DEFAULT_VOID_ID = 255;

/** A fixed assignment of names to class ids. Ids are integers from 0 to 2^31 - 1. */
export class ClassList implements ClassListJSON {
  readonly version = 1;
  readonly classes: readonly ClassEntry[];
  readonly voidId: number;
  readonly ignoreId: number;
  readonly void: readonly string[];
  readonly ignore: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(json: ClassListJSON) {
    this.classes = json.classes;
    this.voidId = json.voidId;
    this.ignoreId = json.ignoreId;
    this.void = json.void;
    this.ignore = json.ignore;
    this.#ids = assignIds(json);
  }

  /**
   * A list of these names, with ids in their order. An array of names is one class: the first is its name, and the others
   * are aliases with the same id. Example: `["road", ["vehicle", "car", "truck"]]`.
   *
   * @throws {ClassError} CLASS_LIST_INVALID: a duplicate name, an id out of range, or an id equal to `voidId` or
   *   `ignoreId`.
   */
  static fromNames(
    names: readonly (string | readonly string[])[],
    options: ClassListOptions = {},
  ): ClassList {
    const { firstId = 0, ...rest } = checkOptions(options);
    const classes = parseArray(names, "names", (item, path) => {
      const [name, ...aliases] = typeof item === "string" ? [item] : parseArray(item, path, parseName);
      return { name, aliases };
    }).map((entry, place) => ({ id: firstId + place, ...entry }));
    return ClassList.fromJSON({ ...rest, classes });
  }

  /**
   * Reads a list that `toJSON` returned or that you wrote by hand, as JSON text or as an object. Only `classes` is
   * required.
   *
   * @throws {ClassError} CLASS_LIST_INVALID: the wrong form, a duplicate name or id, an id out of range, or a class id
   *   equal to `voidId` or `ignoreId`.
   */
  static fromJSON(json: unknown): ClassList {
    const raw = typeof json === "string" ? parseJson(json) : json;
    if (!isObject(raw)) throw invalid(`The class list is ${kindOf(raw)}; make it an object with "classes".`);
    if (raw.version !== undefined && raw.version !== 1) {
      throw invalid("version: is not 1; this version of the library cannot read the list.");
    }
    const voidId = parseId(raw.voidId ?? DEFAULT_VOID_ID, "voidId");
    return new ClassList({
      version: 1,
      classes: parseArray(raw.classes, "classes", parseClass),
      voidId,
      ignoreId: parseId(raw.ignoreId ?? DEFAULT_VOID_ID, "ignoreId"),
      void: parseArray(raw.void ?? [], "void", parseName),
      ignore: parseArray(raw.ignore ?? [], "ignore", parseName),
    });
  }

  /**
   * A list of all classes in the results. If legends give each class an id of its own, as palettes and `id,name` tables
   * do, and there is no `firstId`, the classes have these ids. Otherwise they are sorted by code units, so that the list
   * does not depend on the order of the results.
   * Names in `void` and `ignore` do not become classes. A class has the supercategory that the legends give it, or none if
   * they disagree.
   *
   * @param results checked results, the vendor's result objects, or legends that `parseLegend` has read.
   * @param options.classBy how labels form classes, as in `decodeMask`.
   * @throws {ResultError | LegendError} a result is malformed.
   * @throws {ClassError} CLASS_LIST_INVALID like `fromNames`. If you have more than 255 classes, pass another `voidId`
   *   and `ignoreId`.
   */
  static fromResults(
    results: Iterable<SegmentationResult | object>,
    options: ClassListOptions & { readonly classBy?: ClassBy } = {},
  ): ClassList {
    const { classBy, firstId, ...rest } = checkOptions(options);
    if (
      typeof results === "string" ||
      typeof (results as Partial<typeof results> | null)?.[Symbol.iterator] !== "function"
    ) {
      throw invalid(`The results are ${kindOf(results)}; give an array of results.`);
    }
    // `null` if legends disagree.
    const groups = new Map<string, string | null | undefined>();
    const ids: LegendIds = new Map();
    for (const result of results) {
      const parsed = parseResult(result);
      identifyEntries(parsed, classBy).forEach(({ className }, index) => {
        const { id, supercategory: group } = parsed.legend.entries[index]!;
        addLegendId(ids, className, id);
        const known = groups.get(className);
        const agree = known === undefined || group === undefined || group === known;
        groups.set(className, agree ? (known === undefined ? group : known) : null);
      });
    }
    const { void: voidNames = [], ignore = [], voidId = DEFAULT_VOID_ID } = rest;
    for (const name of [...voidNames, ...ignore]) {
      groups.delete(name);
      ids.delete(name);
    }
    const own = firstId === undefined ? classesOfLegendIds(ids, voidId) : undefined;
    const names = [...groups.keys()].sort();
    const entries = own?.classes ?? names.map((name, place) => ({ id: (firstId ?? 0) + place, name }));
    return ClassList.fromJSON({
      ...rest,
      void: [...voidNames, ...(own?.voidNames ?? [])],
      classes: entries.map((entry) => ({ ...entry, supercategory: groups.get(entry.name) })),
    });
  }

  /** The id of a class name, alias, void name or ignore name; `undefined` for any other name. */
  idOf(name: string): number | undefined {
    return this.#ids.get(name);
  }

  /** Plain data from which `fromJSON` makes an equal list. `JSON.stringify(classList)` calls it. */
  toJSON(): ClassListJSON {
    const { version, classes, voidId, ignoreId, void: voidNames, ignore } = this;
    return { version, classes, voidId, ignoreId, void: voidNames, ignore };
  }
}

/** Every name with its id. Throws if a name or an id occurs twice. */
function assignIds(list: ClassListJSON): Map<string, number> {
  const ids = new Map<string, number>();
  const assign = (name: string, id: number) => {
    if (ids.has(name)) throw invalid(`The name ${quote(name)} occurs twice; remove one.`);
    ids.set(name, id);
  };
  const nameOfId = new Map<number, string>();
  for (const { id, name, aliases = [] } of list.classes) {
    const other = nameOfId.get(id);
    if (other !== undefined) {
      throw invalid(`${quote(other)} and ${quote(name)} have the id ${id}; make one an alias of the other.`);
    }
    for (const reserved of ["voidId", "ignoreId"] as const) {
      if (id !== list[reserved]) continue;
      throw invalid(`The class ${quote(name)} has the id ${id}, which is ${reserved}; change one of them.`);
    }
    nameOfId.set(id, name);
    assign(name, id);
    for (const alias of aliases) assign(alias, id);
  }
  for (const name of list.void) assign(name, list.voidId);
  for (const name of list.ignore) assign(name, list.ignoreId);
  return ids;
}

function checkOptions<T extends object>(options: T): T {
  if (!isObject(options as unknown))
    throw invalid(`The options are ${kindOf(options)}; make them an object.`);
  return options;
}

function parseClass(raw: unknown, path: string): ClassEntry {
  if (!isObject(raw)) throw invalid(`${path}: is ${kindOf(raw)}; make it an object.`);
  const id = parseId(raw.id, `${path}.id`);
  const name = parseName(raw.name, `${path}.name`);
  const aliases = parseArray(raw.aliases ?? [], `${path}.aliases`, parseName);
  const { supercategory: group = null, isThing = null } = raw;
  return {
    id,
    name,
    ...(aliases.length > 0 && { aliases }),
    ...(group !== null && { supercategory: parseName(group, `${path}.supercategory`) }),
    ...(isThing !== null && { isThing: parseFlag(isThing, `${path}.isThing`) }),
  };
}

function parseName(raw: unknown, path: string): string {
  if (typeof raw !== "string") throw invalid(`${path}: is ${kindOf(raw)}; make it a string.`);
  return raw;
}

function parseFlag(raw: unknown, path: string): boolean {
  if (typeof raw !== "boolean") throw invalid(`${path}: is ${kindOf(raw)}; make it true or false.`);
  return raw;
}

function parseId(raw: unknown, path: string): number {
  if (typeof raw === "number" && Number.isInteger(raw) && raw >= 0 && raw <= MAX_ID) return raw;
  const found = typeof raw === "number" ? String(raw) : kindOf(raw);
  throw invalid(`${path}: is ${found}; make it an integer from 0 to ${MAX_ID}.`);
}

function parseArray<T>(raw: unknown, path: string, parse: (item: unknown, path: string) => T): readonly T[] {
  if (!Array.isArray(raw)) throw invalid(`${path}: is ${kindOf(raw)}; make it an array.`);
  return Array.from(raw, (item: unknown, place) => parse(item, `${path}[${place}]`));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    throw new ClassError("CLASS_LIST_INVALID", "The class list is not JSON.", { cause });
  }
}

function invalid(message: string): ClassError {
  return new ClassError("CLASS_LIST_INVALID", message);
}
