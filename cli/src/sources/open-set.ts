/// <reference types="node" />
/**
 * A data set from the arguments of a command: recognises its format, or takes the format of `--from`. What is recognised is
 * never used without a word: the command prints `reason`.
 */

import { type Candidate, type DataSet, readSet } from "labelmap/formats";
import { chooseFormat } from "./choose-format.js";
import { checkValues } from "./decoded-output.js";
import { ignoredMasks, withContainers } from "./mask-containers.js";
import { type OpenedFiles, openFiles } from "./open-files.js";
import { readingOf } from "./reading-options.js";
import type { SourceFlags } from "./source-flags.js";

export { candidatesOf, chooseFormat, describe, readableOf, sureFormat } from "./choose-format.js";
export {
  ANY_SOURCE,
  addFormatFlags,
  addReadingFlags,
  addSourceFlags,
  formatOfFlags,
  READABLE,
  type SourceFlags,
} from "./source-flags.js";

/** A data set, and where it comes from. */
export interface OpenedSet extends OpenedFiles {
  readonly set: DataSet;
  /** How the format was found, for people. */
  readonly found: string;
  /** What turned out to be odd about files while they were read, by code. */
  readonly odd?: ReadonlyMap<string, OddFiles>;
}

/** Files that have the same issue. */
export interface OddFiles {
  readonly count: number;
  /** What is said of the first one. */
  readonly first: string;
  /** The path of the last one. */
  readonly last: string;
}

/**
 * @param prefix what the names of the flags begin with, for messages: `prediction-` of `--prediction-from`.
 * @throws {UsageError}: no format is recognised, or several; what `readSet` throws
 */
export async function openSet(paths: readonly string[], flags: SourceFlags, prefix = ""): Promise<OpenedSet> {
  return readOpened(await openFiles(paths), flags, { prefix });
}

/** What is said of output directories in the source; nothing if there are none. */
function notReadOutputs({ leftOut = [] }: OpenedFiles): string[] {
  if (leftOut.length === 0) return [];
  const more = leftOut.length > 1 ? ` and ${leftOut.length - 1} more` : "";
  return [`Not read, because labelmap wrote it: ${leftOut[0]}/${more}.`];
}

/**
 * The set in files that are open.
 *
 * @param more.known what `recognise` said of them, if it was asked before
 * @throws as `openSet`
 */
export async function readOpened(
  opened: OpenedFiles,
  flags: SourceFlags,
  more: { readonly known?: readonly Candidate[]; readonly prefix?: string } = {},
): Promise<OpenedSet> {
  const { prefix = "" } = more;
  const odd = new Map<string, OddFiles>();
  const files = await withContainers(opened, flags, (path, { code, message }) => {
    const { count = 0, first = `${path}: ${message}`, last } = odd.get(code) ?? {};
    // A file may be read again.
    if (path !== last) odd.set(code, { count: count + 1, first, last: path });
  });
  // What was recognised before does not hold for masks in other containers.
  const known = files === opened ? more.known : undefined;
  const format = flags.from ?? (await chooseFormat(files, flags, { ...more, known }));
  await checkValues(files, format);
  const reading = await readingOf(files.source, format, flags, prefix);
  const read = await readSet(files.source, { format, ...reading } as never);
  const ignored = files === opened ? await ignoredMasks(files, format) : [];
  const set: DataSet = { ...read, issues: [...read.issues, ...ignored] };
  return { ...files, set, found: [set.reason, ...notReadOutputs(files)].join(" "), odd };
}
