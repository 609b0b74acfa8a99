/// <reference types="node" />
/**
 * What the arguments of `decode` and `classes` name: masks with results, which these commands read file by file, or a data
 * set in any other form.
 *
 * Masks are PNG files, or folders that have PNG files, with a result or legend beside them or given by a flag. They are read
 * as they always were: without the format being recognised, and without subfolders. Everything else is opened by `openSet`.
 */

import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LabelMapError } from "labelmap";
import { listMasks } from "labelmap/dataset/node";
import { type Candidate, recognise } from "labelmap/formats";
import { resultBeside } from "../input.js";
import { readAny } from "../mask-legend.js";
import { readableOf, sureFormat } from "./choose-format.js";
import { expandPatterns, isPattern, openFiles } from "./open-files.js";
import { type OpenedSet, readOpened, type SourceFlags } from "./open-set.js";

/** Masks by their paths, or a data set. */
export type MasksOrSet =
  | { readonly masks: readonly string[]; readonly opened?: undefined }
  | { readonly masks?: undefined; readonly opened: OpenedSet };

/** @throws {UsageError}: no file matches a pattern; what `openSet` throws if it is a data set */
export async function masksOrSet(paths: readonly string[], flags: SourceFlags): Promise<MasksOrSet> {
  const isOfSets = [flags.from, flags.suffix, flags.read].some((flag) => flag !== undefined);
  if (isOfSets) return { opened: await readOpened(await openFiles(paths), flags) };
  // Other paths that are missing are reported when they are read.
  const found = paths.some(isPattern) ? await expandPatterns(paths) : paths;
  if (await areMasks(found, flags)) return { masks: found };
  const kind = await kindOfMasks(found);
  // A set has one folder.
  if (kind !== null && found.length > 1 && found.some((path) => statSync(path).isDirectory())) {
    return { masks: found };
  }
  const files = await openFiles(found);
  const known = hasLegend(flags) ? undefined : await recognise(files.source).catch(unreadable);
  const format = known === undefined ? undefined : sureFormat(readableOf(known));
  // If in doubt, masks are read one by one: each then says what is wrong with its result, or that it has none.
  if (kind === "with results" && (format === undefined || format === "mask-folder")) return { masks: found };
  if (kind === "without results" && known !== undefined && format === undefined) return { masks: found };
  return { opened: await readOpened(files, flags, known?.length ? { known } : {}) };
}

/** A name that no set may have is no fault of masks that are read one by one. */
function unreadable(error: unknown): readonly Candidate[] {
  if (error instanceof LabelMapError) return [];
  throw error;
}

/** Whether all are masks whose legends are known. A path that is missing is no set either. */
async function areMasks(paths: readonly string[], flags: SourceFlags): Promise<boolean> {
  // One result shows what the others are. A list of files may be long.
  let isShown = hasLegend(flags);
  for (const path of paths) {
    if (!existsSync(path)) return true;
    if (statSync(path).isDirectory()) {
      if (!(await isFolderOfMasks(path, flags))) return false;
    } else {
      if (!/\.png$/i.test(path)) return false;
      isShown ||= await isLegend(resultBeside(path), flags);
      if (!isShown) return false;
    }
  }
  // Several folders are no set.
  return true;
}

async function isFolderOfMasks(folder: string, flags: SourceFlags): Promise<boolean> {
  const masks = await listMasks(folder);
  if (masks.length === 0 || hasLegend(flags)) return masks.length > 0;
  const first = masks.find(({ result }) => result !== null)?.result ?? null;
  return isLegend(first === null ? undefined : join(folder, first), flags);
}

/** Whether the masks need no files beside them. */
function hasLegend({ legend, encoding = "colors" }: SourceFlags): boolean {
  return legend !== undefined || encoding !== "colors";
}

/** Whether the file is a result or a legend. Formats such as LabelMe have other JSON beside their PNGs. */
async function isLegend(file: string | undefined, { form }: SourceFlags): Promise<boolean> {
  if (file === undefined) return false;
  try {
    readAny({ text: await readFile(file, "utf8"), name: file }, { form });
    return true;
  } catch (error) {
    // A legend that may be read in several ways is one.
    return error instanceof LabelMapError && error.code === "LEGEND_AMBIGUOUS";
  }
}

/** Whether each path has masks, and whether any mask has a result beside it; `null` if a path has no masks. */
async function kindOfMasks(paths: readonly string[]): Promise<"with results" | "without results" | null> {
  let hasResults = false;
  for (const path of paths) {
    if (statSync(path).isDirectory()) {
      const masks = await listMasks(path);
      if (masks.length === 0) return null;
      hasResults ||= masks.some(({ result }) => result !== null);
    } else {
      if (!/\.png$/i.test(path)) return null;
      hasResults ||= resultBeside(path) !== undefined;
    }
  }
  return hasResults ? "with results" : "without results";
}
