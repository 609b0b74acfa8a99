/// <reference types="node" />
/**
 * A folder of masks may have output directories of labelmap in it. Their files were made from the masks, so they are no part
 * of the source: they would make its format unclear, or add each mask a second time.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { LabelMapError } from "labelmap";
import type { FileSource } from "labelmap/formats";
import { WORK_FOLDER } from "../batch/directory-storage.js";

/** What a set consists of. Without such a file outside of them, the output directories are the source. */
const OF_SETS = /\.(?:png|tiff?|bmp|gif|webp|npy|npz|json|xml|ya?ml|txt|csv)$/i;

/** The files without those of the output directories below their folder. */
export async function withoutOutputs<T extends { readonly source: FileSource; readonly root: string | null }>(
  files: T,
): Promise<T & { readonly leftOut?: readonly string[] }> {
  const { source, root } = files;
  if (root === null) return files;
  let paths: readonly string[];
  try {
    paths = await source.list();
  } catch (error) {
    // Whoever needs the list gets the error.
    if (error instanceof LabelMapError) return files;
    throw error;
  }
  const leftOut = outputsIn(root, paths);
  const rest = paths.filter((path) => !leftOut.some((folder) => path.startsWith(`${folder}/`)));
  if (leftOut.length === 0 || !rest.some((path) => OF_SETS.test(path))) return files;
  return { ...files, source: { ...source, list: async () => rest }, leftOut };
}

/** The output directories that these files are in, the outermost only. */
function outputsIn(root: string, paths: readonly string[]): string[] {
  const isOutput = new Map<string, boolean>();
  const outermost = (path: string): string | undefined => {
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
      const folder = path.slice(0, end);
      const known = isOutput.get(folder) ?? existsSync(join(root, folder, WORK_FOLDER));
      isOutput.set(folder, known);
      if (known) return folder;
    }
    return undefined;
  };
  return [...new Set(paths.map(outermost).filter((folder) => folder !== undefined))].sort();
}
