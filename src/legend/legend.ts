/**
 * The vendor's legend (hex colour -> value) to a list of entries. The index of an entry is its label.
 *
 * Real legends have defects: the vendor's own sample has a key with seven digits. A key that is not a colour keeps its
 * index, matches no pixel and is reported. It is an error only if the label map would be ambiguous.
 */
import { isObject, kindOf, quote } from "../checks/describe.js";
import { IssueList } from "../checks/issue-list.js";
import { type Issue, LegendError } from "../errors.js";

/** One key of the legend. Its index in `Legend.entries` is the label of its pixels. */
export interface LegendEntry {
  /** The colour as written in the legend. In a legend of ids, the id. */
  readonly key: string;
  /** `#rrggbb` in lower case, or the key as written if the entry has no colour. */
  readonly color: string;
  /** 0xRRGGBB, or -1 if the entry has no colour. Then it matches no colour, but its `id` may match an id. */
  readonly rgb: number;
  /** What the pixels are: `Car`, `car # 1`. */
  readonly name: string;
  /** The number that the legend gives: the class id, and the value of the pixels in a mask of ids. */
  readonly id?: number;
  /** Whether the class has objects that can be counted, if the legend says so. */
  readonly isThing?: boolean;
  /** The class's group, if the legend says so: `vehicle`. */
  readonly supercategory?: string;
}

/** A checked legend: one entry for each key, in the order of the source, and their defects. */
export interface Legend {
  readonly entries: readonly LegendEntry[];
  /** The form in which it was written, if `parseLegend` read it: `names to colors`, `CVAT labelmap.txt`. */
  readonly form?: string;
  /** What its entries have, if `parseLegend` read it: colours, numbers of classes, or both. Without it: colours. */
  readonly keys?: "colors" | "ids" | "colors and ids";
  /** The first hundred; if there are more, also an issue `more-issues` that counts the others. */
  readonly issues: readonly Issue[];
  /** What is odd about a mask with these labels. The legends of palettes have it. */
  readonly check?: ((labels: readonly CountedColor[]) => readonly Issue[]) | undefined;
}

/** A colour of the legend, and how often it occurs. */
export interface CountedColor {
  readonly color: string;
  readonly pixelCount: number;
}

export type LegendInput = Readonly<Record<string, string>> | ReadonlyMap<string, string> | Legend;

/** Labels fit 16 bits, and the colour table a few hundred kilobytes. */
export const MAX_ENTRIES = 65_536;

const HEX_COLOR = /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
/** `rgb(255, 0, 0)` of CSS, `(255, 0, 0)` and `[255, 0, 0]` of Python, `255,0,0`. */
const RGB_COLOR = /^(?:rgb)?[([]?\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*[)\]]?$/i;

/** For example `car # 1`. At most 15 digits, so that the number is exact. */
export const NUMBERED_NAME = /^(.+) # (\d{1,15})$/s;
/** For example `car #1`, which is no number. */
const ALMOST_NUMBERED = /.#\s*\d+\s*$/;

/**
 * Checks the vendor's legend, or one that `parseLegend` of `labelmap/legend` has read. That function reads all other forms,
 * and what it makes of them is checked here again, since an object may come from anywhere.
 *
 * A legend has 1 to 65,536 keys of the form `#rrggbb` or `#rgb`, in either case, with or without the `#`, or
 * of the form `rgb(255, 0, 0)`, with or without `rgb` and brackets.
 *
 * Issues: `legend-key-invalid` (not a colour), `legend-color-duplicate` (two keys with the same colour and the same value;
 * the pixels get the first label), `legend-value-number` (`car #1` is a class of its own; `car # 1` is an instance).
 * The keys of an object come in JavaScript's order, which puts keys that consist of decimal digits only (`112233`,
 * without `#`) before all others. A `Map` keeps any order.
 *
 * @param options.strict treats a key that is not a colour as an error.
 * @throws {LegendError} LEGEND_INVALID: not an object, empty, too many keys, no key that is a colour, or a value that is
 *   not a string.
 *   LEGEND_COLOR_CONFLICT: two keys have the same colour and different values.
 *   LEGEND_KEY_INVALID: a key is not a colour (strict only).
 */
export function checkLegend(input: LegendInput, options: { readonly strict?: boolean } = {}): Legend {
  const pairs = pairsOf(input);
  if (pairs.length === 0) throw invalid("legend: is empty; give it at least one colour.");
  if (pairs.length > MAX_ENTRIES) {
    throw invalid(`legend: has ${pairs.length} colours; a label map takes up to ${MAX_ENTRIES}.`);
  }
  // What `parseLegend` has read has colours and ids instead.
  if (!pairs[0]![2]) checkSides(pairs);
  const issues = new IssueList();
  const firstOfColor = new Map<number, LegendEntry>();
  const entries = pairs.map(([key, name, given]): LegendEntry => {
    if (typeof key !== "string") throw invalid(`legend: a key is ${kindOf(key)}; keys are hex colours.`);
    if (typeof name !== "string") {
      throw invalid(`${pathOf(key)}: the value is ${kindOf(name)}; make it a string.`);
    }
    // The id 100 is no colour, though #110000 may be written like it.
    const hasOnlyId = given?.rgb === -1 && given.id !== undefined;
    const rgb = hasOnlyId ? -1 : parseColor(isSurelyColor(given?.color) ? given!.color! : key);
    const entry = { ...given, key, color: formatColor(rgb, key), rgb, name };
    if (hasOnlyId) return entry;
    if (rgb < 0) {
      const path = pathOf(key);
      const message = `${path}: ${whyNoColor(key)}.`;
      if (options.strict) throw new LegendError("LEGEND_KEY_INVALID", message);
      const code = "legend-key-invalid";
      issues.add(code, () => ({ code, message: `${message} Its pixels are unlabelled.`, path }));
      return entry;
    }
    const first = firstOfColor.get(rgb);
    if (first === undefined) {
      firstOfColor.set(rgb, entry);
      return entry;
    }
    const path = pathOf(key);
    if (first.name === name) {
      const code = "legend-color-duplicate";
      const message = `${path}: is the same colour as ${quote(first.key)}. Its pixels get the label of ${quote(first.key)}.`;
      issues.add(code, () => ({ code, message, path }));
    } else {
      throw new LegendError(
        "LEGEND_COLOR_CONFLICT",
        `${path}: is the same colour as ${quote(first.key)}, but its name is ${quote(name)} instead of ${quote(first.name)}.`,
      );
    }
    return entry;
  });
  reportNumbers(entries, issues);
  const { check } = input as Legend;
  return { entries, issues: issues.toArray(), check: typeof check === "function" ? check : undefined };
}

/** Refuses legends whose keys and values are swapped, and objects that are no legends. */
function checkSides(pairs: ReturnType<typeof pairsOf>): void {
  // A word such as "bed" may be a colour. So names are compared with colours that have a # or a digit.
  const colors = (side: 0 | 1) => pairs.filter((pair) => isSurelyColor(pair[side])).length;
  const values = colors(1);
  // An object may not become a string: { "toString": null }.
  const areColors = pairs.every(([, value]) => typeof value !== "object" && parseColor(String(value)) >= 0);
  // Most names are no colours. Then the keys need not be counted.
  if ((values > 0 && values > colors(0)) || (areColors && colors(0) === 0)) {
    throw invalid('legend: keys and values are swapped; write { "#f23334": "car" }, each colour with a #.');
  }
  // Real legends may have a few bad keys. If no key is good, this is some other object, such as a job.
  if (!pairs.some(([key]) => typeof key === "string" && parseColor(key) >= 0)) {
    const keys = pairs.slice(0, 3).map(([key]) => (typeof key === "string" ? quote(key) : kindOf(key)));
    throw invalid(
      `legend: none of its keys is a hex colour (${keys.join(", ")}${pairs.length > 3 ? ", …" : ""}); ` +
        "pass the result object or its legend, not the job that holds the result's URL.",
    );
  }
}

/** Reports names that almost have a number: the issue `legend-value-number`. */
export function reportNumbers(entries: readonly LegendEntry[], issues: IssueList): void {
  const odd = entries.filter(({ name }) => ALMOST_NUMBERED.test(name) && !NUMBERED_NAME.test(name));
  if (odd.length > 0) {
    const path = pathOf(odd[0]!.key);
    const message = `${path}: ${quote(odd[0]!.name)} is a class of its own (one of ${odd.length}); write " # 1" for an instance.`;
    const code = "legend-value-number";
    issues.add(code, () => ({ code, message, path }));
  }
}

/** What is wrong with a key that is not a colour. */
function whyNoColor(key: string): string {
  const digits = /^#?([0-9a-f]+)$/i.exec(key)?.[1]?.length;
  if (digits === undefined) return "not a hex colour such as #f23334";
  return `${digits} ${digits === 1 ? "digit" : "digits"}; a colour has 3 or 6`;
}

/** The canonical form of a colour: `#rrggbb` in lower case, or the text itself if it is not a colour. */
export function canonicalColor(text: string): string {
  return formatColor(parseColor(text), text);
}

/**
 * 0xRRGGBB of a hex colour (six or three digits, with or without `#`) or of three numbers from 0 to 255, as in
 * `rgb(255, 0, 0)` and `255,0,0`; -1 if the text is not a colour.
 */
export function parseColor(text: string): number {
  if (HEX_COLOR.test(text)) {
    const digits = text.startsWith("#") ? text.slice(1) : text;
    return Number.parseInt(digits.length === 3 ? digits.replace(/./g, "$&$&") : digits, 16);
  }
  const channels = RGB_COLOR.exec(text)?.slice(1);
  if (channels === undefined) return -1;
  return channels.reduce((rgb, channel) => (rgb < 0 || +channel > 255 ? -1 : rgb * 256 + +channel), 0);
}

/** Whether a text is a colour and hardly a name: `#f00` and `ff0000`, but not `bed`. */
export function isSurelyColor(text: unknown): boolean {
  return typeof text === "string" && /[#\d]/.test(text) && parseColor(text) >= 0;
}

function formatColor(rgb: number, fallback: string): string {
  return rgb < 0 ? fallback : `#${rgb.toString(16).padStart(6, "0")}`;
}

/** Keys and values, not checked yet. A checked legend is checked again, since it may come from anywhere. */
function pairsOf(
  input: unknown,
): readonly (readonly [key: unknown, name: unknown, entry?: Partial<LegendEntry>])[] {
  if (input instanceof Map) return [...input];
  if (!isObject(input)) {
    throw invalid(`legend: is ${kindOf(input)}; give an object of hex colours and names.`);
  }
  // In a plain legend, `entries` would be an ordinary key, and its value a string.
  if (!Array.isArray(input.entries)) return Object.entries(input);
  return input.entries.map((entry: unknown, place) => {
    if (!isObject(entry)) throw invalid(`legend.entries[${place}]: is ${kindOf(entry)}; make it an object.`);
    return [entry.key, entry.name, entry] as const;
  });
}

function pathOf(key: string): string {
  return `legend[${quote(key)}]`;
}

function invalid(message: string): LegendError {
  return new LegendError("LEGEND_INVALID", message);
}
