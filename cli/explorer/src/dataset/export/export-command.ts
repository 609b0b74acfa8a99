/** The command that writes the same maps as the export of a data set. The tests run it and compare all values. */
import type { MaskPair } from "../../files/mask-pair.js";
import { CLASSES, MASKS, type SetExport } from "./export-masks.js";

/** If there are more masks, the command reads their names from a file. Systems limit the length of a command. */
const MOST_NAMED = 12;

const FLAGS = {
  "npy-label": "--format npy --map label",
  "npy-semantic": "--format npy --map semantic",
  "npy-panoptic": "--format npy --map panoptic",
  "png-semantic": "--format png --map semantic",
  "coco-rle": "--format coco-rle",
} as const;

/**
 * @param dtype of maps of classes
 * @returns `null` if there are no masks, or the command does not write files of this kind
 */
export function exportCommand(
  masks: readonly MaskPair[],
  { kind, classes, missing }: SetExport,
  dtype: string,
): string | null {
  if (masks.length === 0) return null;
  // Of a mask without a legend, the page writes colours or numbers instead of labels.
  if (kind === "coco-rle" && masks.some(({ result }) => result === null)) return null;
  const flags = [
    FLAGS[kind],
    ...(kind.endsWith("semantic") && dtype !== "uint8" ? [`--dtype ${dtype}`] : []),
    ...(classes === null ? [] : [`--classes ${CLASSES}`]),
    ...(missing === "error" ? [] : ["--missing void"]),
    ...legendFlags(masks),
    "--out maps",
  ].join(" ");
  if (masks.length > MOST_NAMED) return `xargs -d '\\n' -a ${MASKS} labelmap decode ${flags} --`;
  return `labelmap decode ${flags} -- ${masks.map(({ mask }) => quoted(mask.name)).join(" ")}`;
}

/** The legend, if all masks have the same one, and how they are read. */
function legendFlags(masks: readonly MaskPair[]): string[] {
  const { result, mask, reading = {} } = masks[0]!;
  const isOwn = result?.name === mask.name.replace(/\.[^.]*$/, ".json");
  const isShared = masks.every((pair) => pair.result?.name === result?.name);
  return [
    ...(result !== null && isShared && !isOwn ? [`--legend ${quoted(result.name)}`] : []),
    ...(reading.encoding === undefined ? [] : [`--encoding ${reading.encoding}`]),
    ...(reading.form === undefined ? [] : [`--form ${quoted(reading.form)}`]),
  ];
}

/** For the shells of POSIX. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
