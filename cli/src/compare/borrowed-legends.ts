/**
 * A folder of masks without legends, read with the legends of another folder: `truth/labelmap.txt` for all masks, or
 * `truth/street.json` for `model/street.png`.
 */

import type { FileSource } from "labelmap/formats";
import { readSet } from "labelmap/formats";
import type { OpenedFiles } from "../sources/open-files.js";
import type { OpenedSet, SourceFlags } from "../sources/open-set.js";

/** Files that may be legends or results. */
const LEGENDS = /\.(?:json|txt|csv|gpl)$/i;

/** The paths of the files that may be legends. */
export async function textFilesOf(source: FileSource): Promise<string[]> {
  return (await source.list()).filter((path) => LEGENDS.test(path));
}

export interface BorrowOptions {
  readonly truth: OpenedSet;
  /** The flags of the truth. */
  readonly flags: SourceFlags;
  /** The paths of the truth's legends. */
  readonly paths: readonly string[];
  /** The flags of the prediction. */
  readonly own: SourceFlags;
}

/** @throws what `readSet` throws */
export async function borrowLegends(
  files: OpenedFiles,
  { truth, flags, paths, own }: BorrowOptions,
): Promise<OpenedSet & { readonly notice: string }> {
  const places = new Map<string, { readonly source: FileSource; readonly path: string }>();
  for (const path of await files.source.list()) {
    if (!LEGENDS.test(path)) places.set(path, { source: files.source, path });
  }
  const [only, ...others] = paths;
  for (const [path, original] of placesOf(paths)) places.set(path, { source: truth.source, path: original });
  const source: FileSource = {
    list: async () => [...places.keys()],
    async read(path, first) {
      const place = places.get(path) ?? { source: files.source, path };
      return place.source.read(place.path, first);
    },
  };
  const { encoding = flags.encoding, suffix, read = {} } = own;
  const { snap, strict, classBy, transparent, maxPixels } = flags;
  const set = await readSet(source, {
    ...{ format: "mask-folder" as const },
    ...(others.length === 0 && { legend: only!.slice(only!.lastIndexOf("/") + 1) }),
    ...(encoding !== undefined && { encoding }),
    ...(suffix !== undefined && { suffix }),
    ...(snap !== undefined && { snap }),
    ...(strict !== undefined && { strict }),
    ...(classBy !== undefined && { classBy }),
    ...(transparent !== undefined && { transparent }),
    ...(maxPixels !== undefined && { maxPixels }),
    ...read,
  });
  const count = others.length === 0 ? `the legend ${only} of the truth is` : "the legends of the truth are";
  return { ...files, set, found: set.reason, notice: `has no legend of its own; ${count} used` };
}

/**
 * Where the legends are listed. A legend whose name occurs once is put at the top, where masks in any folder find it.
 * Legends of one name stay in their folders: `a/street.json` and `b/street.json`.
 */
function placesOf(paths: readonly string[]): ReadonlyMap<string, string> {
  const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(nameOf(path), (counts.get(nameOf(path)) ?? 0) + 1);
  return new Map(paths.map((path) => [counts.get(nameOf(path)) === 1 ? nameOf(path) : path, path]));
}
