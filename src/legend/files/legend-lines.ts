/**
 * Lines of text to a legend, for all formats whose lines hold a name and three numbers. Lines are counted from 1, and a
 * colour may have only one name. The legend keeps the file's order, since it numbers the labels.
 */
import { kindOf, quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import { type Draft, type Drafts, legendOfDrafts } from "./draft.js";

/** One line that holds a label. */
export interface LegendLine {
  readonly name: string;
  /** R, G and B as written in the file; `null` if the file has no colours. */
  readonly channels: readonly string[] | null;
  /** Alpha as written in the file, if it has alpha. */
  readonly alpha?: string;
  readonly id?: number;
  /** Counted from 1. */
  readonly line: number;
}

/** A line of a file, trimmed. */
export interface TextLine {
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

/** The lines of a file that are not blank, trimmed and without the byte order mark. */
export function linesOf(text: string, format: string): TextLine[] {
  if (typeof (text as unknown) !== "string") {
    throw new FormatError("FORMAT_INVALID", format, `is ${kindOf(text)}; give the file's text.`);
  }
  // trim() also removes a byte order mark.
  return text
    .split(/\r\n|\n|\r/)
    .map((line, place) => ({ text: line.trim(), line: place + 1 }))
    .filter((line) => line.text !== "");
}

const NO_LINE = ": no line names a class; add one for each";

/**
 * The labels of these lines, in their order.
 *
 * @throws {FormatError} FORMAT_INVALID: no line, an empty name, or channels that are not three integers from 0 to 255.
 */
export function draftsOfLines(lines: readonly LegendLine[], format: string): Drafts {
  if (lines.length === 0) throw new FormatError("FORMAT_INVALID", format, `has no label${NO_LINE}.`);
  const drafts = lines.map(({ name, channels, alpha, id, line }): Draft => {
    if (name === "") throw invalidLine(format, line, "has no name.");
    const numbered = { name, place: line, ...(id !== undefined && { id }) };
    if (channels === null) return { ...numbered, key: String(id ?? name) };
    const all = alpha === undefined ? channels : [...channels, alpha];
    if (channels.length !== 3 || !all.every(isChannel)) {
      const found = quote(all.join(","));
      const message = `the colour of ${quote(name)} is ${found}; make it three integers from 0 to 255.`;
      throw invalidLine(format, line, message);
    }
    const [r, g, b] = channels.map(Number);
    const rgb = (r! << 16) | (g! << 8) | b!;
    const key =
      alpha === undefined ? `#${rgb.toString(16).padStart(6, "0")}` : `(${all.map(Number).join(", ")})`;
    return { ...numbered, key, color: { rgb, alpha: Number(alpha ?? 255) } };
  });
  return { drafts };
}

/**
 * The legend of these lines: `#rrggbb` to name, in their order.
 *
 * @throws {FormatError} FORMAT_INVALID: as `draftsOfLines`.
 * @throws {LegendError} LEGEND_COLOR_CONFLICT: a colour that an earlier line gives to another name.
 */
export function legendOfLines(lines: readonly LegendLine[], format: string): Map<string, string> {
  const source = { name: format, path: [] };
  // Ids are no part of such a legend, so they cannot clash.
  const { drafts } = draftsOfLines(
    lines.map(({ id, ...line }) => line),
    format,
  );
  const { entries } = legendOfDrafts({ drafts }, source, "text", false);
  return new Map(entries.map(({ color, name }) => [color, name]));
}

/** The error for a malformed line. */
export function invalidLine(format: string, line: number, message: string): FormatError {
  return new FormatError("FORMAT_INVALID", format, `line ${line}: ${message}`);
}

export function isChannel(text: string): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= 255;
}
