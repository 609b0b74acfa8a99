/** The forms in which a mask's legend is passed: the vendor's result, its JSON text, or a legend alone. */
import { isObject } from "../checks/describe.js";
import { type LegendInput, parseLegend } from "../legend/legend.js";
import { parseResult, type SegmentationResult } from "../legend/result.js";

/** What says which colour is which label: the vendor's result (object, JSON text or parsed), or a legend alone. */
export type ResultInput = SegmentationResult | LegendInput | { readonly legend: object } | string;

export type Source = Pick<SegmentationResult, "legend" | "instances" | "issues">;

/** What has a `legend` is a result (parsed or not), a string is a result's JSON; the rest is a bare legend. */
export function readResult(input: ResultInput, { strict = false }: { readonly strict?: boolean }): Source {
  if (typeof input === "string" || (isObject(input) && "legend" in input)) {
    return parseResult(input, { strict });
  }
  const legend = parseLegend(input as LegendInput, { strict });
  return { legend, instances: null, issues: legend.issues };
}
