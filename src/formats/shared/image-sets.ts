/**
 * The lists of Pascal VOC and CVAT: `ImageSets/Segmentation/train.txt` has a name per line. Names with spaces are in double
 * quotes, as datumaro writes and reads them (`plugins/voc_format`).
 */

import { counted } from "../../checks/counted.js";
import { quote } from "../../checks/describe.js";
import type { Issue } from "../../errors.js";
import { readText } from "../files.js";
import type { FileSource } from "../set.js";

export interface ImageSets {
  /** The parts that list each name, in the order of the files' names. */
  readonly splitsOf: ReadonlyMap<string, readonly string[]>;
  readonly issues: readonly Issue[];
}

/**
 * @param root the folder of `ImageSets`, empty or with a `/` at its end
 * @param names the names that have a mask
 */
export async function readImageSets(
  source: FileSource,
  paths: readonly string[],
  root: string,
  names: ReadonlySet<string>,
): Promise<ImageSets> {
  const folder = `${root}ImageSets/Segmentation/`;
  const splitsOf = new Map<string, string[]>();
  const issues: Issue[] = [];
  for (const path of paths) {
    if (!path.startsWith(folder) || !/^[^/]+\.txt$/i.test(path.slice(folder.length))) continue;
    const split = path.slice(folder.length).replace(/\.txt$/i, "");
    const missing: string[] = [];
    for (const line of (await readText(source, path)).split(/\r?\n/)) {
      const name = nameIn(line, names);
      if (name === null) continue;
      if (!names.has(name)) missing.push(name);
      splitsOf.set(name, [...(splitsOf.get(name) ?? []), split]);
    }
    if (missing.length === 0) continue;
    const verb = missing.length === 1 ? "has" : "have";
    const message = `${path}: ${counted(missing.length, "image")} ${verb} no mask, first ${quote(missing[0]!)}.`;
    issues.push({ code: "mask-missing", message, path });
  }
  return { splitsOf, issues };
}

/** The name in a line; null if the line is empty or a comment. A second word is no part of the name. */
function nameIn(line: string, names: ReadonlySet<string>): string | null {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return null;
  const quoted = /^"([^"]+)"/.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  return names.has(text) ? text : text.split(/\s/)[0]!;
}

/** The part of an image in one word. `trainval` says less than `train`, and `default` is CVAT's word for no part. */
export function splitOf(splits: readonly string[] | undefined): string | null {
  const known = (splits ?? []).filter((split) => split !== "default");
  return known.find((split) => split !== "trainval") ?? known[0] ?? null;
}

/** Gathers the names of each part while a set is written. */
export class ImageSetLists {
  readonly #names = new Map<string, string[]>();

  add(split: string, name: string): void {
    const names = this.#names.get(split);
    if (names === undefined) this.#names.set(split, [name]);
    else names.push(name);
  }

  /** The path and the text of each list. */
  files(): [path: string, text: string][] {
    return [...this.#names].map(([split, names]) => [
      `ImageSets/Segmentation/${split}.txt`,
      names.map((name) => `${/[\s"#]/.test(name) ? `"${name}"` : name}\n`).join(""),
    ]);
  }
}
