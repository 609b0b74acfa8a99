/**
 * Lists of classes, each an object with a name, a colour and an id, under the names that tools give them. Some tools write
 * an object instead, whose keys are the colours, ids or names.
 */
import { isObject, kindOf, quote } from "../../checks/describe.js";
import { readColor } from "./colors.js";
import {
  type Draft,
  type Drafts,
  invalidLegend,
  pairsIn,
  readColorAndKey,
  readId,
  type Source,
} from "./draft.js";
import type { Path } from "./json-text.js";

/** `title` is Supervisely's, `text` is in the vendor's point clouds, `class` is in Replicator's files. */
const NAMES = ["name", "title", "text", "label", "class", "class_name"];
/** What the field of a colour may be called. */
export const COLORS = ["color", "colour", "rgb"];
const IDS = ["id", "category_id", "class_id"];
/** COCO has `isthing`, segments.ai `has_instances`. */
const THINGS = ["isthing", "is_thing", "isThing", "has_instances"];

/** Where COCO and segments.ai put their categories. */
const CATEGORIES: readonly Path[] = [
  ["categories"],
  ["task_attributes", "categories"],
  ["dataset", "task_attributes", "categories"],
];

/** Whether this is a list whose first item is an object with a name. */
export function isObjectList(value: unknown): boolean {
  return Array.isArray(value) && isObject(value[0]) && NAMES.some((field) => isText(value[0][field]));
}

/** The path of the categories in a file of COCO or segments.ai. */
export function findCategories({ value }: Source): Path | undefined {
  return CATEGORIES.find((path) => isObjectList(at(value, path)));
}

/** Reads a list of objects. @throws {LegendError} LEGEND_INVALID: an item without a name, or a colour that is a number. */
export function readObjectList(source: Source, form: string, path: Path = source.path): Drafts {
  const list = at(source.value, path.slice(source.path.length));
  if (!Array.isArray(list)) {
    throw invalidLegend(source, form, undefined, `is ${kindOf(list)}; give a list of objects`);
  }
  // Not map(), which skips the holes of a sparse array.
  return {
    drafts: Array.from(list, (item: unknown, place) => readItem(source, form, item, [...path, place])),
  };
}

/**
 * Reads Supervisely's `meta.json`. Its ids number the classes of the server, and no mask holds them, so they are left out.
 */
export function readSupervisely(source: Source, form: string): Drafts {
  const { drafts } = readObjectList(source, form, [...source.path, "classes"]);
  return { drafts: drafts.map(({ id, ...draft }) => draft) };
}

/** Reads an object of objects, whose keys are colours, ids or names. @throws {LegendError} LEGEND_INVALID */
export function readObjectPairs(source: Source, form: string): Drafts {
  const { pairs, repeated } = pairsIn(source);
  const from = form.split(" ")[0] as "colors" | "ids" | "names";
  const drafts = pairs.map(([key, item]): Draft => {
    const place = [...source.path, key];
    const draft = readItem(source, form, item, place, from === "names" ? key : undefined);
    if (from === "names") return draft;
    if (from === "colors") return { ...draft, key, color: readColor(key) };
    const id = readId(key);
    if (id === undefined) throw invalidLegend(source, form, place, `the key ${quote(key)} is no id`);
    return { ...draft, id, key: draft.color === undefined ? key : draft.key };
  });
  return { drafts, repeated };
}

/**
 * Reads `dataset_meta` of MMSegmentation: a list of names, and a list of colours in the same order. The ids are the places
 * in the lists. Also reads a list of names alone.
 */
export function readDatasetMeta(source: Source, form: string): Drafts {
  const { value, path } = source;
  const [namesField, colorsField] = metaFieldsOf(value) ?? [];
  const names = namesField === undefined ? value : at(value, [namesField]);
  const namesPath = namesField === undefined ? path : [...path, namesField];
  if (!Array.isArray(names)) {
    throw invalidLegend(source, form, undefined, `is ${kindOf(names)}; give a list of names`);
  }
  const colors = colorsField === undefined ? undefined : (at(value, [colorsField]) as readonly unknown[]);
  if (colors !== undefined && colors.length !== names.length) {
    const message = `has ${colors.length} colours, but ${namesField} has ${names.length} names`;
    throw invalidLegend(source, form, [...path, colorsField!], message);
  }
  const drafts = Array.from(names, (name: unknown, id): Draft => {
    const place = [...namesPath, id];
    if (!isText(name)) throw invalidLegend(source, form, place, `is ${kindOf(name)}; make it a name`);
    if (colors === undefined) return { key: String(id), name, id, place };
    return { ...colorOf(source, form, colors[id], [...path, colorsField!, id]), name, id, place };
  });
  return { drafts };
}

/** The fields that hold the names and the colours, in lower case (since version 1.0) or upper case. */
export function metaFieldsOf(
  value: unknown,
): readonly [names: string, colors: string | undefined] | undefined {
  if (!isObject(value)) return undefined;
  for (const [names, colors] of [
    ["classes", "palette"],
    ["CLASSES", "PALETTE"],
  ] as const) {
    const list = value[names];
    if (Array.isArray(list) && isText(list[0]))
      return [names, Array.isArray(value[colors]) ? colors : undefined];
  }
  return undefined;
}

function readItem(source: Source, form: string, item: unknown, place: Path, givenName?: string): Draft {
  if (!isObject(item)) throw invalidLegend(source, form, place, `is ${kindOf(item)}; make it an object`);
  const nameField = NAMES.find((field) => isText(item[field]));
  const name = givenName ?? (nameField === undefined ? undefined : (item[nameField] as string));
  if (name === undefined) {
    throw invalidLegend(source, form, place, `has no name; write one as ${quote(NAMES[0]!)}`);
  }
  const id = IDS.map((field) => readId(item[field])).find((found) => found !== undefined);
  const colorField = COLORS.find((field) => item[field] !== undefined && item[field] !== null);
  const thing = THINGS.map((field) => item[field]).find((value) => value !== undefined);
  const { supercategory } = item;
  return {
    ...(colorField === undefined
      ? { key: String(id ?? name) }
      : colorOf(source, form, item[colorField], [...place, colorField])),
    name,
    place,
    ...(id !== undefined && { id }),
    ...([0, 1, true, false].includes(thing as number) && { isThing: Boolean(thing) }),
    ...(isText(supercategory) && { supercategory }),
  };
}

function colorOf(source: Source, form: string, value: unknown, place: Path): Pick<Draft, "key" | "color"> {
  const colored = readColorAndKey(value);
  if (typeof value === "string" || colored.color !== null) return colored;
  const message = `is ${typeof value === "number" ? value : colored.key}; make it "#rrggbb" or three integers from 0 to 255`;
  throw invalidLegend(source, form, place, message);
}

/** The value at a path of an object; `undefined` if the path leads nowhere. */
function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, step) => (isObject(found) ? found[step] : undefined), value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
