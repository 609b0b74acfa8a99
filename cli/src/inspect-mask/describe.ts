/** The report of a mask as text, with tables. */

import type { Issue } from "labelmap";
import { counted } from "labelmap/checks";
import { nameOf } from "../input.js";
import { terminalColors } from "../output.js";
import { printable } from "../printable.js";
import { type Column, formatTable, type Row } from "../table.js";
import type { ColorReport, LabelReport } from "./report.js";

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

export function describeLabels(report: LabelReport): string {
  const { labels, unlabelled, snapped, issues, ...size } = report;
  const share = shareOf(size);
  const table = (columns: readonly Column[], rows: readonly Row[]) =>
    formatTable(columns, rows, terminalColors());
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

export function describeColors({ mask, colors, issues, ...size }: ColorReport): string {
  const share = shareOf(size);
  const { color, pixels, share: shares, box } = COLUMNS;
  const rows = colors.map((entry) => ({
    color: entry.color,
    cells: [entry.color, String(entry.pixelCount), share(entry.pixelCount), formatBox(entry.bbox)],
  }));
  const sections = [
    `${nameOf(mask)} without a legend: ${size.width}×${size.height} pixels, ${counted(colors.length, "colour")}\n`,
    formatTable([color, pixels, shares, box], rows, terminalColors()),
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
