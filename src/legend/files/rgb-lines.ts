/**
 * Files whose lines begin with red, green and blue: `label_colors.txt`, which comes with CamVid, and palettes of GIMP.
 *
 *   64 128 64       Animal
 *   192 0 128       Archway
 *
 * A palette of GIMP (`.gpl`, developer.gimp.org/core/standards/gpl) has a head, and comments after a `#`:
 *
 *   GIMP Palette
 *   Name: Streets
 *   Columns: 4
 *   # made by hand
 *   128  64 128     road
 *
 * Aseprite adds `Channels: RGBA` to the head. Then there is alpha before the name.
 */
import { quote } from "../../checks/describe.js";
import { invalidLine, type LegendLine, type TextLine } from "./legend-lines.js";

const RGB_LINE = /^(\d+)[ \t]+(\d+)[ \t]+(\d+)(?:[ \t]+(.*))?$/s;
const RGBA_LINE = /^(\d+)[ \t]+(\d+)[ \t]+(\d+)[ \t]+(\d+)(?:[ \t]+(.*))?$/s;
const GIMP = /^GIMP Palette$/i;
const GIMP_HEAD = /^(?:Name|Columns|Channels)\s*:/i;

/** Whether a file's first line, apart from comments, is three numbers and a name. */
export function isLabelColorsTxt(lines: readonly TextLine[]): boolean {
  const first = lines.find(({ text }) => !text.startsWith("#"));
  return first !== undefined && RGB_LINE.exec(first.text)?.[4] !== undefined;
}

export function isGimpPalette(lines: readonly TextLine[]): boolean {
  return GIMP.test(lines[0]?.text ?? "");
}

/** @throws {FormatError} FORMAT_INVALID: a line that does not begin with three numbers. */
export function readLabelColorsTxt(lines: readonly TextLine[], format: string): LegendLine[] {
  return readLines(lines, format, RGB_LINE, "r g b name");
}

/** @throws {FormatError} FORMAT_INVALID: no first line "GIMP Palette", or a line that does not begin with three numbers. */
export function readGimpPalette(lines: readonly TextLine[], format: string): LegendLine[] {
  if (!isGimpPalette(lines)) {
    throw invalidLine(format, lines[0]?.line ?? 1, 'is not "GIMP Palette", which begins each such file.');
  }
  const body = lines.slice(1).filter(({ text }) => !GIMP_HEAD.test(text));
  const hasAlpha = lines.some(({ text }) => /^Channels\s*:\s*RGBA$/i.test(text));
  if (hasAlpha) return readLines(body, format, RGBA_LINE, "r g b a name");
  return readLines(body, format, RGB_LINE, "r g b name");
}

function readLines(
  lines: readonly TextLine[],
  format: string,
  pattern: RegExp,
  wanted: string,
): LegendLine[] {
  return lines
    .filter(({ text }) => !text.startsWith("#"))
    .map(({ text, line }) => {
      const fields = pattern.exec(text)?.slice(1);
      if (fields === undefined) throw invalidLine(format, line, `is ${quote(text)}; write ${wanted}.`);
      const [r, g, b, ...rest] = fields as [string, string, string, ...(string | undefined)[]];
      const name = (rest.pop() ?? "").trim();
      const [alpha] = rest;
      return { name, channels: [r, g, b], line, ...(alpha !== undefined && { alpha }) };
    });
}
