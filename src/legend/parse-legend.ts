/**
 * A legend in any form to a checked `Legend`: it finds the form, has it read, and says what it saw if it cannot be read.
 *
 * The vendor's form comes first. Whatever the vendor's own parser takes without a doubt is never taken for another form, and
 * its messages stay the same. Sources that can be read in several ways are an error that shows the ways.
 */
import { checkOptions } from "../checks/arguments.js";
import { didYouMean } from "../checks/closest.js";
import { checkKeys, isObject, kindOf, quote } from "../checks/describe.js";
import { IssueList } from "../checks/issue-list.js";
import { DecodeError, LegendError, ResultError } from "../errors.js";
import { readColor } from "./files/colors.js";
import { keysOf, legendOfDrafts, pairsIn, type Source } from "./files/draft.js";
import { FORM_GROUPS, FORM_READERS, type FormReader, type LegendForm } from "./forms.js";
import { checkLegend, isSurelyColor, type Legend, type LegendInput, parseColor } from "./legend.js";
import { PALETTES } from "./palettes/by-name.js";
import { asChecked, parseResult, type SegmentationResult } from "./result.js";

/** What `parseLegend` takes: a file's text, what its JSON holds, the name of a palette, or a legend that was read before. */
export type LegendSource = string | object;

export interface ParseLegendOptions {
  /** The file's name, for messages. If the content says nothing, it tells which form is meant. */
  readonly name?: string;
  /** The form, if there are several readings: a name of `LEGEND_FORMS`. */
  readonly form?: LegendForm;
  /** Treats an entry whose colour is not a colour as an error, and keys that occur twice. */
  readonly strict?: boolean | undefined;
}

type Result = SegmentationResult;

/** The legends that were made here. The form is known, and nothing need be checked again. */
const made = new WeakSet<Legend>();

/**
 * Reads a legend in any of the forms of `LEGEND_FORMS`, and says in `form` which one it was. `keys` says whether the
 * entries have colours, ids or both. The order is that of the source.
 *
 * Issues: `legend-key-invalid` (no colour), `legend-color-duplicate` (two entries with the same colour and name; the pixels
 * get the first label), `legend-id-duplicate` (two entries with the same id), `legend-alpha` (alpha that makes no
 * difference), `legend-key-repeated` (a key that occurs twice in the text), `legend-value-number` (`car #1` is a class of
 * its own; `car # 1` is an instance).
 *
 * @param source a file's text, the object or list in a JSON file, a `Map`, or the name of a palette, such as `cityscapes`.
 * @throws {LegendError} LEGEND_INVALID: no form is recognised, or a part is malformed. LEGEND_AMBIGUOUS: it can be read in
 *   several ways; the message shows them. LEGEND_COLOR_CONFLICT: a colour has two names, or an id has. LEGEND_KEY_INVALID:
 *   an entry's colour is not a colour (strict only).
 * @throws {FormatError} FORMAT_INVALID: a line of a text is malformed.
 * @throws {ResultError} RESULT_INVALID: text that begins as JSON but is none, or a malformed result.
 * @throws {DecodeError} OPTION_INVALID
 */
export function parseLegend(source: LegendSource, options: ParseLegendOptions = {}): Legend {
  return readLegend(source, options).legend;
}

/**
 * Reads a legend like `parseLegend`, but returns a result, which also has the instances if the source is the vendor's
 * result. `decodeMask` takes it as it is, with all issues.
 *
 * @throws as `parseLegend`
 */
export function readLegend(given: LegendSource, options: ParseLegendOptions = {}): Result {
  checkOptions(options, "strict");
  checkKeys(options, "name form strict", "the options");
  const { name = "legend", form, strict = false } = options;
  if (typeof name !== "string") throw new DecodeError("OPTION_INVALID", "name must be a string.");
  if (form !== undefined && !FORM_READERS.some((known) => known.name === form)) {
    const names = FORM_READERS.map((one) => one.name);
    const known = names.map(quote).join(", ");
    throw new DecodeError("OPTION_INVALID", `form must be one of ${known}${didYouMean(form, names) || "."}`);
  }
  if (!strict && form === undefined && made.has(given as Legend)) return resultOf(given as Legend);
  if (kindOf(given) === "binary data") {
    const message = `${name}: is binary data; give the file's text, as readFile(path, "utf8") reads it.`;
    throw new LegendError("LEGEND_INVALID", message);
  }
  if (typeof given !== "string") return readValue({ name, value: given, path: [] }, form, strict);
  // Only JSON of objects and lists is a legend. Everything else is lines of text, or the name of a palette.
  if (!/^\ufeff?\s*[{[]/.test(given)) return readText({ name, text: given, path: [] }, form, strict);
  const text = given.replace(/^\ufeff/, "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // A line of text may begin with a bracket.
    if (form !== undefined) return readText({ name, text, path: [] }, form, strict);
    const title = options.name === undefined ? "The result is" : `${name}: is`;
    throw new ResultError("RESULT_INVALID", "", `${title} not JSON.${whereStopped(text, cause)}`, { cause });
  }
  return readValue({ name, text, value, path: [] }, form, strict);
}

/** Where JSON.parse stopped, as its message says; empty if it does not say it. Every runtime has its own words. */
function whereStopped(text: string, cause: unknown): string {
  const { message } = cause as SyntaxError;
  let [, line, column] = /\bline (\d+),? column (\d+)/.exec(message)?.map(Number) ?? [];
  const position = /\bat position (\d+)/.exec(message)?.[1];
  if (line === undefined && position !== undefined) {
    const lines = text.slice(0, Number(position)).split(/\r\n|\n|\r/);
    [line, column] = [lines.length, lines.at(-1)!.length + 1];
  }
  return line === undefined ? "" : ` The parser stopped at line ${line}, column ${column}.`;
}

/**
 * `readLegend` for a mask of colours.
 *
 * @throws {LegendError} LEGEND_INVALID: it has ids, but no colours.
 */
export function readColorLegend(given: LegendSource, options: ParseLegendOptions = {}): Result {
  const result = readLegend(given, options);
  const { entries } = result.legend;
  if (entries.some(({ rgb }) => rgb >= 0)) return result;
  const remedy =
    'If the pixels are ids, pass `encoding: "grey"` or `encoding: "palette-index"`, or the encoding that they have. If they are colours, give a legend of colours';
  throw new LegendError("LEGEND_INVALID", `legend: has ids, but no colours. ${remedy}.`);
}

function readValue(source: Source, form: LegendForm | undefined, strict: boolean): Result {
  const { value, text } = source;
  // A legend that was read before, perhaps in another thread.
  if (isObject(value) && Array.isArray(value.entries)) return recheck(value as unknown as Legend, strict);
  if (isObject(value) && value.legend !== undefined) {
    const { legend: inner } = value;
    if (inner === null || (isObject(inner) && Array.isArray(inner.entries)))
      return parseResult(value, { strict });
    const path = [...source.path, "legend"];
    const legend = readForm({ ...source, value: inner, path }, form, strict);
    if (legend === undefined) return withForm(parseResult(text ?? value, { strict }));
    const result = parseResult({ ...value, legend });
    // The legend was checked already, and its own issues say more.
    const own = result.issues.slice(result.legend.issues.length);
    const issues = new IssueList(...legend.issues, ...own).toArray();
    return asChecked({ ...result, legend, issues });
  }
  const legend = readForm(source, form, strict);
  if (legend !== undefined) return resultOf(legend);
  if (text !== undefined) return withForm(parseResult(text, { strict }));
  return withForm(resultOf(checkLegend(value as LegendInput, { strict })));
}

/** The legend, or `undefined` if the vendor's own parser has to read it, or to say what is wrong. */
function readForm(source: Source, form: LegendForm | undefined, strict: boolean): Legend | undefined {
  const declaration = form === undefined ? recognise(source) : declarationOf(form);
  if (declaration === undefined) return undefined;
  const isPlain = form === undefined && declaration.name === "colors to names" && isVendors(source);
  return isPlain ? undefined : readAs(declaration, source, strict);
}

/**
 * Whether the vendor's own parser can read it: no colour is in a spelling that only this parser knows, and not so many names
 * look like colours that it would take them for swapped.
 */
function isVendors(source: Source): boolean {
  const { pairs } = pairsIn(source);
  const [keys, names] = [0, 1].map((side) => pairs.filter((pair) => isSurelyColor(pair[side])).length);
  return names! <= keys! && pairs.every(([key]) => readColor(key) === null || parseColor(key) >= 0);
}

function readText(source: Source, form: LegendForm | undefined, strict: boolean): Result {
  const text = source.text!.trim();
  if (text === "") {
    const remedy = "write a line for each class, such as `7,road`, or `road,128,64,128` with its colour";
    throw new LegendError("LEGEND_INVALID", `${source.name}: is empty; ${remedy}.`);
  }
  const declaration =
    form === undefined
      ? (recognise(source) ?? FORM_READERS.find(({ files }) => files?.test(fileOf(source.name))))
      : declarationOf(form);
  if (declaration !== undefined) return resultOf(readAs(declaration, source, strict));
  if (FILE_NAME.test(text)) {
    const problem = `looks like the name of a file, ${quote(text)}, and names are not opened`;
    throw new LegendError(
      "LEGEND_INVALID",
      `${source.name}: ${problem}; read the file, and pass its text: \`await readFile(path, "utf8")\`.`,
    );
  }
  throw new LegendError(
    "LEGEND_INVALID",
    `${source.name}: is in no form that is known; it begins with ${quote(text.split(/[\r\n]/)[0]!)}. It may be JSON, a ` +
      `class table, a labelmap.txt, a label_colors.txt, a GIMP palette, or the name of a palette ` +
      `(${Object.keys(PALETTES).join(", ")}).`,
  );
}

/** One line that ends like the name of a file that may have a legend. */
const FILE_NAME = /^[^\r\n]+\.(csv|tsv|txt|json|gpl|ya?ml|xml|png)$/i;

/** The name may be a path, whose folders say nothing. */
function fileOf(name: string): string {
  return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
}

/** The one form of the source; `undefined` if no form recognises it. @throws {LegendError} LEGEND_AMBIGUOUS */
function recognise(source: Source): FormReader | undefined {
  for (const group of FORM_GROUPS) {
    const found = group.filter((form) => form.recognise(source));
    if (found.length > 1) throw ambiguous(source, found);
    if (found.length === 1) return found[0];
  }
  return undefined;
}

function declarationOf(name: LegendForm): FormReader {
  return FORM_READERS.find((form) => form.name === name)!;
}

function readAs(form: FormReader, source: Source, strict: boolean): Legend {
  const legend = legendOfDrafts(form.read(source), source, form.name, strict);
  made.add(legend);
  return legend;
}

function ambiguous(source: Source, forms: readonly FormReader[]): LegendError {
  const readings = forms.map((form) => {
    let reading: string;
    try {
      const { key, name, id, color } = form.read(source).drafts[0]!;
      const keyed = color === undefined ? `the id ${id}` : `the colour ${quote(key)}`;
      reading = `${keyed} is ${quote(name)}`;
    } catch {
      reading = "which fails";
    }
    return `{ form: ${quote(form.name)} } (${reading})`;
  });
  return new LegendError(
    "LEGEND_AMBIGUOUS",
    `${source.name}: can be read in ${forms.length} ways. Pass parseLegend(legend, options) with one of these options: ` +
      `${readings.join(", ")}. A # before each colour leaves no doubt either.`,
  );
}

/** Checks a legend that was read before: it may come from anywhere. */
function recheck(given: Legend, strict: boolean): Result {
  const { form } = given;
  const legend = checkLegend(given, { strict });
  return resultOf({ ...legend, ...(typeof form === "string" && { form }), keys: keysOf(legend.entries) });
}

function resultOf(legend: Legend): Result {
  return asChecked({ legend, instances: null, url: null, issues: legend.issues });
}

/** What the vendor's parser has read. */
function withForm({ legend: found, ...result }: Result): Result {
  const legend: Legend = { ...found, form: "colors to names", keys: "colors" };
  made.add(legend);
  return asChecked({ ...result, legend });
}
