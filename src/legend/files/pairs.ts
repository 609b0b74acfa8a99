/**
 * Objects whose members are the labels: `{ "#ff0000": "car" }`, `{ "car": "#ff0000" }`, `{ "car": [255, 0, 0] }`,
 * `{ "#ff0000": 1 }`, `{ "0": "road" }`. What is a colour, an id or a name is seen from all members together.
 *
 * Some words are colours too ("bed", "facade"), and so are some numbers ("747", "100"). So a side is taken for colours if
 * it is the only one that can be, or if its colours are marked as such (`#ff0000`, `rgb(255, 0, 0)`). If both sides are as
 * good, or ids may as well be colours, there are several readings, and the caller must say which is right.
 */
import { isObject, kindOf, quote } from "../../checks/describe.js";
import { isMarkedColor, readColor } from "./colors.js";
import {
  type Draft,
  type Drafts,
  invalidLegend,
  pairsIn,
  readColorAndKey,
  readId,
  type Source,
} from "./draft.js";
import { COLORS } from "./object-lists.js";

export type PairsForm =
  | "colors to names"
  | "names to colors"
  | "colors to ids"
  | "names to ids"
  | "ids to names"
  | "ids to colors"
  | "colors to objects"
  | "ids to objects"
  | "names to objects";

type Pair = readonly [key: string, value: unknown];

/** An id as Python and JavaScript write it as a key: without leading zeros, which a colour may have. */
const ID = /^(?:0|-?[1-9]\d{0,9})$/;

const formsOfSources = new WeakMap<Source, readonly PairsForm[]>();

/** The forms in which the members can be read: none if it is no such object, or several if it is ambiguous. */
export function pairsFormsOf(source: Source): readonly PairsForm[] {
  const found = formsOfSources.get(source) ?? formsOfPairs(pairsIn(source).pairs);
  formsOfSources.set(source, found);
  return found;
}

function formsOfPairs(pairs: readonly Pair[]): readonly PairsForm[] {
  if (pairs.length === 0 || pairs.some(([key]) => typeof key !== "string")) return [];
  const keys = pairs.map(([key]) => key);
  const values = pairs.map(([, value]) => value);
  const areIds = keys.every((key) => ID.test(key));
  const areHash = keys.every((key) => key.startsWith("#"));
  // The first value says what they are. If another is something else, the form's reader says where.
  const [first] = values;
  if (typeof first === "string") return areHash ? ["colors to names"] : formsOfTexts(keys, values, areIds);
  if (typeof first === "number") {
    if (areIds && !keys.every((key) => /^\d{6}$/.test(key))) return [];
    if (areHash) return ["colors to ids"];
    const forms = formsOfIds(keys);
    // Objects of something else, such as a job, have numbers too.
    const isClear = forms[0] !== "names to ids" || (keys.length > 1 && values.every(Number.isInteger));
    return isClear ? forms : [];
  }
  if (Array.isArray(first)) {
    const isChannels = first.length > 0 && first.every((channel) => typeof channel === "number");
    return !isChannels ? [] : [areIds ? "ids to colors" : "names to colors"];
  }
  if (!isObject(first)) return [];
  if (areIds) return ["ids to objects"];
  const { colors, marked } = measure(keys);
  if (areHash || marked > 0 || colors === keys.length) return ["colors to objects"];
  return values.every(hasColor) ? ["names to objects"] : [];
}

function formsOfTexts(
  keys: readonly string[],
  values: readonly unknown[],
  areIds: boolean,
): readonly PairsForm[] {
  const count = keys.length;
  const [key, value] = [measure(keys), measure(values)];
  if (areIds) {
    const mayBeColors = key.colors === count;
    if (value.marked === count || (value.triples === count && !mayBeColors)) return ["ids to colors"];
    if (value.triples === count) return ["colors to names", "ids to colors"];
    if (keys.every((text) => text.length === 6)) return ["colors to names"];
    const mayNameColors = value.sure === count;
    return [
      ...(mayBeColors ? (["colors to names"] as const) : []),
      "ids to names",
      ...(mayNameColors ? (["ids to colors"] as const) : []),
    ];
  }
  const both: readonly PairsForm[] = ["colors to names", "names to colors"];
  const isKeys = key.colors === count;
  const isValues = value.colors === count;
  // One value that happens to be a colour makes no legend: { "id": "123", "url": "…" }.
  const isInverted = value.marked > 0 || isValues;
  const certain = key.sure === 0 || value.marked === count;
  // { "road": "100" }: #110000 or the id 100.
  const mayBeIds =
    values.every((text) => ID.test(String(text))) && values.some((text) => String(text).length < 6);
  const certainly: readonly PairsForm[] = mayBeIds
    ? ["names to colors", "names to ids"]
    : ["names to colors"];
  const inverted = !isInverted ? [] : certain ? certainly : both;
  if (isKeys && !isValues) return ["colors to names"];
  if (key.marked !== value.marked) return key.marked > value.marked ? ["colors to names"] : inverted;
  if (key.sure > value.sure) return ["colors to names"];
  if (isKeys && isValues) return both;
  if (value.sure > key.sure) return inverted;
  if (isValues) return inverted;
  if (key.sure > 0) return both;
  return key.colors > 0 ? ["colors to names"] : [];
}

function formsOfIds(keys: readonly string[]): readonly PairsForm[] {
  const { colors, marked, sure } = measure(keys);
  if (marked > 0 || (colors === keys.length && sure > 0)) return ["colors to ids"];
  if (colors === keys.length || sure > 0) return ["colors to ids", "names to ids"];
  return ["names to ids"];
}

function hasColor(value: unknown): boolean {
  return isObject(value) && COLORS.some((field) => value[field] !== undefined);
}

/** How many of the texts are colours, are hardly anything else, are marked as colours, and are three numbers. */
function measure(texts: readonly unknown[]) {
  const colors = texts.filter((text) => typeof text === "string" && readColor(text) !== null) as string[];
  return {
    colors: colors.length,
    sure: colors.filter((text) => /[#\d]/.test(text)).length,
    marked: colors.filter(isMarkedColor).length,
    triples: colors.filter((text) => text.includes(",")).length,
  };
}

/** Reads an object in one of these forms. @throws {LegendError} LEGEND_INVALID: a value is something else. */
export function readPairs(source: Source, form: PairsForm): Drafts {
  const { pairs, repeated } = pairsIn(source);
  if (pairs.length === 0) {
    const found = source.value === undefined ? "no JSON" : `${kindOf(source.value)} without labels`;
    throw invalidLegend(source, form, undefined, `is ${found}; give an object`);
  }
  const [from, , to] = form.split(" ") as ["colors" | "ids" | "names", "to", "names" | "colors" | "ids"];
  const drafts = pairs.map(([key, value]): Draft => {
    const place = [...source.path, key];
    const fail = (message: string) => invalidLegend(source, form, place, message);
    if (typeof key !== "string") throw fail(`the key is ${kindOf(key)}; make it a string`);
    const id = from === "ids" ? readId(key) : to === "ids" ? readId(value) : undefined;
    if (from === "ids" && id === undefined) throw fail(`the key ${quote(key)} is no id; make it an integer`);
    if (to === "ids" && id === undefined) throw fail(`the id is ${describe(value)}; make it an integer`);
    if (to === "names") {
      if (typeof value !== "string") throw fail(`the name is ${kindOf(value)}; make it a string`);
      return from === "ids"
        ? { key, name: value, id: id!, place }
        : { key, name: value, color: readColor(key), place };
    }
    if (to === "ids") {
      if (from === "names") return { key: String(id), name: key, id: id!, place };
      return { key, name: String(id), color: readColor(key), id: id!, place };
    }
    const colored = readColorAndKey(value);
    if (typeof value !== "string" && colored.color === null) {
      throw fail(`the colour is ${describe(value)}; make it three integers from 0 to 255`);
    }
    return { ...colored, name: key, place, ...(id !== undefined && { id }) };
  });
  return { drafts, repeated };
}

function describe(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? quote(value) : readColorAndKey(value).key;
}
