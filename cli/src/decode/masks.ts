/// <reference types="node" />
/** The masks that `labelmap decode` reads file by file, with their results, and their photos. */

import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pairFiles } from "labelmap/dataset";
import { listMasks, nameOfMask } from "labelmap/dataset/node";
import { encodingOf } from "labelmap/ids";
import { readSource } from "../batch/read-source.js";
import { resultBeside } from "../input.js";
import { isPalette, type LegendFlags, readingArgs } from "../legend-flags.js";
import { UsageError } from "../usage-error.js";

export interface MaskFiles {
  readonly mask: string;
  /** A file, a palette's name as text, or `null`: the numbers of the mask are the names. */
  readonly result: string | { readonly text: string } | null;
}

/** The masks by name; the outputs get the same names. @throws {UsageError}; the system's error */
export async function findMasks(
  paths: readonly string[],
  { legend, encoding = "colors" }: LegendFlags,
): Promise<ReadonlyMap<string, MaskFiles>> {
  const files = new Map<string, MaskFiles>();
  const given = legend !== undefined && isPalette(legend) ? { text: legend } : legend;
  const add = (mask: string, result: MaskFiles["result"] | undefined) => {
    const job = nameOfMask(basename(mask));
    const other = files.get(job)?.mask;
    if (other !== undefined && other !== mask) {
      throw new UsageError(
        `${other} and ${mask} would have the same output files; decode them into different directories`,
      );
    }
    // A missing file is an error of its own, which names the file. Numbers need no legend.
    const missing = encoding === "colors" ? join(dirname(mask), `${job}.json`) : null;
    files.set(job, { mask, result: result ?? missing });
  };
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) {
      add(path, given ?? resultBeside(path));
      continue;
    }
    const masks = await listMasks(path);
    if (masks.length === 0)
      throw new UsageError(`${path} contains no masks: no file name there ends in .png`);
    for (const { file, result } of masks) {
      add(join(path, file), result === null ? given : join(path, result));
    }
  }
  return files;
}

/** What `labelmap inspect` needs to read the mask like this run. */
export function inspectArgs({ mask, result }: MaskFiles, flags: LegendFlags): string[] {
  const legend = textOf(result);
  const isBeside = legend === (resultBeside(mask) ?? null);
  return [mask, ...(isBeside ? [] : ["--legend", legend!]), ...readingArgs(flags)];
}

export function* pathsOf(
  files: ReadonlyMap<string, MaskFiles>,
  legend: string | undefined,
): Iterable<string> {
  if (legend !== undefined) yield legend;
  for (const { mask, result } of files.values()) {
    yield mask;
    if (typeof result === "string" && result !== legend) yield result;
  }
}

/** The file name of the photo beside each mask that has one, by the mask's name. */
export async function findPhotos(
  files: ReadonlyMap<string, MaskFiles>,
): Promise<ReadonlyMap<string, string>> {
  const photos = new Map<string, string>();
  for (const folder of new Set(Array.from(files.values(), ({ mask }) => dirname(mask)))) {
    for (const { mask, photo } of pairFiles(await readdir(folder), { byNameOnly: true }).pairs) {
      const job = nameOfMask(mask);
      const given = files.get(job)?.mask;
      const isGiven = given !== undefined && dirname(given) === folder && basename(given) === mask;
      if (photo !== null && isGiven) photos.set(job, photo);
    }
  }
  return photos;
}

/**
 * The text of each legend, once; that of `--legend` comes first. A legend that cannot be read is skipped: its task fails
 * later and says why. Masks without a legend have that of their encoding, if it has one.
 */
export async function* readResults(
  files: ReadonlyMap<string, MaskFiles>,
  { legend, encoding }: LegendFlags,
): AsyncIterable<string> {
  const results = new Map(Array.from(files.values(), ({ result }) => [textOf(result), result]));
  const isUsed = legend !== undefined && results.has(legend);
  for (const result of new Set([...(isUsed ? [results.get(legend)!] : []), ...results.values()])) {
    if (result === null) {
      const own = encodingOf(encoding ?? "colors")?.legend;
      if (own !== undefined) yield own;
    } else if (typeof result !== "string") yield result.text;
    else {
      const bytes = await readSource(result).catch(() => undefined);
      if (bytes !== undefined) yield new TextDecoder().decode(bytes);
    }
  }
}

function textOf(result: MaskFiles["result"]): string | null {
  return typeof result === "string" || result === null ? result : result.text;
}
