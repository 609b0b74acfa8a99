/// <reference types="node" />
/** What `labelmap decode` decodes: masks that are read file by file, or a data set. Either becomes the tasks of a batch. */

import { join } from "node:path";
import { counted } from "labelmap/checks";
import type { SetFormat } from "labelmap/formats";
import { collectSetClasses } from "../batch/collect-set-classes.js";
import { fromSet } from "../batch/from-set.js";
import { isPixelFormat } from "../batch/output-options.js";
import { fromFiles, type SourceProvider } from "../batch/sources.js";
import { hasPhotoNames, type OutputFlags } from "../output-flags.js";
import { type CollectClasses, fromResults } from "../output-from-flags.js";
import { printable } from "../printable.js";
import type { OpenedSet, SourceFlags } from "../sources/open-set.js";
import { checkOutside } from "../sources/outside-source.js";
import { argument, wordsOf } from "../sources/source-words.js";
import { findMasks, findPhotos, inspectArgs, pathsOf, readResults } from "./masks.js";

/** The tasks of `labelmap decode`. */
export interface ToDecode {
  /** What the masks are, for people; `null` if they are read file by file. */
  readonly found: string | null;
  /** The names of the masks. */
  readonly jobs: readonly string[];
  readonly source: SourceProvider;
  /** The files that are read. */
  readonly inputs: Iterable<string>;
  /** The file name of each mask's photo, if it has one. */
  readonly photos: ReadonlyMap<string, string>;
  readonly collect: CollectClasses;
  /** The flags of the output. Those of reading are left out if the set has been read with them. */
  readonly output: OutputFlags;
  /** What `labelmap inspect` needs to show a mask. */
  readonly inspectArgs: (job: string) => readonly string[];
  /** What turned out to be odd about the files while they were read. */
  readonly odd: () => readonly string[];
}

export type DecodeSourceFlags = OutputFlags & SourceFlags & { readonly out: string };

/** @throws {UsageError}; the system's error */
export async function ofMasks(paths: readonly string[], flags: DecodeSourceFlags): Promise<ToDecode> {
  const files = await findMasks(paths, flags);
  // One legend for all masks has an order of its own. Several legends may have several orders.
  const order = flags.legend === undefined ? "name" : "source";
  return {
    found: null,
    jobs: [...files.keys()],
    source: fromFiles((job) => files.get(job)!),
    inputs: pathsOf(files, flags.legend),
    photos: hasPhotoNames(flags.format) ? await findPhotos(files) : new Map(),
    collect: fromResults(() => readResults(files, flags), order),
    output: flags,
    inspectArgs: (job) => inspectArgs(files.get(job)!, flags),
    odd: () => [],
  };
}

/** @throws {UsageError}: the output directory is in the set, or two images would have the same output files */
export async function ofSet(opened: OpenedSet, flags: DecodeSourceFlags): Promise<ToDecode> {
  const { set, name, root, source: files, inputs, found } = opened;
  checkOutside(flags.out, opened);
  const { tasks, source, photos } = await fromSet(set);
  // The set has been read with these.
  const { legend, encoding, form, snap, strict, transparent, classBy, maxPixels, ...output } = flags;
  const words = wordsOf({ ...flags, from: set.format.name as SetFormat });
  return {
    found: `${printable(name)}: ${found}`,
    jobs: tasks.map(({ job }) => job),
    source,
    inputs:
      root === null
        ? inputs
        : [
            ...(await files.list()).map((path) => join(root, path)),
            ...(legend === undefined ? [] : [legend]),
          ],
    photos,
    collect: (options) => collectSetClasses(set, options),
    // The label numbers of an image mean something only with its own result, which a set does not have.
    output: isPixelFormat(flags.format) ? { ...output, map: flags.map ?? "semantic" } : output,
    inspectArgs: () => [...inputs.map(argument), ...words],
    odd: () => describeOdd(opened),
  };
}

/** A line for each issue of files: the first file, and how many more have it. */
export function describeOdd({ odd }: Pick<OpenedSet, "odd">): string[] {
  return Array.from(odd ?? [], ([code, { count, first }]) => {
    const others = count > 1 ? ` (${counted(count - 1, "more file")} with the issue ${code})` : "";
    return `  ${first}${others}`;
  });
}
