/** The forms in which callers pass a mask's legend: the vendor's result, its JSON text, or a legend in any form. */
import { isObject, kindOf } from "../checks/describe.js";
import { LegendError, type ResultError } from "../errors.js";
import type { Legend } from "../legend/legend.js";
import { parseResult } from "../legend/result.js";
import type { Source } from "./encodings/encoding.js";
import { findPart, partMissing } from "./parts.js";
import { bytesIn } from "./png-input.js";

/**
 * The source of a mask's labels: the vendor's result (as an object, JSON text or parsed), or a legend in any form that
 * `parseLegend` of `labelmap/legend` reads: a file's text or bytes, the object in a JSON file, the name of a palette.
 * `decodeMask` also takes a `Blob`, a `Response`, a stream or a `URL` of the text, and a promise of any of these. For an
 * `encoding`, `null` is no legend.
 *
 * The type is `unknown`, so that what `JSON.parse` and `response.json()` return fits as it is. It is checked when it is
 * read.
 */
export type ResultInput = unknown;

export type { Source };

/**
 * Nearly all legends are the vendor's, without a defect, and each key has its `#`. `labelmap/legend` reads everything else,
 * and says what is wrong. Without it, only a legend that it would read in the same way is accepted.
 *
 * @throws {DecodeError} PART_MISSING
 */
export function readResult(given: ResultInput, options: { readonly strict?: boolean }): Source {
  const input = textIn(given);
  if ((input ?? null) === null) {
    const remedy = 'give a legend, or, if the pixels are ids, their encoding, such as `encoding: "grey"`';
    throw new LegendError("LEGEND_INVALID", `legend: is ${kindOf(input)}; ${remedy}.`);
  }
  const part = findPart("legend");
  let problem = "a colour has no #, or has alpha";
  let cause: unknown;
  try {
    const isResult = typeof input === "string" || (isObject(input) && "legend" in input);
    const source = parseResult(isResult ? input : { legend: input }, options);
    const { entries, issues } = source.legend;
    if (!issues[0] && entries.every(({ key }) => key[0] === "#")) return source;
    if (part === undefined && isUnmistakable(input, source)) return source;
  } catch (error) {
    if (part === undefined && isSurelyWrong(input, error as ResultError)) throw error;
    cause = error;
    problem = (error as ResultError).message.replace(/\.$/, "");
  }
  if (part !== undefined) return part.readColorLegend(input as object, { strict: options.strict });
  throw partMissing(
    "legend",
    `the legend may have a form that labelmap itself does not read (${problem})`,
    cause,
  );
}

/** A file's bytes as its text; everything else as it is. */
export function textIn(input: ResultInput): unknown {
  const bytes = bytesIn(input);
  return bytes === undefined ? input : new TextDecoder().decode(bytes);
}

/** Whether a legend has only one reading: it was read before, perhaps in another thread, or all keys are `#rgb` or no colour. */
function isUnmistakable(input: ResultInput, { legend: { entries } }: Source): boolean {
  const given = (input as { readonly legend?: Legend }).legend ?? (input as Legend);
  if (Array.isArray(given.entries)) return entries.some(({ rgb }) => rgb >= 0);
  return entries.every(({ key }) => /^#(?!.{8}$)/s.test(key));
}

/** Whether the legend or result is wrong in every form: a colour has two names, the rest of a result is wrong, no JSON. */
function isSurelyWrong(input: ResultInput, { code, path, cause }: ResultError): boolean {
  const isBrokenJson = cause !== undefined && /^\ufeff?\s*[{[]/.test(input as string);
  return code === "LEGEND_COLOR_CONFLICT" || /^(instances|url)/.test(path) || isBrokenJson;
}
