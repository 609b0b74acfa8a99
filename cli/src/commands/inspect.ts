/// <reference types="node" />
/**
 * `labelmap inspect`: prints what is in a mask or a data set, as a table or as JSON. Without a legend it prints the numbers of a grey or
 * palette image, and the colours of any other.
 */

import { type Command, Option } from "commander";
import {
  type ClassBy,
  decodeMask,
  type Issue,
  LabelMapError,
  type MaskInfo,
  type SnapOptions,
  type Transparent,
} from "labelmap";
import { counted } from "labelmap/checks";
import { decodeIds } from "labelmap/ids";
import { addExamples } from "../help.js";
import { inFlags } from "../in-flags.js";
import { checkOneStandardInput, inFile, nameFile, nameOf, readMask, resultBeside } from "../input.js";
import { addSetFlags, hasSetFlags, type InspectSetFlags, inspectSet } from "../inspect-set/inspect-set.js";
import { setArguments } from "../inspect-set/is-set.js";
import {
  ANY_LEGEND,
  addLegendFlags,
  checkLegendName,
  type LegendFlags,
  oneLegend,
  readLegendText,
  snapOption,
} from "../legend-flags.js";
import { type LegendText, legendOfMask, nameOfEncoding } from "../mask-legend.js";
import { print, showsColors } from "../output.js";
import { transparentOption } from "../output-flags.js";
import { printable } from "../printable.js";
import { addRunFlags, WRITES_NOTHING } from "../run-flags.js";
import { type Column, formatTable, type Row } from "../table.js";
import { UsageError } from "../usage-error.js";

interface InspectOptions extends LegendFlags, InspectSetFlags {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly classBy?: ClassBy;
  readonly snap?: SnapOptions;
  readonly transparent?: Transparent;
}

/** What `--json` prints of labels: everything that `decodeMask` returns, except the pixels. */
export interface LabelReport extends MaskInfo {
  readonly mask: string;
  /** `null`: the labels are the numbers of the mask. */
  readonly result: string | null;
  /** The form of the legend. */
  readonly form: string | null;
  readonly encoding: string;
  readonly width: number;
  readonly height: number;
}

/** What `--json` prints of colours without a legend. */
export interface ColorReport {
  readonly mask: string;
  readonly result: null;
  readonly form: null;
  readonly encoding: "colors";
  readonly width: number;
  readonly height: number;
  /** All colours of the mask, the most frequent first. */
  readonly colors: readonly {
    readonly color: string;
    readonly pixelCount: number;
    readonly bbox: readonly [x: number, y: number, width: number, height: number];
  }[];
  readonly issues: readonly Issue[];
}

export function define(command: Command): void {
  command
    .description(
      "Prints the labels of a mask with their colours, classes, pixels and boxes. It also prints the colours and ids that " +
        "are not in the legend, and what is wrong with the legend. Without a legend it prints the numbers of a grey or " +
        "palette image, and the colours of any other mask. For a data set, it prints the format and how it was recognised, " +
        "the parts and sizes of the images, and the pixels and objects of each class.",
    )
    .argument(
      "<mask>",
      "a PNG file; - is standard input; or a data set: a folder, several files, a pattern, or an annotation file",
    )
    .argument("[legend...]", `${ANY_LEGEND} (default: the name of the mask with .json, if it exists)`)
    .option("--strict", "fail if a key of the legend is not a colour, or if a chunk of the PNG has a defect")
    .addOption(
      new Option(
        "--class-by <what>",
        "which field says that labels belong to the same class (default: name)",
      ).choices(["name", "class_id"] as const),
    )
    .addOption(snapOption("count"))
    .addOption(transparentOption())
    .action(inspect);
  addLegendFlags(command, "the same as the second argument");
  addSetFlags(command);
  addRunFlags(command, { dryRun: WRITES_NOTHING, json: "everything", quiet: "" });
  addExamples(command, [
    [
      "labelmap inspect street.png",
      "Print the labels of street.png. Their names are in street.json in the same folder.",
    ],
    ["labelmap inspect street.png street.json --strict", "Fail if a key of the legend is not a colour."],
    ["labelmap inspect street.png pascal-voc", "Name the colours of Pascal VOC."],
    ["labelmap inspect masks", "Print what a data set contains: classes, objects, sizes and parts."],
    ["labelmap inspect - < street.png", "Print the colours or numbers of a mask, without any legend."],
    [
      "labelmap inspect street.png --json | node -p 'JSON.parse(fs.readFileSync(0)).labels.length'",
      "Count the labels.",
    ],
  ]);
  command.addHelpText("after", JSON_HELP);
}

const JSON_HELP = `--json prints an object with the keys mask, result (the legend's file), width, height, form and encoding. It also has:
  for labels   labels, unlabelled, snapped and issues, as the library's decodeMask returns them;
  for colours  if there is no legend: colors, each with color, pixelCount and bbox (x, y, width, height), and issues.
For a data set, it has: source, format, title, reason, images, pixels, objects, parts, photos, sizes, classes, unlabelled,
  failed, failures, omitted and issues.`;

async function inspect(mask: string, others: readonly string[], options: InspectOptions): Promise<void> {
  const set = setArguments(mask, others);
  if (set !== undefined || hasSetFlags(options)) {
    const { sources = [mask, ...others], legend: given } = set ?? {};
    const legend = oneLegend(given, options.legend);
    return inspectSet(sources, { ...options, ...(legend !== undefined && { legend }) });
  }
  const [argument] = others;
  const given = oneLegend(argument, options.legend);
  checkOneStandardInput([mask, given]);
  if (given !== undefined) checkLegendName(given);
  const report = await describeMask(mask, given ?? resultBeside(mask) ?? null, options);
  const text = "colors" in report ? describeColors : describeLabels;
  return print(options.json ? toJson(report) : text(report as LabelReport & ColorReport));
}

async function describeMask(
  mask: string,
  result: string | null,
  options: InspectOptions,
): Promise<LabelReport | ColorReport> {
  const png = await readMask(mask, options.snap !== undefined);
  const source = result === null ? null : await readLegendText(result);
  const { encoding, strict, classBy, snap, transparent } = options;
  try {
    return await findLabels(png, { mask, result, source }, options);
  } catch (error) {
    // The order of a palette is of no use. Its colours are.
    const hasOddPalette = error instanceof LabelMapError && error.code === "ENCODING_MISMATCH";
    const isNatural = result === null && encoding === undefined;
    if (!(error instanceof NoLabels || (isNatural && hasOddPalette))) throw nameFile(error, { mask, result });
    if (strict || classBy !== undefined || snap !== undefined || transparent !== undefined) {
      throw new UsageError("--strict, --class-by, --snap and --transparent need a legend");
    }
    const problem = hasOddPalette ? inFlags(error.message.replace(/^.*?, but /, ""), error.code) : "";
    return findColors(png, mask, hasOddPalette ? [{ code: "palette-order", message: problem }] : []);
  }
}

/** There is no legend, and the mask has colours. */
class NoLabels extends Error {}

async function findLabels(
  png: Uint8Array,
  { mask, result, source }: { mask: string; result: string | null; source: LegendText | null },
  { strict = false, classBy = "name", snap, transparent = "ignore-alpha", ...reading }: InspectOptions,
): Promise<LabelReport> {
  const { legend, encoding } = legendOfMask(png, source, { ...reading, strict });
  if (legend === null && encoding === "colors") throw new NoLabels();
  const found = await decodeMask(png, legend, {
    strict,
    classBy,
    transparent,
    encoding,
    ...(snap === undefined ? {} : { snap }),
    // Runs are enough, because the pixels are only counted.
    target: { map: "runs" },
  });
  const { width, height, labels, unlabelled, snapped, issues } = found;
  const form = legend?.legend.form ?? null;
  const about = { mask, result, width, height, form, encoding: nameOfEncoding(encoding) };
  return { ...about, labels, unlabelled, snapped, issues };
}

async function findColors(png: Uint8Array, mask: string, more: readonly Issue[]): Promise<ColorReport> {
  try {
    const { width, height, segments, issues: found } = await decodeIds(png);
    const colors = segments.map(({ id, pixelCount, bbox }) => ({ color: colorOf(id), pixelCount, bbox }));
    colors.sort((a, b) => b.pixelCount - a.pixelCount);
    const issues = [...found, ...more];
    return { mask, result: null, width, height, form: null, encoding: "colors", colors, issues };
  } catch (error) {
    throw inFile(error, mask);
  }
}

/** The lowest byte of an id is R. */
function colorOf(id: number): string {
  const [red, green, blue] = [id & 255, (id >> 8) & 255, id >> 16];
  return `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, "0")}`;
}

/** JSON does not escape all control characters (DEL, C1), and the text may be shown in a terminal. */
function toJson(report: LabelReport | ColorReport): string {
  return printable(JSON.stringify(report, null, 2), "\n");
}

const COLUMNS = {
  id: { title: "id", align: "right" },
  color: { title: "colour", align: "left" },
  class: { title: "class", align: "left" },
  instance: { title: "instance", align: "right" },
  pixels: { title: "pixels", align: "right" },
  share: { title: "share", align: "right" },
  box: { title: "box x,y w×h", align: "left" },
  becomes: { title: "counted as", align: "left" },
} as const satisfies Record<string, Column>;

function describeLabels(report: LabelReport): string {
  const { labels, unlabelled, snapped, issues, ...size } = report;
  const share = shareOf(size);
  const table = (columns: readonly Column[], rows: readonly Row[]) =>
    formatTable(columns, rows, showsColors());
  const shown = labelColumns(report);
  const cellsOf = (cells: Partial<Record<keyof typeof COLUMNS, string>>) =>
    shown.map((name) => cells[name] ?? "");
  const rows = labels.map((label) => {
    const { color, className, classId, instanceNumber, pixelCount, bbox } = label;
    const cells = cellsOf({
      id: typeof classId === "number" ? String(classId) : "",
      color,
      class: className,
      instance: instanceNumber > 0 ? String(instanceNumber) : "stuff",
      pixels: String(pixelCount),
      share: share(pixelCount),
      box: formatBox(bbox),
    });
    return { color: shown.includes("color") ? color : "", cells };
  });
  const { count } = unlabelled;
  // The first column of words says what the row is.
  const name = shown.includes("class") ? "class" : shown[0]!;
  rows.push({
    color: "",
    cells: cellsOf({ pixels: String(count), share: share(count), [name]: "unlabelled" }),
  });
  const sections = [
    `${titleOf(report)}\n`,
    table(
      shown.map((column) => COLUMNS[column]),
      rows,
    ),
  ];
  const { id, color, pixels, share: shares, becomes } = COLUMNS;
  if (unlabelled.ids !== undefined && unlabelled.ids.length > 0) {
    const unknown = unlabelled.ids.map((entry) => ({
      color: "",
      cells: [String(entry.id), String(entry.count), share(entry.count)],
    }));
    sections.push(`Ids that are not in the legend${upTo16(unknown)}:`, table([id, pixels, shares], unknown));
  } else if (count > 0 && unlabelled.ids === undefined) {
    const unknown = unlabelled.colors.map((entry) => ({
      color: entry.color,
      cells: [entry.color, String(entry.count), share(entry.count)],
    }));
    sections.push(
      `Colours that are not in the legend${upTo16(unknown)}:`,
      table([color, pixels, shares], unknown),
    );
  }
  if (snapped.count > 0) {
    const moved = snapped.colors.map((entry) => {
      const { color: nearest, name } = labels[entry.label]!;
      const cells = [entry.color, String(entry.count), share(entry.count), `${nearest} ${name}`];
      return { color: entry.color, cells };
    });
    const title = `Colours counted as the nearest colour of the legend, ${snapped.count} pixels${upTo16(moved)}:`;
    sections.push(title, table([color, pixels, shares, becomes], moved));
  }
  return [...sections, ...describeIssues(issues)].map(spaced).join("\n");
}

/** The columns that say something about these labels. */
function labelColumns({ result, encoding, labels }: LabelReport): readonly (keyof typeof COLUMNS)[] {
  const hasIds = labels.some(({ classId }) => typeof classId === "number");
  const hasNames = labels.some(({ className, classId }) => className !== String(classId));
  // Without a legend, only a palette has colours. All others are made up.
  const hasColors = hasNames || encoding === "palette-index";
  const hasObjects = labels.some(({ instanceNumber }) => instanceNumber > 0);
  return [
    ...(hasIds ? (["id"] as const) : []),
    ...(hasColors ? (["color"] as const) : []),
    ...(hasNames || !hasIds ? (["class"] as const) : []),
    ...(hasObjects || (result !== null && encoding === "colors") ? (["instance"] as const) : []),
    "pixels",
    "share",
    "box",
  ];
}

function titleOf({ mask, result, form, encoding, labels, width, height }: LabelReport): string {
  const isResult = form === null || form === "colors to names";
  const legend =
    result === null ? "without a legend" : `with ${nameOf(result)}${isResult ? "" : ` (${form})`}`;
  const read = encoding === "colors" ? "" : `, read as ${encoding}`;
  const classes = new Set(labels.map(({ className }) => className)).size;
  const counts = `${counted(labels.length, "label")}, ${counted(classes, "class", "classes")}`;
  return `${nameOf(mask)} ${legend}${read}: ${width}×${height} pixels, ${counts}`;
}

function describeColors({ mask, colors, issues, ...size }: ColorReport): string {
  const share = shareOf(size);
  const { color, pixels, share: shares, box } = COLUMNS;
  const rows = colors.map((entry) => ({
    color: entry.color,
    cells: [entry.color, String(entry.pixelCount), share(entry.pixelCount), formatBox(entry.bbox)],
  }));
  const sections = [
    `${nameOf(mask)} without a legend: ${size.width}×${size.height} pixels, ${counted(colors.length, "colour")}\n`,
    formatTable([color, pixels, shares, box], rows, showsColors()),
  ];
  return [...sections, ...describeIssues(issues)].map(spaced).join("\n");
}

function describeIssues(issues: readonly Issue[]): string[] {
  if (issues.length === 0) return [];
  return ["Problems:", issues.map(({ message }) => `  ${printable(message)}`).join("\n")];
}

/** Puts an empty line before each title, but none between a title and its table. */
function spaced(section: string, place: number): string {
  return place > 0 && place % 2 === 0 ? `\n${section}` : section;
}

function shareOf({ width, height }: { width: number; height: number }) {
  return (pixels: number) => `${((100 * pixels) / (width * height)).toFixed(2)} %`;
}

function formatBox(bbox: LabelReport["labels"][number]["bbox"]): string {
  return bbox === null ? "none" : `${bbox[0]},${bbox[1]} ${bbox[2]}×${bbox[3]}`;
}

/** The decoder lists at most 16 colours. */
function upTo16(rows: readonly Row[]): string {
  return rows.length === 16 ? ", the first 16" : "";
}
