/**
 * Lines of text to a legend and back, for all formats whose lines hold a name and three numbers. Lines are counted from 1,
 * and a colour may have only one name. The legend keeps the file's order, since it numbers the labels.
 */
import { kindOf, quote } from "../../checks/describe.js";
import { FormatError, LegendError } from "../../errors.js";
import { type LegendInput, parseLegend } from "../legend.js";

/** One line that holds a label. */
export interface LegendLine {
  readonly name: string;
  /** R, G and B as written in the file. */
  readonly channels: readonly string[];
  /** Counted from 1. */
  readonly line: number;
}

/** The lines of a file that are not blank, trimmed and without the byte order mark, each with its number from 1. */
export function linesOf(text: string, format: string): { readonly text: string; readonly line: number }[] {
  if (typeof (text as unknown) !== "string") {
    throw new FormatError("FORMAT_INVALID", format, `is ${kindOf(text)}; give the file's text.`);
  }
  // trim() also removes a byte order mark.
  return text
    .split(/\r\n|\n|\r/)
    .map((line, place) => ({ text: line.trim(), line: place + 1 }))
    .filter((line) => line.text !== "");
}

/**
 * The legend of these lines: `#rrggbb` to name, in their order.
 *
 * @throws {FormatError} FORMAT_INVALID: no line, an empty name, or channels that are not three integers from 0 to 255.
 * @throws {LegendError} LEGEND_COLOR_CONFLICT: a colour that an earlier line gives to another name.
 */
export function legendOfLines(lines: Iterable<LegendLine>, format: string): Map<string, string> {
  const legend = new Map<string, string>();
  const lineOfColor = new Map<string, number>();
  for (const { name, channels, line } of lines) {
    if (name === "") throw invalidLine(format, line, "has no name.");
    if (channels.length !== 3 || !channels.every(isChannel)) {
      const found = quote(channels.join(","));
      const message = `the colour of ${quote(name)} is ${found}; make it three integers from 0 to 255.`;
      throw invalidLine(format, line, message);
    }
    const color = `#${channels.map((channel) => Number(channel).toString(16).padStart(2, "0")).join("")}`;
    const other = legend.get(color);
    if (other !== undefined && other !== name) {
      throw new LegendError(
        "LEGEND_COLOR_CONFLICT",
        `${format}: line ${line}: ${quote(name)} has the colour ${color}, which line ${lineOfColor.get(color)} gives to ` +
          `${quote(other)}; give each name its own colour.`,
      );
    }
    if (other === undefined) {
      legend.set(color, name);
      lineOfColor.set(color, line);
    }
  }
  if (legend.size === 0) throw new FormatError("FORMAT_INVALID", format, "has no label.");
  return legend;
}

/**
 * A legend's names with their R, G and B, in its order, for writing it.
 *
 * @throws {FormatError} FORMAT_INVALID: a key that is not a colour, or a name that would be lost in reading: it is empty,
 *   has spaces at its ends or contains a line break.
 * @throws {LegendError} the legend cannot be used.
 */
export function labelsToWrite(legend: LegendInput, format: string): { name: string; channels: number[] }[] {
  return parseLegend(legend).entries.map(({ key, rgb, name }) => {
    if (rgb < 0) {
      throw new FormatError("FORMAT_INVALID", format, `the key ${quote(key)} is not a colour; leave it out.`);
    }
    if (name !== name.trim() || name === "" || /[\r\n]/.test(name)) {
      const message = `the name ${quote(name)} is empty, has spaces at its ends or contains a line break; rename it.`;
      throw new FormatError("FORMAT_INVALID", format, message);
    }
    return { name, channels: [rgb >> 16, (rgb >> 8) & 255, rgb & 255] };
  });
}

/** The error for a malformed line. */
export function invalidLine(format: string, line: number, message: string): FormatError {
  return new FormatError("FORMAT_INVALID", format, `line ${line}: ${message}`);
}

function isChannel(text: string): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= 255;
}
