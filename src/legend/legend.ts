/**
 * The vendor's legend (hex colour -> value) to a list of entries, where an entry's place is its label.
 *
 * Real legends have defects: the vendor's own sample holds a key of seven digits. A key that is no colour
 * keeps its place, matches no pixel and is reported; only what would make a label map ambiguous is an error.
 */
import { isObject, kindOf, quote } from "../checks/describe.js";
import { type Issue, LegendError } from "../errors.js";

/** One key of the legend. Its place in `Legend.entries` is the label that its pixels get. */
export interface LegendEntry {
  /** The key as it is written. */
  readonly key: string;
  /** `#rrggbb` in lower case, or the key as it is written where that is no colour. */
  readonly color: string;
  /** 0xRRGGBB, or -1 where the key is no colour: such an entry matches no pixel. */
  readonly rgb: number;
  /** What the colour stands for: `Car`, `car # 1`. */
  readonly value: string;
}

/** A legend that has been checked: one entry per key, in the order of the keys, and what is odd about them. */
export interface Legend {
  readonly entries: readonly LegendEntry[];
  readonly issues: readonly Issue[];
}

export type LegendInput = Readonly<Record<string, string>> | ReadonlyMap<string, string> | Legend;

/** Labels fit 16 bits, and the colour table a few hundred kilobytes. */
const MAX_ENTRIES = 65_536;

const HEX_COLOR = /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

/**
 * Checks a legend. Keys are `#rrggbb` or `#rgb`, in either case, with or without the `#`; 1 to 65,536 of them.
 *
 * Issues: `legend-key-invalid` (no colour), `legend-color-duplicate` (two keys of one colour with one value:
 * the pixels get the first). An object's keys come in JavaScript's order, which puts keys of decimal digits
 * alone (`112233`, without `#`) before all others; a `Map` keeps any order.
 *
 * @param options.strict a key that is no colour is an error.
 * @throws {LegendError} LEGEND_INVALID: not an object, empty, too many keys, not one that is a colour, or a value
 *   that is no string.
 *   LEGEND_COLOR_CONFLICT: two keys are one colour and their values differ.
 *   LEGEND_KEY_INVALID: a key is no colour (strict only).
 */
export function parseLegend(input: LegendInput, options: { readonly strict?: boolean } = {}): Legend {
  const pairs = pairsOf(input);
  if (pairs.length === 0) throw invalid("legend: is empty; give it at least one colour.");
  if (pairs.length > MAX_ENTRIES) {
    throw invalid(`legend: has ${pairs.length} colours; a label map takes up to ${MAX_ENTRIES}.`);
  }
  // One bad key among many is a defect of a real legend; no good one at all is some other object, such as a job.
  if (!pairs.some(([key]) => typeof key === "string" && parseColor(key) >= 0)) {
    const keys = pairs.slice(0, 3).map(([key]) => (typeof key === "string" ? quote(key) : kindOf(key)));
    throw invalid(
      `legend: has no key that is a hex colour, only ${keys.join(", ")}${pairs.length > 3 ? ", …" : ""}; ` +
        "pass the result object or its legend, not the job that holds the result's URL.",
    );
  }
  const issues: Issue[] = [];
  const firstOfColor = new Map<number, LegendEntry>();
  const entries = pairs.map(([key, value]): LegendEntry => {
    if (typeof key !== "string") throw invalid(`legend: a key is ${kindOf(key)}; keys are hex colours.`);
    if (typeof value !== "string") {
      throw invalid(`${pathOf(key)}: the value is ${kindOf(value)}; make it a string.`);
    }
    const rgb = parseColor(key);
    const entry = { key, color: formatColor(rgb, key), rgb, value };
    if (rgb < 0) {
      const path = pathOf(key);
      const message = `${path}: is no hex colour such as #f23334, so it matches no pixel.`;
      if (options.strict) throw new LegendError("LEGEND_KEY_INVALID", message);
      issues.push({ code: "legend-key-invalid", message, path });
      return entry;
    }
    const first = firstOfColor.get(rgb);
    if (first === undefined) {
      firstOfColor.set(rgb, entry);
      return entry;
    }
    const path = pathOf(key);
    if (first.value === value) {
      const message = `${path}: is the same colour as ${quote(first.key)}, whose label its pixels get.`;
      issues.push({ code: "legend-color-duplicate", message, path });
    } else {
      throw new LegendError(
        "LEGEND_COLOR_CONFLICT",
        `${path}: is the same colour as ${quote(first.key)}, but is ${quote(value)} and not ${quote(first.value)}.`,
      );
    }
    return entry;
  });
  return { entries, issues };
}

/** A colour's canonical name: `#rrggbb` in lower case, or the text itself where it is no colour. */
export function canonicalColor(text: string): string {
  return formatColor(parseColor(text), text);
}

/** 0xRRGGBB of a hex colour (six digits or three, `#` or none), or -1 where the text is none. */
export function parseColor(text: string): number {
  if (!HEX_COLOR.test(text)) return -1;
  const digits = text.startsWith("#") ? text.slice(1) : text;
  return Number.parseInt(digits.length === 3 ? digits.replace(/./g, "$&$&") : digits, 16);
}

function formatColor(rgb: number, fallback: string): string {
  return rgb < 0 ? fallback : `#${rgb.toString(16).padStart(6, "0")}`;
}

/** Keys and values, still unchecked. A checked legend is taken apart again: it may come from anywhere. */
function pairsOf(input: unknown): readonly (readonly [unknown, unknown])[] {
  if (input instanceof Map) return [...input];
  if (!isObject(input)) {
    throw invalid(`legend: is ${kindOf(input)}; give an object of hex colours and names.`);
  }
  // In a plain legend `entries` would be a string: no colour, but a key like any other.
  if (!Array.isArray(input.entries)) return Object.entries(input);
  return input.entries.map((entry: unknown, place) => {
    if (!isObject(entry)) throw invalid(`legend.entries[${place}]: is ${kindOf(entry)}; make it an object.`);
    return [entry.key, entry.value] as const;
  });
}

function pathOf(key: string): string {
  return `legend[${quote(key)}]`;
}

function invalid(message: string): LegendError {
  return new LegendError("LEGEND_INVALID", message);
}
