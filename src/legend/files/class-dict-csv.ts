/**
 * Tables of classes to a legend: `class_dict.csv`, which accompanies many published datasets of colour masks, above all
 * CamVid, and its relatives, among them Roboflow's `_classes.csv`, which has the values of pixels instead of colours.
 *
 *   name,r,g,b                      Pixel Value, Class
 *   Animal,64,128,64                0, background
 *   "Sign, back",192, 128, 128      1, car
 *
 * The header says which column is which. Without a header the fields do: three numbers in each row are the colour, and so is
 * one field that writes a colour; of two columns, the integers are the ids. Several readings are an error.
 * Other columns (such as `class_11` of BiSeNet) are ignored. Quotes follow RFC 4180, and real files have spaces after the
 * commas. Semicolons or tabs may stand for the commas.
 */
import { quote } from "../../checks/describe.js";
import { LegendError } from "../../errors.js";
import { readColor } from "./colors.js";
import { readId } from "./draft.js";
import {
  invalidLine,
  isChannel,
  type LegendLine,
  legendOfLines,
  linesOf,
  type TextLine,
} from "./legend-lines.js";

const FORMAT = "class_dict.csv";

type Column = "name" | "r" | "g" | "b" | "color" | "id";
/** The place of each column, or -1. */
type Layout = Readonly<Record<Column, number>>;

/**
 * What a column may be called. If a header has several of them, the first in this order counts. But numbers are no names
 * if another of these columns has texts.
 */
const TITLES: Readonly<Record<Column, readonly string[]>> = {
  name: ["name", "class", "class_name", "class name", "label", "label_name", "label name"],
  r: ["r", "red"],
  g: ["g", "green"],
  b: ["b", "blue"],
  color: ["color", "colour", "hex", "rgb", "color_rgb"],
  id: ["pixel value", "pixel_value", "pixel", "id", "class_id", "label_id", "index", "value"],
};

/** The orders of columns that are recognised without a header. */
const ORDERS: readonly (readonly Column[])[] = [
  ["name", "r", "g", "b"],
  ["r", "g", "b", "name"],
  ["id", "name", "r", "g", "b"],
  ["id", "r", "g", "b", "name"],
  ["id", "name"],
  ["name", "id"],
  ["name", "color"],
  ["color", "name"],
];

/** A quoted field (`""` stands for a quote) with optional spaces around it, or a plain field; then a comma or the end. */
const FIELDS: Readonly<Record<string, RegExp>> = {
  ",": /(?:[ \t]*"((?:[^"]|"")*)"[ \t]*|([^",]*))(,|$)/y,
  ";": /(?:[ \t]*"((?:[^"]|"")*)"[ \t]*|([^";]*))(;|$)/y,
  "\t": /(?: *"((?:[^"]|"")*)" *|([^"\t]*))(\t|$)/y,
};

const SIGNS: Readonly<Record<string, string>> = { ",": "comma", ";": "semicolon", "\t": "tab" };

/** How a table is written. */
interface Dialect {
  readonly separator: string;
  readonly layouts: readonly Layout[];
  /** The number of columns that the header has; 0 if there is no header. */
  readonly width: number;
  /** The places of all columns whose titles say that they have names. */
  readonly names: readonly number[];
  /** The place of the header among the lines; -1 if there is none. */
  readonly header: number;
}

/** Whether the file is a table of classes, so far as its first line says. */
export function isClassTable(lines: readonly TextLine[]): boolean {
  return dialectOf(lines) !== undefined;
}

/**
 * The labels of a table.
 *
 * @throws {FormatError} FORMAT_INVALID: no columns of a name and a colour or id, a row with another number of fields than
 *   the header, a misplaced quote, or an id that is no integer.
 * @throws {LegendError} LEGEND_AMBIGUOUS: a row that may be a comment, or a column that may be the name or a number.
 */
export function readClassTable(lines: readonly TextLine[], format: string): LegendLine[] {
  const dialect = dialectOf(lines);
  if (dialect === undefined) {
    // A misplaced quote in the first line is the better message.
    const separator = [",", ";", "\t"].find((sign) => lines[0]?.text.includes(sign)) ?? ",";
    if (lines[0] !== undefined) splitRow(lines[0].text, lines[0].line, separator, format);
    throw invalidLine(format, lines[0]?.line ?? 1, 'must be a header with the columns "name,r,g,b".');
  }
  const { separator, width, header, layouts } = dialect;
  const rows: { fields: string[]; line: number }[] = [];
  lines.forEach(({ text, line }, place) => {
    if (place <= header) return;
    // In the first column, # may also begin a colour.
    const isComment =
      text.startsWith("#") &&
      !(layouts.some(({ color }) => color === 0) && readColor(tryRow(text, separator)?.[0]) !== null);
    const fields = isComment ? tryRow(text, separator) : splitRow(text, line, separator, format);
    if (isComment) {
      if (fields !== undefined && isRow(fields, dialect)) {
        const message = `${quote(text)} is a comment, or the name begins with #; remove the line, or put the name in quotes`;
        throw new LegendError("LEGEND_AMBIGUOUS", `${format}: line ${line}: ${message}.`);
      }
      return;
    }
    // Trailing separators are no fields. But a name may be missing in the last column.
    while (width > 0 && fields!.length > width && fields!.at(-1) === "") fields!.pop();
    if (width > 0 && fields!.length !== width) {
      const message = `has ${fields!.length} fields, but the header has ${width}; put a name with a ${SIGNS[separator]} in quotes.`;
      throw invalidLine(format, line, message);
    }
    rows.push({ fields: fields!, line });
  });
  const layout = layoutOf(rows, dialect, format);
  const ids = layout.id < 0 ? [] : rows.map(({ fields }) => readId(fields[layout.id]!));
  const hasColor = hasChannels(layout) || layout.color >= 0;
  const wrong = ids.indexOf(undefined);
  if (!hasColor && wrong >= 0) {
    const { fields, line } = rows[wrong]!;
    throw invalidLine(format, line, `the id is ${quote(fields[layout.id]!)}; make it an integer.`);
  }
  return rows.map(({ fields, line }, place) => ({
    name: fields[layout.name]!,
    ...(hasColor ? channelsOf(fields, layout, line, format) : { channels: null }),
    line,
    // A column of something else, beside colours, may be called "value" too.
    ...(wrong < 0 && ids.length > 0 && { id: ids[place]! }),
  }));
}

/**
 * The legend of a `class_dict.csv`: `#rrggbb` to name in the file's order, as `decodeMask` takes it. `parseLegend` also
 * reads tables without a header, and of ids.
 *
 * @throws {FormatError} FORMAT_INVALID with the line: a header without name, r, g and b, a line whose number of fields
 *   differs from the header's, a misplaced quote, a missing name or a malformed colour; or no label at all.
 * @throws {LegendError} LEGEND_COLOR_CONFLICT with both lines: a colour with two names.
 */
export function parseClassDictCsv(text: string): Map<string, string> {
  const lines = linesOf(text, FORMAT);
  const dialect = dialectOf(lines);
  const labels = readClassTable(lines, FORMAT);
  if (dialect?.header === -1 || labels.some(({ channels }) => channels === null)) {
    throw invalidLine(FORMAT, lines[0]?.line ?? 1, 'must be a header with the columns "name,r,g,b".');
  }
  return legendOfLines(labels, FORMAT);
}

/** How the first line says that the table is written; `undefined` if it is no table. */
function dialectOf(lines: readonly TextLine[]): Dialect | undefined {
  const place = lines.findIndex(({ text }) => !text.startsWith("#"));
  // A comment may be the header: "# name,r,g,b".
  for (const header of new Set([0, place])) {
    const text = lines[header]?.text.replace(/^#\s*/, "");
    if (text === undefined) continue;
    for (const separator of Object.keys(FIELDS)) {
      const titles = tryRow(text, separator)?.map((title) => title.toLowerCase());
      while (titles?.at(-1) === "") titles.pop();
      const layout = titles === undefined ? undefined : layoutOfTitles(titles);
      if (layout !== undefined) {
        const names = TITLES.name.map((title) => titles!.indexOf(title)).filter((column) => column >= 0);
        return { separator, layouts: [layout], width: titles!.length, names, header };
      }
    }
  }
  for (const separator of Object.keys(FIELDS)) {
    const layoutsOf = ({ text }: TextLine) => layoutsOfRow(tryRow(text, separator) ?? []);
    // "#804080,road" is a row. Every other line that begins with # is a comment.
    const first = lines.find(
      (line) => !line.text.startsWith("#") || layoutsOf(line).some(({ color }) => color === 0),
    );
    const layouts = first === undefined ? [] : layoutsOf(first);
    if (layouts.length > 0) return { separator, layouts, width: 0, names: [], header: -1 };
  }
  return undefined;
}

function layoutOfTitles(titles: readonly string[]): Layout | undefined {
  const placeOf = (column: Column) =>
    titles.indexOf(TITLES[column].find((title) => titles.includes(title)) ?? "no such title");
  const layout = Object.fromEntries(
    Object.keys(TITLES).map((key) => [key, placeOf(key as Column)]),
  ) as Layout;
  const { name, color, id } = layout;
  return name >= 0 && (hasChannels(layout) || color >= 0 || id >= 0) ? layout : undefined;
}

function hasChannels({ r, g, b }: Layout): boolean {
  return Math.min(r, g, b) >= 0;
}

/** Three numbers with spaces begin a line of label_colors.txt, whose names may have any sign. */
const RGB_START = /^\d+[ \t]+\d+[ \t]+\d+(?:[ \t]|$)/;

/** The orders of columns in which a row without a header can be read. */
function layoutsOfRow(fields: readonly string[]): Layout[] {
  const width = fields.length - [...fields].reverse().findIndex((field) => field !== "");
  if (width === 2 && RGB_START.test(fields[0]!)) return [];
  return ORDERS.filter(
    (order) =>
      order.length === width &&
      order.every((column, place) => {
        if (column === "name") return fields[place] !== "";
        if (column === "color") return readColor(fields[place]) !== null;
        return column === "id" ? readId(fields[place]!) !== undefined : isChannel(fields[place]!);
      }),
  ).map((order) => {
    const places = Object.keys(TITLES).map((column) => [column, order.indexOf(column as Column)]);
    return Object.fromEntries(places) as Layout;
  });
}

/** The one layout in which all rows can be read. */
function layoutOf(
  rows: readonly { readonly fields: readonly string[]; readonly line: number }[],
  { layouts, width, names }: Dialect,
  format: string,
): Layout {
  if (width > 0) {
    const [layout] = layouts as readonly [Layout];
    const areNumbers = (column: number) => rows.every(({ fields }) => readId(fields[column]!) !== undefined);
    const name = names.find((column) => !areNumbers(column)) ?? layout.name;
    const numbers = names.find((column) => column !== name && areNumbers(column)) ?? -1;
    return { ...layout, name, id: layout.id >= 0 ? layout.id : numbers };
  }
  let possible = layouts;
  for (const { fields, line } of rows) {
    const own = layoutsOfRow(fields).map(namesOf);
    const next = possible.filter((layout) => own.includes(namesOf(layout)));
    if (next.length === 0) {
      const message = `does not have the columns of the rows before it (${namesOf(possible[0]!)}), and the file has no header.`;
      throw invalidLine(format, line, message);
    }
    possible = next;
  }
  if (possible.length > 1) {
    const readings = possible.map(namesOf).join(" or ");
    throw new LegendError(
      "LEGEND_AMBIGUOUS",
      `${format}: line ${rows[0]!.line}: the columns may be ${readings}; write such a line as the header.`,
    );
  }
  return possible[0]!;
}

function namesOf(layout: Layout): string {
  const columns = (Object.keys(layout) as Column[]).filter((column) => layout[column] >= 0);
  return columns.sort((a, b) => layout[a] - layout[b]).join(",");
}

/** Whether a row has all that a label needs. */
function isRow(fields: readonly string[], { width, layouts }: Dialect): boolean {
  if (width === 0) {
    const possible = layouts.map(namesOf);
    const hasColors = layouts.some((layout) => layout.color >= 0);
    return layoutsOfRow(fields).some(
      (own) => possible.includes(namesOf(own)) || (hasColors && own.color === 0),
    );
  }
  const [layout] = layouts as readonly [Layout];
  const { r, g, b, color, id } = layout;
  if (fields.length < width) return false;
  if (hasChannels(layout)) return [r, g, b].every((place) => isChannel(fields[place]!));
  return color >= 0 ? readColor(fields[color]) !== null : readId(fields[id]!) !== undefined;
}

function channelsOf(
  fields: readonly string[],
  layout: Layout,
  line: number,
  format: string,
): Pick<LegendLine, "channels" | "alpha"> {
  const { name, r, g, b, color } = layout;
  if (hasChannels(layout)) return { channels: [fields[r]!, fields[g]!, fields[b]!] };
  const found = readColor(fields[color]);
  if (found === null) {
    const message = `the colour of ${quote(fields[name]!)} is ${quote(fields[color]!)}; write it as #rrggbb.`;
    throw invalidLine(format, line, message);
  }
  const { rgb, alpha } = found;
  const channels = [rgb >> 16, (rgb >> 8) & 255, rgb & 255].map(String);
  return alpha === 255 ? { channels } : { channels, alpha: String(alpha) };
}

/** The fields of a row; `undefined` if a quote is misplaced. */
function tryRow(row: string, separator: string): string[] | undefined {
  const fields = fieldsOf(row, separator);
  return typeof fields === "number" ? undefined : fields;
}

function splitRow(row: string, line: number, separator: string, format: string): string[] {
  const fields = fieldsOf(row, separator);
  if (typeof fields !== "number") return fields;
  throw invalidLine(format, line, `the field at ${quote(row.slice(fields))} has a misplaced quote.`);
}

/** The fields of a row, or the start of one with a misplaced quote. */
function fieldsOf(row: string, separator: string): string[] | number {
  const fields: string[] = [];
  const field = FIELDS[separator]!;
  field.lastIndex = 0;
  for (;;) {
    const start = field.lastIndex;
    const match = field.exec(row);
    if (match === null) return start;
    const [, quoted, plain, end] = match;
    fields.push((quoted?.replaceAll('""', '"') ?? plain!).trim());
    if (end === "") return fields;
  }
}
