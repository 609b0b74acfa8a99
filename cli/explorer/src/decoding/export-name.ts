/** The name of an exported file, in the page and in the program that writes the same file. */
import type { ExportKind } from "./protocol.js";

const ENDINGS: Readonly<Record<ExportKind, string>> = {
  "npy-label": ".labels.npy",
  "npy-semantic": ".semantic.npy",
  "npy-panoptic": ".panoptic.npy",
  "png-semantic": ".semantic.png",
  "coco-rle": ".rle.json",
};

/** @param name of the mask, which may include folders. The name of a download cannot. */
export function exportName(name: string, kind: ExportKind): string {
  return `${fileName(name)}${ENDINGS[kind]}`;
}

/** Of a picture of the mask. */
export function pictureName(name: string): string {
  return `${fileName(name)}.picture.png`;
}

/** Of an edited legend. */
export function legendName(name: string): string {
  return `${fileName(name)}.json`;
}

function fileName(name: string): string {
  return name.replaceAll("/", "_");
}

/** Of a file with the exported masks of a data set. */
export function setName(kind: ExportKind): string {
  return `masks${ENDINGS[kind]}`;
}

/** The ending of each file of an exported data set. */
export function endingOf(kind: ExportKind): string {
  return ENDINGS[kind].replace(/^.*(?=\.)/, "");
}
