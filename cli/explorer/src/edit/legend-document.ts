/**
 * A legend that is being edited, and its edits. Each edit returns a new document, or the same one if nothing changes. The
 * text of a document is the file that is saved, and what the page decodes the mask with after an edit.
 *
 * Two labels are merged by giving both the same name: both colours are then labels of one class, and of one object if the
 * name has a number, such as `car # 1`.
 */

export interface DocumentEntry {
  /** The colour as the legend writes it. */
  readonly key: string;
  /** `#rrggbb` in lower case, or the key if it is not a colour. In a legend of ids, the digits of the id. */
  readonly color: string;
  readonly name: string;
  /** Only in a legend of colours. */
  readonly id?: number;
  /** In a legend of ids: the colour that it has for the id. */
  readonly shownColor?: string;
  readonly isThing?: boolean;
  readonly supercategory?: string;
}

/** An object of the vendor's result, with all its fields. */
export interface DocumentInstance {
  /** `#rrggbb` in lower case if it is a colour. */
  readonly color: string;
  readonly value: string;
  readonly index: number;
  readonly class_id: string;
  readonly _id: string;
  readonly attributes: readonly unknown[];
}

export interface LegendDocument {
  readonly entries: readonly DocumentEntry[];
  /** `null`: the legend has none. */
  readonly instances: readonly DocumentInstance[] | null;
  /** Other fields of the result's JSON, which stay as they are. */
  readonly rest: Readonly<Record<string, unknown>>;
  /** Whether ids are its keys, and not colours. */
  readonly isOfIds: boolean;
}

export function emptyDocument(isOfIds: boolean): LegendDocument {
  return { entries: [], instances: null, rest: {}, isOfIds };
}

const NUMBERED_NAME = /^(.+) # (\d{1,15})$/s;

function splitName(name: string): { readonly className: string; readonly number: number } {
  const match = NUMBERED_NAME.exec(name);
  return match === null ? { className: name, number: 0 } : { className: match[1]!, number: Number(match[2]) };
}

/**
 * Gives each of these colours a name, or each of these ids in a legend of ids. Those that the legend lacks are added at its
 * end.
 *
 * An entry takes over the class id and the vendor's class of another entry with its new name, or of its new class. In a
 * result with objects, each new colour gets an object too.
 *
 * @param names from `#rrggbb`, as `DocumentEntry.color` has it.
 */
export function setNames(document: LegendDocument, names: ReadonlyMap<string, string>): LegendDocument {
  const before = new Map(document.entries.map((entry) => [entry.color, entry.name]));
  const changed = new Map([...names].filter(([color, name]) => before.get(color) !== name));
  if (changed.size === 0) return document;
  const others = document.entries.filter(({ color }) => !changed.has(color));
  const factsOf = factsByName(others);
  const takenIds = new Set(others.map(({ id }) => id));
  const factsOfNew = new Map<string, Facts>();
  const renamed = (entry: DocumentEntry): DocumentEntry => {
    const name = changed.get(entry.color);
    if (name === undefined) return entry;
    const { key, color, name: _, id, shownColor, ...facts } = entry;
    const { className } = splitName(name);
    let known = factsOf(name) ?? factsOfNew.get(className);
    if (known === undefined) {
      // An id stands for one class.
      known = id === undefined || takenIds.has(id) ? facts : { ...facts, id };
      takenIds.add(known.id);
      factsOfNew.set(className, known);
    }
    return { key, color, name, ...(shownColor !== undefined && { shownColor }), ...known };
  };
  const added = [...changed]
    .filter(([color]) => !before.has(color))
    .map(([color, name]) => renamed({ key: color, color, name }));
  const entries = [...document.entries.map(renamed), ...added];
  const { instances } = document;
  return { ...document, entries, instances: instances && renamedInstances(instances, changed) };
}

type Facts = Pick<DocumentEntry, "id" | "isThing" | "supercategory">;

/** What an entry with a name has besides: as another entry with that name, or of that class. */
function factsByName(entries: readonly DocumentEntry[]): (name: string) => Facts | undefined {
  const facts = new Map<string, Facts>();
  for (const { key, color, name, shownColor, ...own } of entries) {
    const { className } = splitName(name);
    if (!facts.has(name)) facts.set(name, own);
    if (!facts.has(className)) facts.set(className, own);
  }
  return (name) => facts.get(name) ?? facts.get(splitName(name).className);
}

function renamedInstances(
  instances: readonly DocumentInstance[],
  names: ReadonlyMap<string, string>,
): readonly DocumentInstance[] {
  const ofName = new Map<string, DocumentInstance>();
  const idOfClass = new Map<string, string>();
  const takenIds = new Set<string>();
  const present = new Set<string>();
  for (const instance of instances) {
    present.add(instance.color);
    if (names.has(instance.color)) continue;
    takenIds.add(instance.class_id);
    if (!ofName.has(instance.value)) ofName.set(instance.value, instance);
    const { className } = splitName(instance.value);
    if (!idOfClass.has(className)) idOfClass.set(className, instance.class_id);
  }
  /** The id of the class; that of the object before, if no other class has it; otherwise a new one, after its name. */
  const classIdOf = (className: string, before: string | null): string => {
    let id = idOfClass.get(className);
    if (id === undefined) {
      id = before === null || takenIds.has(before) ? className : before;
      for (let count = 2; takenIds.has(id); count++) id = `${className} (${count})`;
    }
    idOfClass.set(className, id);
    takenIds.add(id);
    return id;
  };
  const changed = instances.map((instance): DocumentInstance => {
    const name = names.get(instance.color);
    if (name === undefined) return instance;
    const { className, number } = splitName(name);
    return { ...instance, value: name, index: number, class_id: classIdOf(className, instance.class_id) };
  });
  const added = [...names]
    .filter(([color]) => !present.has(color))
    .map(([color, name]): DocumentInstance => {
      const { className, number } = splitName(name);
      const like = ofName.get(name);
      if (like !== undefined) return { ...like, color };
      return {
        _id: color,
        color,
        index: number,
        value: name,
        class_id: classIdOf(className, null),
        attributes: [],
      };
    });
  return [...changed, ...added];
}

/**
 * Corrects the colour of an entry. Pixels of the colour before are then missing from the legend.
 *
 * @param color as the entry has it.
 * @param corrected `#rrggbb` in lower case.
 * @returns `null` if another entry has the corrected colour.
 */
export function setColor(document: LegendDocument, color: string, corrected: string): LegendDocument | null {
  if (color === corrected || !document.entries.some((entry) => entry.color === color)) return document;
  if (document.entries.some((entry) => entry.color === corrected)) return null;
  const isFirst = (entry: DocumentEntry) => document.entries.find((other) => other.color === color) === entry;
  const entries = document.entries
    .filter((entry) => entry.color !== color || isFirst(entry))
    .map((entry) => (entry.color === color ? { ...entry, key: corrected, color: corrected } : entry));
  const instances = document.instances?.map((instance) =>
    instance.color === color ? { ...instance, color: corrected } : instance,
  );
  return { ...document, entries, instances: instances ?? null };
}

/** Whether `labelmap.txt`, which has only colours and names, holds all of its labels. */
export function isPlain({ entries, instances }: LegendDocument): boolean {
  return instances === null && !hasFacts(entries);
}

function hasFacts(entries: readonly DocumentEntry[]): boolean {
  return entries.some(
    ({ id, isThing, supercategory }) =>
      id !== undefined || isThing !== undefined || supercategory !== undefined,
  );
}

/**
 * The text of the legend: the vendor's result JSON. A legend of ids, or one with class ids or groups, is a list of objects
 * instead, since the vendor's legend has no place for them.
 */
export function textOf({ entries, instances, rest, isOfIds }: LegendDocument): string {
  if (isOfIds) {
    const list = entries.map(({ color: id, name, shownColor, isThing, supercategory }) => ({
      ...(isId(id) && { id: Number(id) }),
      name,
      ...(shownColor !== undefined && { color: shownColor }),
      ...(isThing !== undefined && { isthing: Number(isThing) }),
      ...(supercategory !== undefined && { supercategory }),
    }));
    return `${JSON.stringify(list, null, 2)}\n`;
  }
  if (instances === null && hasFacts(entries)) {
    const list = entries.map(({ key, color, name, id, isThing, supercategory }) => ({
      ...(id !== undefined && { id }),
      name,
      color: writtenKey(key, color),
      ...(isThing !== undefined && { isthing: Number(isThing) }),
      ...(supercategory !== undefined && { supercategory }),
    }));
    return `${JSON.stringify(list, null, 2)}\n`;
  }
  const legend = Object.fromEntries(entries.map(({ key, color, name }) => [writtenKey(key, color), name]));
  return `${JSON.stringify({ ...rest, legend, ...(instances !== null && { instances }) }, null, 2)}\n`;
}

/** An entry without an id has no pixels, and keeps its place. */
export function isId(key: string): boolean {
  return /^\d+$/.test(key);
}

/** Keys of digits alone would change the order of an object. All forms of legends read `#rrggbb`. */
function writtenKey(key: string, color: string): string {
  return /^#[0-9a-f]{6}$/.test(color) && !/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(key) ? color : key;
}
