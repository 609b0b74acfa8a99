/**
 * The vendor's result JSON to a checked legend, a list of instances, and the identity of each legend entry.
 *
 * There are two forms. A simple result has a legend. An instance-aware result also lists instances, each of which belongs
 * to the legend entry of its colour. A malformed result is an error that says where. If legend and instances disagree,
 * that is an issue, since the mask can still be decoded. Ids are opaque: the vendor's sample has malformed UUIDs.
 */
import { isObject, kindOf, quote } from "../checks/describe.js";
import { DecodeError, type Issue, LegendError, ResultError } from "../errors.js";
import {
  canonicalColor,
  isSurelyColor,
  type Legend,
  type LegendInput,
  NUMBERED_VALUE,
  parseLegend,
} from "./legend.js";

/** One annotated object, or one stuff region (`index` 0), as the vendor writes it. */
export interface Instance {
  readonly _id: string;
  readonly color: string;
  /** The number within its class, from 1; 0 is stuff. */
  readonly index: number;
  readonly value: string;
  readonly class_id: string;
  readonly attributes: readonly unknown[];
}

export interface SegmentationResult {
  readonly legend: Legend;
  /** `null` in a simple result. */
  readonly instances: readonly Instance[] | null;
  /** The private URL of the mask, to be fetched through the vendor's attachment endpoint. */
  readonly url: string | null;
  readonly issues: readonly Issue[];
}

/** Labels form a class if they share the value without its ` # n`, or the instance's `class_id`. */
export type ClassBy = "name" | "class_id";

/** The class and instance of a legend entry, according to the legend and the instance list. */
export interface Identity {
  readonly className: string;
  readonly classId: string | null;
  /** The vendor's number within the class, from 1; 0 is stuff. */
  readonly instanceIndex: number;
  readonly _id: string | null;
  readonly attributes: readonly unknown[];
}

const MAX_INDEX = 2 ** 31 - 1;

/** The results that `parseResult` has returned. */
const checkedResults = new WeakSet<object>();

/**
 * Checks a result object, its JSON text, or a result that this function returned before. A legend alone is a simple
 * result. Unknown fields are ignored.
 *
 * Issues: those of the legend (see `parseLegend`), `legend-key-repeated` (a colour occurs twice in the text, or the legend
 * does; the last one counts), `instance-color-not-in-legend`,
 * `instance-color-duplicate` (the first counts), `instance-value-mismatch` (the legend's value counts),
 * `instance-index-mismatch` (the `index` counts unless it is 0), `class-name-with-several-ids`,
 * `class-id-with-several-names`, `legend-color-without-instance`.
 *
 * @param options.strict treats a legend key that is not a colour as an error.
 * @throws {ResultError} RESULT_INVALID with the path, as in `instances[3].color: …`.
 * @throws {LegendError} the legend cannot be used.
 */
export function parseResult(json: unknown, options: { readonly strict?: boolean } = {}): SegmentationResult {
  // With thousands of colours the checks take longer than decoding the mask, so no result is checked twice.
  if (!options.strict && checkedResults.has(json as object)) return json as SegmentationResult;
  const raw = typeof json === "string" ? parseJson(json) : json;
  if (!isObject(raw)) throw invalid("", `The result is ${kindOf(raw)}; give the vendor's result object.`);
  const { legend: given = Object.keys(raw).some(isSurelyColor) ? raw : undefined } = raw;
  if (given === undefined) {
    throw invalid("legend", 'is missing; give the result, { "legend": … }, not the job that holds its URL.');
  }
  // The cast is safe: parseLegend checks any value.
  const parsed = parseLegend(given as LegendInput, options);
  const repeated = typeof json === "string" ? repeatedKeys(json, parsed, given !== raw) : [];
  if (options.strict && repeated.length > 0) {
    throw new LegendError("LEGEND_COLOR_CONFLICT", repeated[0]!.message);
  }
  const legend = { ...parsed, issues: parsed.issues.concat(repeated) };
  const instances = parseInstances(raw.instances);
  const url = raw.url ?? null;
  if (url !== null && typeof url !== "string") throw invalid("url", `is ${kindOf(url)}; make it a string.`);
  const issues = instances === null ? legend.issues : legend.issues.concat(compare(legend, instances));
  const result = { legend, instances, url, issues };
  checkedResults.add(result);
  return result;
}

/**
 * The class and instance of each legend entry, in the order of the legend. An entry is stuff if it has neither an `index`
 * above 0 nor a ` # n`. With `classBy: "class_id"` the class name is the instance's `class_id`, if there is one.
 *
 * @throws {DecodeError} OPTION_INVALID: an unknown `classBy`.
 */
export function identifyEntries(
  result: Pick<SegmentationResult, "legend" | "instances">,
  classBy: ClassBy = "name",
): Identity[] {
  if (classBy !== "name" && classBy !== "class_id") {
    throw new DecodeError("OPTION_INVALID", 'classBy must be "name" or "class_id".');
  }
  const instanceOfColor = new Map<string, Instance>();
  for (const instance of result.instances ?? []) {
    const color = canonicalColor(instance.color);
    if (!instanceOfColor.has(color)) instanceOfColor.set(color, instance);
  }
  return result.legend.entries.map(({ color, value }) => {
    const instance = instanceOfColor.get(color);
    const { name, number } = splitValue(value);
    return {
      className: (classBy === "class_id" && instance?.class_id) || name,
      classId: instance?.class_id ?? null,
      instanceIndex: instance?.index || number,
      _id: instance?._id ?? null,
      attributes: instance?.attributes ?? [],
    };
  });
}

function parseJson(text: string): unknown {
  try {
    // Some editors put a byte order mark at the start of a file.
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    throw new ResultError("RESULT_INVALID", "", "The result is not JSON.", { cause });
  }
}

/** In a text, the keys that may be colours in any spelling, and `legend`. */
const COLOUR_KEYS = /"(?:legend|#?[\da-f]{3,6}|[^"\\a-z_]+|rgb[^"\\]+)"\s*:/gi;

/** JSON.parse keeps the last of equal keys and says nothing, so the text is searched for them. */
function repeatedKeys(text: string, { entries }: Legend, isWrapped: boolean): Issue[] {
  // Looking up each key takes longer than parsing, so keys that may be colours are only counted first.
  const colours = entries.filter(({ rgb }) => rgb >= 0).length;
  if ((text.match(COLOUR_KEYS)?.length ?? 0) <= colours + Number(isWrapped)) return [];
  const keys = new Set(entries.map(({ key }) => key).concat("legend"));
  const fresh = new Set(keys);
  const issues: Issue[] = [];
  for (const [, key] of text.matchAll(/"([^"\\]+)"\s*:/g)) {
    if (!keys.has(key!) || fresh.delete(key!)) continue;
    const path = key === "legend" ? key : `legend[${quote(key!)}]`;
    issues.push({
      code: "legend-key-repeated",
      message: `${path}: occurs twice; the last one counts.`,
      path,
    });
  }
  return issues;
}

function parseInstances(raw: unknown): readonly Instance[] | null {
  if (raw === undefined || raw === null) return null;
  if (!Array.isArray(raw)) throw invalid("instances", `is ${kindOf(raw)}; make it an array.`);
  // Not map(), which skips the holes of a sparse array.
  return Array.from(raw, (item: unknown, place): Instance => {
    const path = `instances[${place}]`;
    if (!isObject(item)) throw invalid(path, `is ${kindOf(item)}; make it an object.`);
    const { index, attributes } = item;
    if (!Number.isInteger(index) || (index as number) < 0 || (index as number) > MAX_INDEX) {
      const found = typeof index === "number" ? String(index) : kindOf(index);
      throw invalid(`${path}.index`, `is ${found}; make it an integer from 0 to ${MAX_INDEX}.`);
    }
    if (!Array.isArray(attributes)) {
      throw invalid(`${path}.attributes`, `is ${kindOf(attributes)}; make it an array.`);
    }
    return {
      _id: stringField(item, "_id", path),
      color: stringField(item, "color", path),
      index: index as number,
      value: stringField(item, "value", path),
      class_id: stringField(item, "class_id", path),
      attributes,
    };
  });
}

function stringField(item: Record<string, unknown>, name: string, path: string): string {
  const value = item[name];
  if (typeof value !== "string") throw invalid(`${path}.${name}`, `is ${kindOf(value)}; make it a string.`);
  return value;
}

/** All contradictions between the legend and the instances, and between instances. */
function compare(legend: Legend, instances: readonly Instance[]): Issue[] {
  const issues: Issue[] = [];
  const report = (code: string, path: string, message: string) => {
    issues.push({ code, path, message: `${path}: ${message}` });
  };
  const valueOfColor = new Map<string, string>();
  for (const { color, value } of legend.entries) valueOfColor.set(color, value);
  const placeOfColor = new Map<string, number>();
  const idsOfName = new Map<string, Set<string>>();
  const namesOfId = new Map<string, Set<string>>();

  instances.forEach((instance, place) => {
    const path = `instances[${place}]`;
    const color = canonicalColor(instance.color);
    const legendValue = valueOfColor.get(color);
    const value = legendValue ?? instance.value;
    if (legendValue === undefined) {
      const message = `${quote(instance.color)} is not in the legend, so this instance has no pixels.`;
      report("instance-color-not-in-legend", `${path}.color`, message);
    } else if (legendValue !== instance.value) {
      const message = `is ${quote(instance.value)}, but the legend has ${quote(legendValue)} for its colour.`;
      report("instance-value-mismatch", `${path}.value`, message);
    }
    const first = placeOfColor.get(color);
    if (first === undefined) {
      placeOfColor.set(color, place);
    } else {
      const message = `is also the colour of instances[${first}], which takes precedence.`;
      report("instance-color-duplicate", `${path}.color`, message);
    }
    const { name, number } = splitValue(value);
    if (number !== instance.index) {
      const message = `is ${instance.index}, but the value ${quote(value)} says ${number}.`;
      report("instance-index-mismatch", `${path}.index`, message);
    }
    // Reported once for each name and each id, when the second one turns up.
    if (countDistinct(idsOfName, name, instance.class_id) === 2) {
      const message = `is a second class_id for the class ${quote(name)}.`;
      report("class-name-with-several-ids", `${path}.class_id`, message);
    }
    if (countDistinct(namesOfId, instance.class_id, name) === 2) {
      const message = `is the class_id of another class as well as of ${quote(name)}.`;
      report("class-id-with-several-names", `${path}.class_id`, message);
    }
  });

  for (const { key, color, value } of legend.entries) {
    if (placeOfColor.has(color)) continue;
    const message = `is ${quote(value)}, but no instance has this colour.`;
    report("legend-color-without-instance", `legend[${quote(key)}]`, message);
  }
  return issues;
}

/** Adds a member to the set of a key. Returns the new size of the set, or 0 if the member was there already. */
function countDistinct(sets: Map<string, Set<string>>, key: string, member: string): number {
  const members = sets.get(key) ?? new Set<string>();
  sets.set(key, members);
  return members.has(member) ? 0 : members.add(member).size;
}

/** `car # 2` is the class `car` and the number 2. A value without ` # n` is only a name, with the number 0. */
function splitValue(value: string): { readonly name: string; readonly number: number } {
  const match = NUMBERED_VALUE.exec(value);
  return match === null ? { name: value, number: 0 } : { name: match[1]!, number: Number(match[2]) };
}

function invalid(path: string, message: string): ResultError {
  return new ResultError("RESULT_INVALID", path, message);
}
