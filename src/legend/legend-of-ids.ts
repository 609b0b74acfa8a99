/** The legend of a mask of ids: its numbers are class ids, whatever else they could be. */

import { isObject } from "../checks/describe.js";
import { LegendError } from "../errors.js";
import { isMarkedColor } from "./files/colors.js";
import type { LegendForm } from "./forms.js";
import { type LegendSource, type ParseLegendOptions, readLegend } from "./parse-legend.js";
import type { SegmentationResult } from "./result.js";

/**
 * Reads a legend in any form like `readLegend`. Keys that are integers are ids, even if they could be colours: `100` is
 * `#110000` too.
 *
 * @throws {LegendError} LEGEND_INVALID: it has no ids, and what `parseLegend` throws.
 */
export function legendOfIds(input: LegendSource, options: ParseLegendOptions = {}): SegmentationResult {
  const { name = "legend", form = formOfIds(membersOf(input)) } = options;
  const source = readLegend(input, { ...options, ...(form !== undefined && { form }) });
  if (source.legend.entries.some(({ id }) => id !== undefined)) return source;
  const seen = source.legend.form === undefined ? "" : ` (${source.legend.form})`;
  throw new LegendError(
    "LEGEND_INVALID",
    `${name}${seen}: has colours, but no ids, which this encoding needs. If the pixels have these colours, leave out \`encoding\`. If they are ids, give a legend of ids, such as { "7": "road" }.`,
  );
}

/** The form of members whose keys are all ids. The first value says which, unless a text may be a colour or a name. */
function formOfIds(members: readonly (readonly [key: unknown, value: unknown])[]): LegendForm | undefined {
  const areIds = members.every(([key]) => typeof key === "string" && /^-?\d{1,10}$/.test(key));
  if (members.length === 0 || !areIds) return undefined;
  const [, first] = members[0]!;
  if (Array.isArray(first)) return "ids to colors";
  if (isObject(first)) return "ids to objects";
  return members.every(([, value]) => isMarkedColor(value)) ? "ids to colors" : "ids to names";
}

/** The members of a legend that is an object or a `Map`, in a result or alone, or of the text of one. */
function membersOf(input: unknown): readonly (readonly [key: unknown, value: unknown])[] {
  if (input instanceof Map) return [...input];
  if (isObject(input)) return isObject(input.legend) ? membersOf(input.legend) : Object.entries(input);
  if (typeof input !== "string" || !/^\ufeff?\s*\{/.test(input)) return [];
  try {
    return membersOf(JSON.parse(input.replace(/^\ufeff/, "")));
  } catch {
    return [];
  }
}
