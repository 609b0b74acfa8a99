/** What a data set has, as text for people. */

import { counted } from "labelmap/checks";
import { printable } from "../printable.js";
import { type Column, formatTable, type Row } from "../table.js";
import type { ClassSummary, SetSummary } from "./summary.js";

/** Each list shows this many lines. */
const SHOWN = 10;

/** @param found what the set is, and how that shows */
export function describeSet(
  name: string,
  found: string,
  summary: SetSummary,
  issues: readonly { readonly message: string }[],
): string {
  const sections = [
    [`${name}: ${found}`, ...factsOf(summary)].map((line) => printable(line)).join("\n"),
    classTable(summary),
    list(
      "Not in the legend",
      summary.unlabelled.values,
      ({ value, pixels, images }) => `${value}  ${counted(pixels, "pixel")} in ${counted(images, "image")}`,
    ),
    list("Problems", issues, ({ message }) => message),
    list(
      "Not decoded",
      summary.failures,
      ({ name: image, code, message }) => `${image}: ${code}: ${message}`,
      summary.failed,
    ),
    summary.omitted === 0 ? "" : `Not listed, because the lists were full: ${summary.omitted}`,
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

/** Images, parts, sizes, classes, photos, and pixels without a label: a line for each. */
export function factsOf(summary: SetSummary): string[] {
  const { images, failed, parts, sizes, classes, objects, photos, unlabelled } = summary;
  const all = images + failed;
  const inParts = Object.values(parts).reduce((sum, count) => sum + count, 0);
  const shares = Object.entries(parts).map(([part, count]) => `${part} ${count}`);
  const used = classes.filter(({ pixels }) => pixels > 0).length;
  const shown = sizes.slice(0, 5).map(({ width, height, images: count }) => {
    return sizes.length === 1 ? `${width}×${height}` : `${width}×${height} (${count})`;
  });
  const more = sizes.length > shown.length ? ` and ${sizes.length - shown.length} more` : "";
  return [
    [
      counted(all, "image"),
      ...(shares.length === 0
        ? []
        : [`in parts: ${shares.join(", ")}${inParts < all ? `, in no part ${all - inParts}` : ""}`]),
      ...(failed > 0 ? [`${failed} not decoded`] : []),
      photos === 0 ? "no photos" : photos === all ? "all with photos" : `${photos} with photos`,
    ].join(", "),
    ...(images === 0
      ? []
      : [
          `${sizes.length === 1 ? "size" : counted(sizes.length, "size")}: ${shown.join(", ")}${more}`,
          `${counted(classes.length, "class", "classes")}${used < classes.length ? `, ${used} with pixels` : ""}, ${counted(objects, "object")}`,
          unlabelled.pixels === 0
            ? "every pixel has a label"
            : `unlabelled: ${percent(unlabelled.share)} of the pixels, in ${counted(unlabelled.images, "image")}`,
        ]),
  ];
}

const COLUMNS: readonly Column[] = [
  { title: "id", align: "right" },
  { title: "class", align: "left" },
  { title: "pixels", align: "right" },
  { title: "share", align: "right" },
  { title: "images", align: "right" },
  { title: "objects", align: "right" },
  { title: "smallest", align: "right" },
  { title: "largest", align: "right" },
];

/** The classes that have pixels, and the names of the others. */
function classTable({ classes, objects }: SetSummary): string {
  const used = classes.filter(({ pixels }) => pixels > 0);
  if (used.length === 0) return "";
  const columns = objects > 0 ? COLUMNS : COLUMNS.slice(0, 5);
  const rows = used.map((entry): Row => ({ color: "", cells: cellsOf(entry).slice(0, columns.length) }));
  const unused = classes.filter(({ pixels }) => pixels === 0).map(({ name }) => name);
  const more = unused.length > SHOWN ? ` and ${unused.length - SHOWN} more` : "";
  const rest = unused.length === 0 ? [] : [`without pixels: ${unused.slice(0, SHOWN).join(", ")}${more}`];
  return [formatTable(columns, rows, 0), ...rest.map((line) => printable(line))].join("\n");
}

function cellsOf({ id, name, pixels, share, images, objects, smallest, largest }: ClassSummary): string[] {
  return [
    ...[id === null ? "" : String(id), name, String(pixels), percent(share), String(images), String(objects)],
    ...[smallest === null ? "" : String(smallest.pixels), largest === null ? "" : String(largest.pixels)],
  ];
}

function list<T>(
  title: string,
  items: readonly T[],
  describe: (item: T) => string,
  count = items.length,
): string {
  if (count === 0) return "";
  const lines = items.slice(0, SHOWN).map((item) => `  ${printable(describe(item))}`);
  return [
    `${title}:`,
    ...lines,
    ...(count > lines.length ? [`  and ${count - lines.length} more; --json lists up to 100`] : []),
  ].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
