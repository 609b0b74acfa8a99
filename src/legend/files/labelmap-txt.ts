/**
 * CVAT's `labelmap.txt` to a legend. CVAT and datumaro put it beside the masks of "Segmentation mask" and Pascal VOC
 * exports. It has one label per line, in four fields separated by colons. A line that starts with `#` is a comment:
 *
 *   # label:color_rgb:parts:actions
 *   background:0,0,0::
 *   person:192,128,128:hand,foot:jumping,running
 *
 * The format follows datumaro (`plugins/voc_format/format.py`), which writes the file for CVAT. datumaro reads files without
 * colours too (`person:::`). Then only the order counts: the first label is 0, as in masks of class ids.
 */
import { quote } from "../../checks/describe.js";
import { invalidLine, type LegendLine, legendOfLines, linesOf, type TextLine } from "./legend-lines.js";

const FORMAT = "labelmap.txt";

/** The comment that CVAT writes on the first line. */
const HEADER = /^#\s*label\s*:\s*color/i;

/** Whether a file's first line is one of a `labelmap.txt`. */
export function isLabelmapTxt(lines: readonly TextLine[]): boolean {
  if (HEADER.test(lines[0]?.text ?? "")) return true;
  const first = lines.find(({ text }) => !text.startsWith("#"));
  const fields = first?.text.split(":") ?? [];
  return fields.length >= 4 && /^[\s\d,]*$/.test(fields.at(-3)!);
}

/**
 * The labels of a `labelmap.txt`. If no line has a colour, their ids are their places in the file, from 0.
 *
 * @throws {FormatError} FORMAT_INVALID: a line with fewer than four fields, or without a colour if others have one.
 */
export function readLabelmapTxt(lines: readonly TextLine[], format: string): LegendLine[] {
  const rows = lines
    .filter(({ text }) => !text.startsWith("#"))
    .map(({ text, line }) => {
      const fields = text.split(":");
      if (fields.length < 4) {
        const message = `${quote(text)} has ${fields.length} fields; write label:r,g,b:parts:actions.`;
        throw invalidLine(format, line, message);
      }
      // The three fields after the name are counted from the end, so a name may contain colons.
      return { name: fields.slice(0, -3).join(":").trim(), color: fields.at(-3)!.trim(), line };
    });
  const colored = rows.find(({ color }) => color !== "");
  if (colored === undefined) return rows.map(({ name, line }, id) => ({ name, channels: null, id, line }));
  return rows.map(({ name, color, line }) => {
    if (color !== "") return { name, channels: color.split(",").map((channel) => channel.trim()), line };
    const message = `the colour of ${quote(name)} is missing, but line ${colored.line} has one; give it three integers.`;
    throw invalidLine(format, line, message);
  });
}

/**
 * The legend of a `labelmap.txt`: `#rrggbb` to name in the file's order, as `decodeMask` takes it. Body parts and actions
 * are not pixels, so they are left out. `parseLegend` reads files without colours too.
 *
 * @throws {FormatError} FORMAT_INVALID with the line: fewer than four fields, a missing name, a missing or malformed
 *   colour; or no label at all.
 * @throws {LegendError} LEGEND_COLOR_CONFLICT with both lines: a colour with two names.
 */
export function parseLabelmapTxt(text: string): Map<string, string> {
  const lines = readLabelmapTxt(linesOf(text, FORMAT), FORMAT);
  return legendOfLines(
    lines.map(({ channels, name, line }) => ({ name, line, channels: channels ?? [] })),
    FORMAT,
  );
}
