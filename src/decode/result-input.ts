/** The forms in which callers pass a mask's legend: the vendor's result, its JSON text, or only a legend. */
import { isObject } from "../checks/describe.js";
import { type LegendInput, parseLegend } from "../legend/legend.js";
import { parseResult, type SegmentationResult } from "../legend/result.js";

/** The source of a mask's labels: the vendor's result (as an object, JSON text or parsed), or only a legend. */
export type ResultInput = SegmentationResult | LegendInput | { readonly legend: object } | string;

export type Source = Pick<SegmentationResult, "legend" | "instances" | "issues">;

/** An object with a `legend` is a result, parsed or not. A string is a result's JSON. Anything else is a legend. */
export function readResult(input: ResultInput, { strict }: { readonly strict: boolean }): Source {
  if (typeof input === "string" || (isObject(input) && "legend" in input)) {
    return parseResult(input, { strict });
  }
  const legend = parseLegend(input as LegendInput, { strict });
  return { legend, instances: null, issues: legend.issues };
}
