/**
 * From what a form's reader found in a file or object to a checked legend. Readers know their form; here is what all forms
 * have in common: which colours and ids clash, what alpha means, what is reported, and how messages name a place.
 */
import { isObject, kindOf, quote } from "../../checks/describe.js";
import { IssueList } from "../../checks/issue-list.js";
import { LegendError } from "../../errors.js";
import { type Legend, type LegendEntry, MAX_ENTRIES, reportNumbers } from "../legend.js";
import { type Color, readColor } from "./colors.js";
import { formatPath, keysInText, lineInText, type Path, type RepeatedKey } from "./json-text.js";

/** What is given to `parseLegend`, as the readers of the forms see it. */
export interface Source {
  /** How messages name it: the file's name, or `legend`. */
  readonly name: string;
  /** The text, if a text was given. */
  readonly text?: string;
  /** What the JSON text holds, or the object that was given. `undefined` if the text is not JSON. */
  readonly value?: unknown;
  /** Where `value` is in the JSON text: `["legend"]` if it is the legend of a result. */
  readonly path: Path;
}

/** One entry, before it is known whether it clashes with another. */
export interface Draft {
  /** The colour as the source writes it, or the id. */
  readonly key: string;
  readonly name: string;
  /** `null`: the source writes something that is no colour. Missing: it writes none. */
  readonly color?: Color | null;
  readonly id?: number;
  readonly isThing?: boolean;
  readonly supercategory?: string;
  /** The line in the text, or the path in the object. */
  readonly place: number | Path;
}

/** What a reader returns. */
export interface Drafts {
  readonly drafts: readonly Draft[];
  /** Keys that occur twice in the text. The last one counts. */
  readonly repeated?: readonly RepeatedKey[];
  readonly check?: Legend["check"];
}

/**
 * The checked legend of these drafts.
 *
 * Issues: `legend-key-invalid`, `legend-color-duplicate`, `legend-id-duplicate`, `legend-alpha`, `legend-value-number`.
 *
 * @param form its name, for messages.
 * @throws {LegendError} LEGEND_INVALID, LEGEND_KEY_INVALID, LEGEND_COLOR_CONFLICT
 */
export function legendOfDrafts(
  { drafts, repeated = [], check }: Drafts,
  source: Source,
  form: string,
  strict: boolean,
): Legend {
  if (drafts.length === 0) throw invalidLegend(source, form, undefined, "has no label");
  if (drafts.length > MAX_ENTRIES) {
    throw invalidLegend(source, form, undefined, `has ${drafts.length} labels; the most is ${MAX_ENTRIES}`);
  }
  const issues = new IssueList();
  const report = (code: string, draft: Draft, message: string) => {
    const path = pathOf(draft.key);
    issues.add(code, () => ({ code, path, message: `${path}: ${message}` }));
  };
  const fail = (code: "LEGEND_KEY_INVALID" | "LEGEND_COLOR_CONFLICT", { place }: Draft, message: string) =>
    new LegendError(code, `${whereIs(source, form, place)}: ${message}`);
  for (const { key, line } of repeated) {
    const path = pathOf(key);
    const message = `${path}: occurs again on line ${line}; the last one counts.`;
    if (strict) throw new LegendError("LEGEND_COLOR_CONFLICT", `${titleOf(source, form)}: ${message}`);
    issues.add("legend-key-repeated", () => ({ code: "legend-key-repeated", message, path }));
  }
  const lineOf = ({ place }: Draft) => (typeof place === "number" ? ` (line ${place})` : "");

  const opaque = new Map<number, Draft>();
  for (const draft of drafts) {
    if (draft.color && draft.color.alpha > 0 && !opaque.has(draft.color.rgb))
      opaque.set(draft.color.rgb, draft);
  }
  const hasColors = drafts.some(({ color }) => color);
  const firstOfColor = new Map<number, Draft>();
  const firstOfId = new Map<number, Draft>();

  const entries = drafts.map((draft): LegendEntry => {
    const { key, name, color, id, isThing, supercategory } = draft;
    let rgb = color?.rgb ?? -1;
    const seen = opaque.get(rgb);
    if (color === null || (color === undefined && (id === undefined || hasColors))) {
      const reason = color === null ? `${whyNoColor(key)}.` : `${quote(name)} has no colour.`;
      if (strict && !(color === undefined && id !== undefined))
        throw fail("LEGEND_KEY_INVALID", draft, reason);
      if (color === null || id === undefined) {
        report("legend-key-invalid", draft, `${reason} Its pixels are unlabelled.`);
      }
    } else if (color?.alpha === 0 && seen !== undefined && seen.name !== name) {
      const message =
        `differs from ${quote(seen.key)} only by alpha, which is not part of a colour. Pixels of both get the label ` +
        `${quote(seen.name)}. With transparent: "unlabelled", transparent pixels get none.`;
      if (strict) throw fail("LEGEND_COLOR_CONFLICT", draft, `${quote(key)} ${message}`);
      report("legend-alpha", draft, message);
      rgb = -1;
    } else if (color !== undefined) {
      if (color.alpha > 0 && color.alpha < 255) {
        report(
          "legend-alpha",
          draft,
          `its alpha, ${color.alpha}, is ignored; only red, green and blue count.`,
        );
      }
      const first = firstOfColor.get(rgb);
      if (first === undefined) firstOfColor.set(rgb, draft);
      else if (first.name !== name) {
        const message =
          `${quote(name)} has the colour ${hexOf(rgb)}, which ${whereShort(source, first)} gives to ` +
          `${quote(first.name)}; give each name its own colour.`;
        throw fail("LEGEND_COLOR_CONFLICT", draft, message);
      } else {
        const other = quote(first.key);
        report(
          "legend-color-duplicate",
          draft,
          `is the same colour as ${other}${lineOf(first)}. Its pixels get the label of ${other}.`,
        );
      }
    }
    const first = id === undefined ? undefined : firstOfId.get(id);
    if (id !== undefined && first === undefined) firstOfId.set(id, draft);
    if (first !== undefined && (first.name !== name || !hasColors)) {
      const message = `${quote(name)} has the id ${id}, which ${whereShort(source, first)} gives to ${quote(first.name)}`;
      if (first.name !== name && (strict || !hasColors)) {
        throw fail("LEGEND_COLOR_CONFLICT", draft, `${message}; give each name its own id.`);
      }
      report("legend-id-duplicate", draft, `${message}. In a mask of ids, the first counts.`);
    }
    return {
      key,
      color: rgb < 0 ? key : hexOf(rgb),
      rgb,
      name,
      ...(id !== undefined && { id }),
      ...(isThing !== undefined && { isThing }),
      ...(supercategory !== undefined && { supercategory }),
    };
  });
  // An object of something else, for example a job, has texts but no colour.
  if (entries.every(({ rgb, id }) => rgb < 0 && id === undefined)) {
    throw invalidLegend(
      source,
      form,
      drafts[0]!.place,
      `${quote(drafts[0]!.key)} is no colour, nor is any other`,
    );
  }
  reportNumbers(entries, issues);
  return { entries, form, keys: keysOf(entries), issues: issues.toArray(), check };
}

/** What the entries have: colours, ids, or some of both. */
export function keysOf(entries: readonly LegendEntry[]): NonNullable<Legend["keys"]> {
  const hasIds = entries.some(({ id }) => id !== undefined);
  if (!entries.some(({ rgb }) => rgb >= 0)) return "ids";
  return hasIds ? "colors and ids" : "colors";
}

/** The error for a source that a form's reader cannot read. The message ends without a full stop. */
export function invalidLegend(
  source: Source,
  form: string,
  place: number | Path | undefined,
  message: string,
): LegendError {
  const where = place === undefined ? titleOf(source, form) : whereIs(source, form, place);
  return new LegendError("LEGEND_INVALID", `${where}: ${message}.`);
}

/** The name and form of a source, as messages give them. */
export function titleOf({ name }: Source, form: string): string {
  return `${name} (${form})`;
}

function whereIs(source: Source, form: string, place: number | Path): string {
  const title = titleOf(source, form);
  if (typeof place === "number") return `${title}: line ${place}`;
  const line = source.text === undefined ? "" : `line ${lineInText(source.text, place)}: `;
  return `${title}: ${line}${formatPath(place)}`;
}

function whereShort(source: Source, { place }: Draft): string {
  if (typeof place === "number") return `line ${place}`;
  return source.text === undefined ? formatPath(place) : `line ${lineInText(source.text, place)}`;
}

/** The members of an object. */
export interface Pairs {
  readonly pairs: readonly (readonly [key: string, value: unknown])[];
  /** Keys that occur twice in the text. */
  readonly repeated: readonly RepeatedKey[];
}

/** Several forms look at the members of the same object. */
const pairsOfSources = new WeakMap<Source, Pairs>();

/**
 * The keys and values of an object or a Map, in the order of the source. JavaScript puts keys that are numbers first; the
 * text, if there is one, still has the right order.
 */
export function pairsIn(source: Source): Pairs {
  const found = pairsOfSources.get(source) ?? findPairs(source);
  pairsOfSources.set(source, found);
  return found;
}

function findPairs({ value, text, path }: Source): Pairs {
  if (value instanceof Map) return { pairs: [...value], repeated: [] };
  if (!isObject(value)) return { pairs: [], repeated: [] };
  if (text === undefined) return { pairs: Object.entries(value), repeated: [] };
  const { keys, repeated } = keysInText(text, path);
  // If the object itself occurs twice, the text also has keys of the first one, which does not count.
  const own = keys.filter((key) => Object.hasOwn(value, key));
  const parents = path.length === 0 ? [] : keysInText(text, path.slice(0, -1)).repeated;
  const again = parents.filter(({ key }) => key === path.at(-1));
  return { pairs: own.map((key) => [key, value[key]]), repeated: [...again, ...repeated] };
}

/** The id that a value writes: an integer, or a text of one; `undefined` if it writes none. */
export function readId(value: unknown): number | undefined {
  if (typeof value === "string") return /^-?\d{1,10}$/.test(value) ? Number(value) : undefined;
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

/** A colour in any spelling, and its text for messages. */
export function readColorAndKey(value: unknown): { readonly color: Color | null; readonly key: string } {
  const color = readColor(value);
  if (typeof value === "string") return { color, key: value };
  if (color !== null) return { color, key: hexOf(color.rgb) };
  const isShort =
    Array.isArray(value) && value.length <= 8 && value.every((item) => typeof item === "number");
  return { color, key: isShort ? `[${value.join(", ")}]` : kindOf(value) };
}

/** What is wrong with a text that is no colour. */
function whyNoColor(key: string): string {
  const digits = /^(?:#|0x)?([0-9a-f]+)$/i.exec(key)?.[1]?.length;
  if (digits === undefined) return `${quote(key)} is not a colour such as #f23334`;
  return `${quote(key)} has ${digits} ${digits === 1 ? "digit" : "digits"}; a colour has 3, 6 or 8`;
}

function pathOf(key: string): string {
  return `legend[${quote(key)}]`;
}

function hexOf(rgb: number): string {
  return `#${rgb.toString(16).padStart(6, "0")}`;
}
