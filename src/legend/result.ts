/**
 * The vendor's result JSON to a checked legend, a list of instances, and the identity of each legend entry.
 *
 * There are two forms. A simple result has a legend. An instance-aware result also lists instances, each of which belongs
 * to the legend entry of its colour. A malformed result is an error that says where. If legend and instances disagree,
 * that is an issue, since the mask can still be decoded. Ids are opaque: the vendor's sample has malformed UUIDs.
 */
import { isObject, kindOf, quote } from "../checks/describe.js";
import { IssueList } from "../checks/issue-list.js";
import { DecodeError, type Issue, LegendError, ResultError } from "../errors.js";
import {
  canonicalColor,
  checkLegend,
  isSurelyColor,
  type Legend,
  type LegendInput,
  NUMBERED_NAME,
  parseColor,
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
  /** The first hundred; if there are more, also an issue `more-issues` that counts the others. */
  readonly issues: readonly Issue[];
}

/** Labels form a class if they share the value without its ` # n`, or the instance's `class_id`. */
export type ClassBy = "name" | "class_id";

/** The class and instance of a legend entry, according to the legend and the instance list. */
export interface Identity {
  readonly className: string;
  readonly classId: string | null;
  /** The vendor's number within the class, from 1; 0 is stuff. */
  readonly instanceNumber: number;
  readonly sourceId: string | null;
  readonly attributes: readonly unknown[];
}

const MAX_INDEX = 2 ** 31 - 1;

/** The results that `parseResult` has returned. */
const checkedResults = new WeakSet<object>();

/** Says that a result needs no check any more. `parseResult` then returns it as it is, with its issues. */
export function asChecked(result: SegmentationResult): SegmentationResult {
  checkedResults.add(result);
  return result;
}

/**
 * Checks a result object, its JSON text, or a result that this function returned before. A legend alone is a simple
 * result, also one that `parseLegend` of `labelmap/legend` has read from another form. Unknown fields are ignored.
 *
 * Issues: those of the legend (see `checkLegend`), `legend-key-repeated` (a colour occurs twice in the text, or the legend
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
  const { legend: given = raw.entries || Object.keys(raw).some(isSurelyColor) ? raw : undefined } = raw;
  if (given === undefined) {
    throw invalid("legend", 'is missing; give the result, { "legend": … }, not the job that holds its URL.');
  }
  // The cast is safe: checkLegend checks any value.
  const parsed = checkLegend(given as LegendInput, options);
  const repeated = typeof json === "string" ? repeatedKeys(json, parsed, given !== raw) : [];
  if (options.strict && repeated.length > 0) {
    throw new LegendError("LEGEND_COLOR_CONFLICT", repeated[0]!.message);
  }
  const issuesOfLegend = new IssueList(...parsed.issues, ...repeated).toArray();
  const legend = { entries: parsed.entries, issues: issuesOfLegend, check: parsed.check };
  const instances = parseInstances(raw.instances);
  const url = raw.url ?? null;
  if (url !== null && typeof url !== "string") throw invalid("url", `is ${kindOf(url)}; make it a string.`);
  const issues = instances === null ? legend.issues : compare(legend, instances);
  const result = { legend, instances, url, issues };
  return asChecked(result);
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
  // Only for the legend's colours. It has 65,536 at most, but the instances may have a million.
  const instanceOfColor = new Map<string, Instance | null>();
  if (result.instances !== null)
    for (const { color } of result.legend.entries) instanceOfColor.set(color, null);
  for (const instance of result.instances ?? []) {
    const color = canonicalColor(instance.color);
    if (instanceOfColor.get(color) === null) instanceOfColor.set(color, instance);
  }
  return result.legend.entries.map(({ color, name }) => {
    const instance = instanceOfColor.get(color);
    const { className, number } = splitName(name);
    return {
      className: (classBy === "class_id" && instance?.class_id) || className,
      classId: instance?.class_id ?? null,
      instanceNumber: instance?.index || number,
      sourceId: instance?._id ?? null,
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
function repeatedKeys(text: string, { entries }: Legend, isWrapped: boolean): readonly Issue[] {
  // Looking up each key takes longer than parsing, so keys that may be colours are only counted first.
  const colours = entries.filter(({ rgb }) => rgb >= 0).length;
  if ((text.match(COLOUR_KEYS)?.length ?? 0) <= colours + Number(isWrapped)) return [];
  const keys = new Set(entries.map(({ key }) => key).concat("legend"));
  const fresh = new Set(keys);
  const issues = new IssueList();
  for (const [, key] of text.matchAll(/"([^"\\]+)"\s*:/g)) {
    if (!keys.has(key!) || fresh.delete(key!)) continue;
    const path = key === "legend" ? key : `legend[${quote(key!)}]`;
    const code = "legend-key-repeated";
    issues.add(code, () => ({ code, message: `${path}: occurs twice; the last one counts.`, path }));
  }
  return issues.toArray();
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

/** The issues of the legend, then all contradictions between the legend and the instances, and between instances. */
function compare(legend: Legend, instances: readonly Instance[]): readonly Issue[] {
  const issues = new IssueList(...legend.issues);
  const report = (code: string, path: string, describe: () => string) => {
    issues.add(code, () => ({ code, path, message: `${path}: ${describe()}` }));
  };
  // By 0xRRGGBB, or by the text if it is not a colour. Numbers take less memory than their texts.
  const valueOfColor = new Map<number | string, string>();
  for (const { rgb, key, name } of legend.entries) valueOfColor.set(rgb < 0 ? key : rgb, name);
  const placeOfColor = new Map<number | string, number>();
  const idOfName = new Map<string, string | null>();
  const nameOfId = new Map<string, string | null>();

  instances.forEach((instance, place) => {
    const pathOf = (field: string) => `instances[${place}].${field}`;
    const rgb = parseColor(instance.color);
    const color = rgb < 0 ? instance.color : rgb;
    const legendValue = valueOfColor.get(color);
    const value = legendValue ?? instance.value;
    if (legendValue === undefined) {
      report("instance-color-not-in-legend", pathOf("color"), () => {
        return `${quote(instance.color)} is not in the legend, so this instance has no pixels.`;
      });
    } else if (legendValue !== instance.value) {
      report("instance-value-mismatch", pathOf("value"), () => {
        return `is ${quote(instance.value)}, but the legend has ${quote(legendValue)} for its colour.`;
      });
    }
    const first = placeOfColor.get(color);
    if (first === undefined) {
      placeOfColor.set(color, place);
    } else {
      report("instance-color-duplicate", pathOf("color"), () => {
        return `is also the colour of instances[${first}], which takes precedence.`;
      });
    }
    const { className: name, number } = splitName(value);
    if (number !== instance.index) {
      report("instance-index-mismatch", pathOf("index"), () => {
        return `is ${instance.index}, but the value ${quote(value)} says ${number}.`;
      });
    }
    if (isSecond(idOfName, name, instance.class_id)) {
      report("class-name-with-several-ids", pathOf("class_id"), () => {
        return `is a second class_id for the class ${quote(name)}.`;
      });
    }
    if (isSecond(nameOfId, instance.class_id, name)) {
      report("class-id-with-several-names", pathOf("class_id"), () => {
        return `is the class_id of another class as well as of ${quote(name)}.`;
      });
    }
  });

  for (const { rgb, key, name } of legend.entries) {
    if (placeOfColor.has(rgb < 0 ? key : rgb)) continue;
    report("legend-color-without-instance", `legend[${quote(key)}]`, () => {
      return `is ${quote(name)}, but no instance has this colour.`;
    });
  }
  return issues.toArray();
}

/**
 * Whether this is the second member of the key. It is so only once: the third is reported no more. Only the first member
 * is kept, since there may be a million keys.
 */
function isSecond(firstMembers: Map<string, string | null>, key: string, member: string): boolean {
  const first = firstMembers.get(key);
  if (first === undefined) firstMembers.set(key, member);
  if (first === undefined || first === null || first === member) return false;
  firstMembers.set(key, null);
  return true;
}

/** `car # 2` is the class `car` and the number 2. A name without ` # n` is only a class, with the number 0. */
function splitName(name: string): { readonly className: string; readonly number: number } {
  const match = NUMBERED_NAME.exec(name);
  return match === null ? { className: name, number: 0 } : { className: match[1]!, number: Number(match[2]) };
}

function invalid(path: string, message: string): ResultError {
  return new ResultError("RESULT_INVALID", path, message);
}
