/** What an exported file is called, in the page and in the program that makes the same one. */
import type { ExportKind } from "./protocol.js";

const ENDINGS: Readonly<Record<ExportKind, string>> = {
  "npy-label": ".labels.npy",
  "npy-semantic": ".semantic.npy",
  "npy-panoptic": ".panoptic.npy",
  "png-semantic": ".semantic.png",
  "coco-rle": ".rle.json",
};

/** @param name of the mask, which may be in a folder: no download can be. */
export function exportName(name: string, kind: ExportKind): string {
  return `${name.replaceAll("/", "_")}${ENDINGS[kind]}`;
}
