/** A legend to the files of other tools, so that they read it as it is. What a format cannot hold is an error. */
import { quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import { type LegendSource, parseLegend } from "../parse-legend.js";

/**
 * A legend as CVAT's `labelmap.txt`, without parts and actions.
 *
 * @throws {FormatError} FORMAT_INVALID: an entry without a colour, or a name that the format cannot express: CVAT splits
 *   lines at colons and skips lines that start with `#`.
 * @throws {LegendError} the legend cannot be used.
 */
export function formatLabelmapTxt(legend: LegendSource): string {
  const format = "labelmap.txt";
  const lines = labelsToWrite(legend, format).map(({ name, channels }) => {
    if (!name.includes(":") && !name.startsWith("#")) return `${name}:${channels.join(",")}::\n`;
    const message = `the name ${quote(name)} has a colon or starts with #, which CVAT cannot read; rename it.`;
    throw new FormatError("FORMAT_INVALID", format, message);
  });
  return `# label:color_rgb:parts:actions\n${lines.join("")}`;
}

/**
 * A legend as `class_dict.csv`.
 *
 * @throws {FormatError} FORMAT_INVALID: an entry without a colour, or a name that is empty, has spaces at its ends or
 *   contains a line break.
 * @throws {LegendError} the legend cannot be used.
 */
export function formatClassDictCsv(legend: LegendSource): string {
  const rows = labelsToWrite(legend, "class_dict.csv").map(({ name, channels }) => {
    // Without quotes, a row that begins with # would be a comment.
    const field = /[",]|^#/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
    return `${field},${channels.join(",")}\n`;
  });
  return `name,r,g,b\n${rows.join("")}`;
}

/**
 * A legend's names with their R, G and B, in its order.
 *
 * @throws {FormatError} FORMAT_INVALID: an entry without a colour, or a name that would be lost in reading: it is empty,
 *   has spaces at its ends or contains a line break.
 */
function labelsToWrite(legend: LegendSource, format: string): { name: string; channels: number[] }[] {
  return parseLegend(legend).entries.map(({ key, rgb, name, id }) => {
    if (rgb < 0) {
      const message =
        id === undefined
          ? `the key ${quote(key)} is not a colour; leave it out.`
          : `${quote(name)} has the id ${id}, but no colour, which the format needs; leave it out.`;
      throw new FormatError("FORMAT_INVALID", format, message);
    }
    if (name !== name.trim() || name === "" || /[\r\n]/.test(name)) {
      const message = `the name ${quote(name)} is empty, has spaces at its ends or contains a line break; rename it.`;
      throw new FormatError("FORMAT_INVALID", format, message);
    }
    return { name, channels: [rgb >> 16, (rgb >> 8) & 255, rgb & 255] };
  });
}
