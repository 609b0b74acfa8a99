/**
 * CVAT's `labelmap.txt` to a legend and back. CVAT and datumaro put it beside the masks of "Segmentation mask" and Pascal
 * VOC exports. It has one label per line, in four fields separated by colons. A line that starts with `#` is a comment:
 *
 *   # label:color_rgb:parts:actions
 *   background:0,0,0::
 *   person:192,128,128:hand,foot:jumping,running
 *
 * The format follows datumaro (`plugins/voc_format/format.py`), which writes the file for CVAT.
 */
import { quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import type { LegendInput } from "../legend.js";
import { invalidLine, labelsToWrite, legendOfLines, linesOf } from "./legend-lines.js";

const FORMAT = "labelmap.txt";

/**
 * The legend of a `labelmap.txt`: `#rrggbb` to name in the file's order, as `decodeMask` takes it. Body parts and actions
 * are not pixels, so they are left out. The three fields after the name are counted from the end of the line, so a name
 * may contain colons.
 *
 * @throws {FormatError} FORMAT_INVALID with the line: fewer than four fields, a missing name, a missing or malformed
 *   colour; or no label at all.
 * @throws {LegendError} LEGEND_COLOR_CONFLICT with both lines: a colour with two names.
 */
export function parseLabelmapTxt(text: string): Map<string, string> {
  const lines = linesOf(text, FORMAT).filter((line) => !line.text.startsWith("#"));
  return legendOfLines(
    lines.map(({ text: label, line }) => {
      const fields = label.split(":");
      if (fields.length < 4) {
        const message = `${quote(label)} has ${fields.length} fields; write label:r,g,b:parts:actions.`;
        throw invalidLine(FORMAT, line, message);
      }
      const channels = fields.at(-3)!.split(",");
      return {
        name: fields.slice(0, -3).join(":").trim(),
        channels: channels.map((channel) => channel.trim()),
        line,
      };
    }),
    FORMAT,
  );
}

/**
 * A legend as `labelmap.txt`, without parts and actions.
 *
 * @throws {FormatError} FORMAT_INVALID: a key that is not a colour, or a name that the format cannot express: CVAT splits
 *   lines at colons and skips lines that start with `#`.
 * @throws {LegendError} the legend cannot be used.
 */
export function formatLabelmapTxt(legend: LegendInput): string {
  const lines = labelsToWrite(legend, FORMAT).map(({ name, channels }) => {
    if (!name.includes(":") && !name.startsWith("#")) return `${name}:${channels.join(",")}::\n`;
    const message = `the name ${quote(name)} has a colon or starts with #, which CVAT cannot read; rename it.`;
    throw new FormatError("FORMAT_INVALID", FORMAT, message);
  });
  return `# label:color_rgb:parts:actions\n${lines.join("")}`;
}
