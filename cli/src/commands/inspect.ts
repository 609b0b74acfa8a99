/// <reference types="node" />
/**
 * `labelmap inspect`: prints what is in a mask, as a table or as JSON. Without a result it lists the mask's colours.
 */

import { type Command, Option } from "commander";
import { type ClassBy, decodeMask, type Issue, type MaskInfo, type Transparent } from "labelmap";
import { counted } from "labelmap/checks";
import { decodeIds } from "labelmap/ids";
import { ColorType, readPngHeader } from "labelmap/png";
import { addExamples } from "../help.js";
import {
  checkOneStandardInput,
  inFile,
  nameFile,
  nameOf,
  readInput,
  readText,
  resultBeside,
} from "../input.js";
import { parsePositiveNumber } from "../options.js";
import { print, showsColors } from "../output.js";
import { transparentOption } from "../output-flags.js";
import { printable } from "../printable.js";
import { type Column, formatTable, type Row } from "../table.js";
import { UsageError } from "../usage-error.js";

interface InspectOptions {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly classBy?: ClassBy;
  readonly snap?: number;
  readonly transparent?: Transparent;
}

/** What `--json` prints if there is a result: everything that `decodeMask` returns, except the pixels. */
export interface LabelReport extends MaskInfo {
  readonly mask: string;
  readonly result: string;
  readonly width: number;
  readonly height: number;
}

/** What `--json` prints if there is no result. */
export interface ColorReport {
  readonly mask: string;
  readonly result: null;
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
      "Prints the labels of a mask with their colours, classes, pixels and boxes. It also prints the colours that are not " +
        "in the legend, and what is wrong with the legend. Without a result it prints the colours of the mask.",
    )
    .argument("<mask>", "a PNG file; - is standard input")
    .argument(
      "[result]",
      "the vendor's result (JSON), which contains the legend (default: the name of the mask with .json, if it exists)",
    )
    .option("--json", "print everything as JSON instead of a table")
    .option("--strict", "fail if a key of the legend is not a colour, or if a chunk of the PNG has a defect")
    .addOption(
      new Option(
        "--class-by <what>",
        "which field says that labels belong to the same class (default: name)",
      ).choices(["name", "class_id"] as const),
    )
    .option(
      "--snap <distance>",
      "count a colour that is not in the legend as the nearest one that is, up to this distance in RGB",
      parsePositiveNumber,
    )
    .addOption(transparentOption())
    .action(inspect);
  addExamples(command, [
    [
      "labelmap inspect street.png",
      "Print the labels of street.png. Their names are in street.json in the same folder.",
    ],
    ["labelmap inspect street.png street.json --strict", "Fail if a key of the legend is not a colour."],
    ["labelmap inspect - < street.png", "Print the colours of a mask, without any legend."],
    [
      "labelmap inspect street.png --json | node -p 'JSON.parse(fs.readFileSync(0)).labels.length'",
      "Count the labels.",
    ],
  ]);
  command.addHelpText("after", JSON_HELP);
}

const JSON_HELP = `--json prints an object with the keys mask, result, width and height. It also has the keys:
  with a result     labels, unlabelled, snapped and issues, as the library's decodeMask returns them;
  without a result  colors, each with color, pixelCount and bbox (x, y, width, height), and issues; result is null.`;

async function inspect(
  mask: string,
  givenResult: string | undefined,
  options: InspectOptions,
): Promise<void> {
  checkOneStandardInput([mask, givenResult]);
  const result = givenResult ?? resultBeside(mask);
  if (result === undefined) {
    const { strict, classBy, snap, transparent } = options;
    if (strict || classBy !== undefined || snap !== undefined || transparent !== undefined) {
      throw new UsageError("--strict, --class-by, --snap and --transparent need a result");
    }
    const report = await findColors(mask);
    return print(options.json ? toJson(report) : describeColors(report));
  }
  const report = await findLabels(mask, result, options);
  return print(options.json ? toJson(report) : describeLabels(report));
}

async function findLabels(
  mask: string,
  result: string,
  { strict = false, classBy = "name", snap, transparent = "ignore-alpha" }: InspectOptions,
): Promise<LabelReport> {
  const png = await readInput(mask);
  const text = await readText(result);
  const options = {
    strict,
    classBy,
    transparent,
    ...(snap === undefined ? {} : { snap: { maxDistance: snap } }),
  };
  try {
    // Runs are enough, because the pixels are only counted.
    const found = await decodeMask(png, text, { ...options, target: { map: "runs" } });
    const { width, height, labels, unlabelled, snapped, issues } = found;
    return { mask, result, width, height, labels, unlabelled, snapped, issues };
  } catch (error) {
    throw nameFile(error, { mask, result });
  }
}

async function findColors(mask: string): Promise<ColorReport> {
  const png = await readInput(mask);
  try {
    const { width, height, segments, issues } = await decodeIds(png);
    const header = await readPngHeader(png);
    const isGrey = header.colorType === ColorType.grey || header.colorType === ColorType.greyAlpha;
    // Grey ids of 16 bits need not be colours. If they are none, this says so and names the remedy.
    if (isGrey && header.bitDepth === 16) await decodeMask(png, ANY_LEGEND, { target: { map: "runs" } });
    const toColor = isGrey ? greyColors(header.bitDepth) : colorOf;
    const colors = segments.map(({ id, pixelCount, bbox }) => ({ color: toColor(id), pixelCount, bbox }));
    colors.sort((a, b) => b.pixelCount - a.pixelCount);
    return { mask, result: null, width, height, colors, issues };
  } catch (error) {
    throw inFile(error, mask);
  }
}

const ANY_LEGEND = { "#000000": "black" };

/** The colour of a grey id: the sample, scaled to 8 bits. Of 16 bits the high byte says it all. */
function greyColors(bitDepth: number): (id: number) => string {
  return (id) => colorOf((bitDepth === 16 ? id >> 8 : (id * 255) / (2 ** bitDepth - 1)) * 0x010101);
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
  color: { title: "colour", align: "left" },
  class: { title: "class", align: "left" },
  instance: { title: "instance", align: "right" },
  pixels: { title: "pixels", align: "right" },
  share: { title: "share", align: "right" },
  box: { title: "box x,y w×h", align: "left" },
  becomes: { title: "counted as", align: "left" },
} as const satisfies Record<string, Column>;

function describeLabels({ mask, result, labels, unlabelled, snapped, issues, ...size }: LabelReport): string {
  const share = shareOf(size);
  const table = (columns: readonly Column[], rows: readonly Row[]) =>
    formatTable(columns, rows, showsColors());
  const rows = labels.map(({ color, className, instanceNumber, pixelCount, bbox }) => {
    const instance = instanceNumber > 0 ? String(instanceNumber) : "stuff";
    return {
      color,
      cells: [color, className, instance, String(pixelCount), share(pixelCount), formatBox(bbox)],
    };
  });
  const { count } = unlabelled;
  rows.push({ color: "", cells: ["", "unlabelled", "", String(count), share(count), ""] });
  const { color, class: className, instance, pixels, share: shares, box, becomes } = COLUMNS;
  const classes = new Set(labels.map((label) => label.className)).size;
  const sections = [
    `${nameOf(mask)} with ${nameOf(result)}: ${size.width}×${size.height} pixels, ` +
      `${counted(labels.length, "label")}, ${counted(classes, "class", "classes")}\n`,
    table([color, className, instance, pixels, shares, box], rows),
  ];
  if (count > 0) {
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

function describeColors({ mask, colors, issues, ...size }: ColorReport): string {
  const share = shareOf(size);
  const { color, pixels, share: shares, box } = COLUMNS;
  const rows = colors.map((entry) => ({
    color: entry.color,
    cells: [entry.color, String(entry.pixelCount), share(entry.pixelCount), formatBox(entry.bbox)],
  }));
  const sections = [
    `${nameOf(mask)} without a result: ${size.width}×${size.height} pixels, ${counted(colors.length, "colour")}\n`,
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
