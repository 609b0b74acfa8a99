/**
 * Turns a dataset's report into text for people: a table of the classes, then lists of what looks wrong, each with its
 * most frequent cases.
 */
import { counted } from "../checks/counted.js";
import type { ClassOccurrence, DatasetReportJSON } from "./report-data.js";

/** Each list shows this many lines. */
const SHOWN = 20;
/** Colours in no legend get fewer lines: in a blended mask they are all alike. */
const SHOWN_COLORS = 5;

/**
 * The report as text, ending in a newline. Lists stop after 20 lines, the list of unknown colours after 5; a last line
 * then says how many are missing.
 *
 * @param report a `DatasetReport`, or what its `toJSON` returned.
 */
export function formatReport(report: { toJSON(): DatasetReportJSON } | DatasetReportJSON): string {
  const data = "toJSON" in report ? report.toJSON() : report;
  const { unlabelled, omitted } = data;
  const omittedTotal = Object.values(omitted).reduce((sum, count) => sum + count, 0);
  const sections = [
    `${counted(data.images, "image")}, ${counted(data.pixels, "pixel")}, ${counted(data.classes.length, "class", "classes")}`,
    table(data.classes, data.pixels),
    list("Names that are nearly the same", data.similarNames, (names) => names.map(visible).join(", ")),
    list("Not in the class list", data.notInClassList ?? [], visible),
    list("Colours that are not one class", data.colorConflicts, ({ color, classes }) => {
      const meanings = classes.map(
        ({ className, images, firstImage }) => `${visible(className)} in ${images} (${visible(firstImage)})`,
      );
      return `${color}  ${meanings.join(", ")}`;
    }),
    `Unlabelled: ${percent(unlabelled.share)} of all pixels, in ${counted(unlabelled.images, "image")}`,
    list("Most unlabelled", unlabelled.worst, ({ id, share }) => `${percent(share)}  ${visible(id)}`),
    list(
      "Colours in no legend",
      unlabelled.colors,
      ({ color, pixels, images }) => `${color}  ${counted(pixels, "pixel")} in ${counted(images, "image")}`,
      SHOWN_COLORS,
    ),
    `Legend entries without a pixel: ${data.emptyLegendEntries}`,
    list(
      "Issues",
      data.issues,
      ({ code, count, images, example }) =>
        `${code}  ${count} in ${counted(images, "image")}; first in ${visible(example.id)}: ${visible(example.message)}`,
    ),
    list("Not decoded", data.failures, ({ id, message }) => `${visible(id)}: ${visible(message)}`),
    omittedTotal === 0 ? "" : `Left out, because the lists were full: ${JSON.stringify(omitted)}`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function table(classes: readonly ClassOccurrence[], totalPixels: number): string {
  if (classes.length === 0) return "";
  const rows = classes
    .slice(0, SHOWN)
    .map(({ className, images, legendImages, instances, pixels }) => [
      visible(className),
      String(images),
      String(legendImages),
      String(instances),
      String(pixels),
      percent(totalPixels === 0 ? 0 : pixels / totalPixels),
    ]);
  const lines = [["class", "images", "in legends", "objects", "pixels", "share"], ...rows];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join("  "),
  );
  return [...text, ...moreThan(classes.length)].join("\n");
}

function list<T>(title: string, items: readonly T[], describe: (item: T) => string, shown = SHOWN): string {
  if (items.length === 0) return "";
  const lines = items.slice(0, shown).map((item) => `  ${describe(item)}`);
  return [`${title}:`, ...lines, ...moreThan(items.length, shown)].join("\n");
}

function moreThan(count: number, shown = SHOWN): string[] {
  return count > shown ? [`  … and ${count - shown} more`] : [];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

/**
 * Names come from data. They are quoted if they have control characters, or spaces at an end, which nobody would see.
 */
function visible(text: string): string {
  const cut = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return cut !== cut.trim() || cut === "" || /\p{Cc}/u.test(cut) ? JSON.stringify(cut) : cut;
}
