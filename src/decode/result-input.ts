/** The forms in which callers pass a mask's legend: the vendor's result, its JSON text, or a legend in any form. */
import { isObject } from "../checks/describe.js";
import type { LegendInput } from "../legend/legend.js";
import { parseResult, type SegmentationResult } from "../legend/result.js";
import type { Source } from "./encodings/encoding.js";
import { partOf } from "./on-demand.js";

/**
 * The source of a mask's labels: the vendor's result (as an object, JSON text or parsed), or a legend in any form that
 * `parseLegend` of `labelmap/legend` reads: a file's text, the object in a JSON file, the name of a palette.
 */
export type ResultInput = SegmentationResult | LegendInput | object | string;

export type { Source };

/**
 * Nearly all legends are the vendor's, without a defect, and each key has its `#`. Everything else is read by code that is
 * loaded on demand, which also says what is wrong.
 */
export function readResult(input: ResultInput, options: { readonly strict?: boolean }): Source {
  try {
    const isResult = typeof input === "string" || (isObject(input) && "legend" in input);
    const source = parseResult(isResult ? input : { legend: input }, options);
    const { issues, entries } = source.legend;
    if (!issues[0] && entries.every(({ key }) => key[0] === "#")) return source;
  } catch {}
  return partOf("legends").readColorLegend(input, { strict: options.strict });
}
