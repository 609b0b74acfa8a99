/**
 * Loads the masks for tests and benchmarks: the committed fixtures, and a folder of real masks if the variable
 * LABELMAP_CORPUS names one. Each folder has a manifest.json with the results of an independent decoder.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const FIXTURES = fileURLToPath(new URL("../fixtures/masks", import.meta.url));

/**
 * @typedef {{ sha256: string, width: number, height: number, counts: Record<string, number> | null, unlabelled: number
 *   | null }} Expected `sha256` of the labels as little-endian int32; `counts` by label
 * @typedef {{ name: string, file: string, folder: string, png: Uint8Array,
 *   result: { legend: Record<string, string> }, expected: Expected }} MaskCase
 * @returns {MaskCase[]}
 */
export function loadCorpus() {
  const folders = [FIXTURES];
  if (process.env.LABELMAP_CORPUS) folders.push(process.env.LABELMAP_CORPUS);
  return folders.flatMap(loadFolder);
}

function loadFolder(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  return manifest.map(({ file, sha256_int32le: sha256, width, height, counts, unlabelled }) => ({
    name: file.replace(/\.png$/, ""),
    file,
    folder,
    png: new Uint8Array(readFileSync(join(folder, file))),
    result: JSON.parse(readFileSync(join(folder, file.replace(/\.png$/, ".json")), "utf8")),
    expected: { sha256, width, height, counts, unlabelled },
  }));
}
