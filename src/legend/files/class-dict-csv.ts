/**
 * `class_dict.csv` to a legend and back. This table of classes accompanies many published datasets of colour masks, above
 * all CamVid.
 *
 *   name,r,g,b
 *   Animal,64,128,64
 *   "Sign, back",192, 128, 128
 *
 * The header says which column is which: the name's may be called `class`, `class_name` or `label` too, and the colours'
 * `red`, `green` and `blue`. Other columns (such as `class_11` of BiSeNet) are ignored. Quotes follow RFC 4180, and real
 * files have spaces after the commas. Semicolons or tabs may stand for the commas, if the header has them.
 */
import { quote } from "../../checks/describe.js";
import type { LegendInput } from "../legend.js";
import { invalidLine, labelsToWrite, legendOfLines, linesOf } from "./legend-lines.js";

const FORMAT = "class_dict.csv";
const COLUMNS = ["name", "r", "g", "b"] as const;
/** What a column may be called. If a header has several of them, the first in this order counts. */
const TITLES = [
  ["name", "class", "class_name", "label"],
  ["r", "red"],
  ["g", "green"],
  ["b", "blue"],
] as const;

/** A quoted field (`""` stands for a quote) with optional spaces around it, or a plain field; then a comma or the end. */
const FIELDS: Readonly<Record<string, RegExp>> = {
  ",": /(?:[ \t]*"((?:[^"]|"")*)"[ \t]*|([^",]*))(,|$)/y,
  ";": /(?:[ \t]*"((?:[^"]|"")*)"[ \t]*|([^";]*))(;|$)/y,
  "\t": /(?: *"((?:[^"]|"")*)" *|([^"\t]*))(\t|$)/y,
};

const SIGNS: Readonly<Record<string, string>> = { ",": "comma", ";": "semicolon", "\t": "tab" };

/**
 * The legend of a `class_dict.csv`: `#rrggbb` to name in the file's order, as `decodeMask` takes it.
 *
 * @throws {FormatError} FORMAT_INVALID with the line: a header without name, r, g and b, a line whose number of fields
 *   differs from the header's, a misplaced quote, a missing name or a malformed colour; or no label at all.
 * @throws {LegendError} LEGEND_COLOR_CONFLICT with both lines: a colour with two names.
 */
export function parseClassDictCsv(text: string): Map<string, string> {
  const rows = linesOf(text, FORMAT);
  const separator = [",", ";", "\t"].find((sign) => rows[0]?.text.includes(sign)) ?? ",";
  const [header, ...lines] = rows.map(({ text: row, line }) => ({
    fields: splitRow(row, line, separator),
    line,
  }));
  const titles = header?.fields.map((title) => title.toLowerCase()) ?? [];
  const places = TITLES.map((names) =>
    titles.indexOf(names.find((name) => titles.includes(name)) ?? names[0]),
  );
  if (places.includes(-1)) {
    throw invalidLine(FORMAT, header?.line ?? 1, 'must be a header with the columns "name,r,g,b".');
  }
  return legendOfLines(
    lines.map(({ fields, line }) => {
      if (fields.length !== titles.length) {
        const message = `has ${fields.length} fields, but the header has ${titles.length}; put a name with a ${SIGNS[separator]} in quotes.`;
        throw invalidLine(FORMAT, line, message);
      }
      const [name, ...channels] = places.map((place) => fields[place]!);
      return { name: name!, channels, line };
    }),
    FORMAT,
  );
}

/**
 * A legend as `class_dict.csv`.
 *
 * @throws {FormatError} FORMAT_INVALID: a key that is not a colour, or a name that is empty, has spaces at its ends or
 *   contains a line break.
 * @throws {LegendError} the legend cannot be used.
 */
export function formatClassDictCsv(legend: LegendInput): string {
  const rows = labelsToWrite(legend, FORMAT).map(({ name, channels }) => {
    const field = /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
    return `${field},${channels.join(",")}\n`;
  });
  return `${COLUMNS.join(",")}\n${rows.join("")}`;
}

function splitRow(row: string, line: number, separator: string): string[] {
  const fields: string[] = [];
  const field = FIELDS[separator]!;
  field.lastIndex = 0;
  for (;;) {
    const start = field.lastIndex;
    const match = field.exec(row);
    if (match === null) {
      throw invalidLine(FORMAT, line, `the field at ${quote(row.slice(start))} has a misplaced quote.`);
    }
    const [, quoted, plain, end] = match;
    fields.push((quoted?.replaceAll('""', '"') ?? plain!).trim());
    if (end === "") return fields;
  }
}
