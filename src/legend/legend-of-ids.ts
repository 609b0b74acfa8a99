/** The legend of a mask of ids: its numbers are class ids, whatever else they could be. */

import { isObject } from "../checks/describe.js";
import { LegendError } from "../errors.js";
import { type LegendSource, type ParseLegendOptions, readLegend } from "./parse-legend.js";
import type { SegmentationResult } from "./result.js";

/**
 * Reads a legend in any form like `readLegend`. Keys that are integers are ids, even if they could be colours: `100` is
 * `#110000` too.
 *
 * @throws {LegendError} LEGEND_INVALID: it has no ids, and what `parseLegend` throws.
 */
export function legendOfIds(input: LegendSource, options: ParseLegendOptions = {}): SegmentationResult {
  const { name = "legend", form = areIds(keysOf(input)) ? "ids to names" : undefined } = options;
  const source = readLegend(input, { ...options, ...(form !== undefined && { form }) });
  if (source.legend.entries.some(({ id }) => id !== undefined)) return source;
  const seen = source.legend.form === undefined ? "" : ` (${source.legend.form})`;
  throw new LegendError(
    "LEGEND_INVALID",
    `${name}${seen}: has colours, but no ids, which this encoding needs; give { "7": "road" }, or decode colours without an encoding.`,
  );
}

function areIds(keys: readonly unknown[]): boolean {
  return keys.length > 0 && keys.every((key) => typeof key === "string" && /^\d{1,10}$/.test(key));
}

/** The keys of a plain object or a `Map`, or of the text of one. */
function keysOf(input: unknown): readonly unknown[] {
  if (input instanceof Map) return [...input.keys()];
  if (isObject(input)) return Object.keys(input);
  if (typeof input !== "string" || !/^\ufeff?\s*\{/.test(input)) return [];
  try {
    return keysOf(JSON.parse(input.replace(/^\ufeff/, "")));
  } catch {
    return [];
  }
}
