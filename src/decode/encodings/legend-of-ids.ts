/** The legend of a mask of ids: its numbers are class ids, whatever else they could be. */

import { isObject } from "../../checks/describe.js";
import { LegendError } from "../../errors.js";
import { isMarkedColor } from "../../legend/files/colors.js";
import type { LegendForm } from "../../legend/forms.js";
import { readLegend } from "../../legend/parse-legend.js";
import type { Source } from "./encoding.js";

/**
 * Reads a legend in any form. Keys that are integers are ids, even if they could be colours: `100` is `#110000` too.
 *
 * @throws {LegendError} LEGEND_INVALID: it has no ids, and what `parseLegend` throws.
 */
export function legendOfIds(input: string | object, strict: boolean): Source {
  const form = formOfIds(membersOf(input));
  const source = readLegend(input, form === undefined ? { strict } : { strict, form });
  if (source.legend.entries.some(({ id }) => id !== undefined)) return source;
  throw new LegendError(
    "LEGEND_INVALID",
    'legend: has colours, but no ids, which this encoding needs; give { "7": "road" }, or decode colours without an encoding.',
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
