/** The figures of a comparison as text for a terminal. */

import { counted } from "labelmap/checks";
import { printable } from "../printable.js";
import { type Column, formatTable } from "../table.js";
import type { ClassRow, Score, Summary } from "./summary.js";

const DIGITS = 4;

/** A score with four digits. Only a perfect score is 1.0000, and only an empty one is 0.0000. */
export function formatScore(value: Score): string {
  if (value === null) return "–";
  const least = 10 ** -DIGITS;
  const shown = value > 0 && value < 1 ? Math.min(1 - least, Math.max(least, value)) : value;
  return shown.toFixed(DIGITS);
}

/** A share of a row in per cent, of at most five characters. */
export function formatPercent(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  if (percent < 0.1) return "<0.1";
  return part < whole && percent > 99.9 ? ">99.9" : percent === 100 ? "100" : percent.toFixed(1);
}

/** The rows that say something: classes that occur in neither side are left out. */
export function seenClasses({ classes }: Summary): readonly ClassRow[] {
  return classes.filter(({ iou }) => iou !== null);
}

const right = (title: string): Column => ({ title, align: "right" });

export function describeSummary(summary: Summary, { confusion }: { readonly confusion: boolean }): string {
  const sections = [titleOf(summary), headline(summary), classTable(summary)];
  if (confusion) sections.push(confusionTable(summary));
  if (summary.worst.length > 0) sections.push(worstTable(summary));
  return sections.join("\n\n");
}

function titleOf({ truth, prediction, images }: Summary): string {
  return printable(`${prediction.source} compared with ${truth.source}: ${counted(images, "image")}`);
}

function headline({ means, panoptic, hasObjects }: Summary): string {
  const figures: (readonly [string, Score])[] = [
    ["mean IoU", means.iou],
    ["pixel accuracy", means.pixelAccuracy],
    ["frequency-weighted IoU", means.frequencyWeightedIoU],
    ["mean boundary IoU", means.boundaryIoU],
  ];
  if (hasObjects) {
    figures.push(
      ["PQ", panoptic.all.pq],
      ["PQ of things", panoptic.things.pq],
      ["PQ of stuff", panoptic.stuff.pq],
    );
  }
  const width = figures.reduce((most, [name]) => Math.max(most, name.length), 0);
  return figures.map(([name, value]) => `${name.padEnd(width)}  ${formatScore(value)}`).join("\n");
}

function classTable(summary: Summary): string {
  const { by, means, panoptic, hasObjects, classes } = summary;
  const seen = seenClasses(summary);
  const columns: Column[] = [
    { title: by, align: "left" },
    ...["IoU", "precision", "recall", "Dice", "boundary IoU"].map(right),
    ...(hasObjects ? ["PQ", "SQ", "RQ"].map(right) : []),
    right("pixels"),
  ];
  const cellsOf = (
    row: Pick<ClassRow, "iou" | "precision" | "recall" | "dice" | "boundaryIoU" | "pq" | "sq" | "rq">,
  ) => [
    ...[row.iou, row.precision, row.recall, row.dice, row.boundaryIoU].map(formatScore),
    ...(hasObjects ? [row.pq, row.sq, row.rq].map(formatScore) : []),
  ];
  const rows = seen.map((row) => ({
    color: "",
    cells: [row.name, ...cellsOf(row), String(row.truthPixels)],
  }));
  const total = seen.reduce((sum, { truthPixels }) => sum + truthPixels, 0);
  rows.push({ color: "", cells: ["mean", ...cellsOf({ ...means, ...panoptic.all }), String(total)] });
  const table = formatTable(columns, rows, 0);
  const unseen = classes.length - seen.length;
  if (unseen === 0) return table;
  const plural = by === "class" ? "classes" : "supercategories";
  return `${table}\n${counted(unseen, `${by} occurs`, `${plural} occur`)} in neither side`;
}

/** Columns have numbers, because names would be too wide. */
function confusionTable(summary: Summary): string {
  const { confusion } = summary;
  const seen = new Set(seenClasses(summary).map(({ name }) => name));
  const places = confusion.classes.flatMap((name, place) => (seen.has(name) ? [place] : []));
  const hasNone = confusion.unpredicted.some((pixels) => pixels > 0);
  const columns: Column[] = [
    right("no."),
    { title: "truth", align: "left" },
    ...places.map((_, index) => right(String(index + 1))),
    ...(hasNone ? [right("none")] : []),
  ];
  const rows = places.map((row, index) => {
    const counts = [
      ...places.map((column) => confusion.pixels[row]![column]!),
      ...(hasNone ? [confusion.unpredicted[row]!] : []),
    ];
    const whole = counts.reduce((sum, pixels) => sum + pixels, 0);
    const cells = counts.map((pixels) => (pixels === 0 ? "·" : formatPercent(pixels, whole)));
    return { color: "", cells: [String(index + 1), confusion.classes[row]!, ...cells] };
  });
  return `Confusion matrix, in % of the truth's pixels (row: truth, column: prediction):\n${formatTable(columns, rows, 0)}`;
}

function worstTable({ worst, hasObjects, images }: Summary): string {
  const columns: Column[] = [
    { title: "image", align: "left" },
    ...["mean IoU", "pixel accuracy", "mean boundary IoU"].map(right),
    ...(hasObjects ? [right("PQ")] : []),
    { title: "lowest class", align: "left" },
  ];
  const rows = worst.map(({ name, meanIoU, pixelAccuracy, meanBoundaryIoU, pq, lowestClass, lowestIoU }) => ({
    color: "",
    cells: [
      name,
      ...[meanIoU, pixelAccuracy, meanBoundaryIoU].map(formatScore),
      ...(hasObjects ? [formatScore(pq)] : []),
      `${lowestClass} ${formatScore(lowestIoU)}`,
    ],
  }));
  const title =
    worst.length === images ? "Images, the worst first" : `The worst ${worst.length} of ${images} images`;
  return `${title}:\n${formatTable(columns, rows, 0)}`;
}
