/// <reference types="node" />
/** `labelmap inspect` of a data set: what it is, and what its images have in common. */

import type { Command } from "commander";
import type { ClassList } from "labelmap";
import type { DataSet } from "labelmap/formats";
import { inFlags } from "../in-flags.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { openFiles } from "../sources/open-files.js";
import { addReadingFlags, readOpened, type SourceFlags } from "../sources/open-set.js";
import { describeSet } from "./describe-set.js";
import { SummaryBuilder } from "./summary.js";
import { failureOf, walk } from "./walk.js";
import { WatchedSource } from "./watched-source.js";

export interface InspectSetFlags extends SourceFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `--from`, `--suffix`, `--read` and `--max-pixels`. `inspect` of a mask has the other flags of sources. */
export function addSetFlags(command: Command): void {
  addReadingFlags(command);
}

/** Whether a flag is given that only data sets have. */
export function hasSetFlags({ from, suffix, read, maxPixels }: SourceFlags): boolean {
  return [from, suffix, read, maxPixels].some((flag) => flag !== undefined);
}

/**
 * Prints the set. The exit code is 1 if a mask cannot be decoded.
 * @throws {UsageError}: no format is recognised, or several; what `readSet` throws
 */
export async function inspectSet(paths: readonly string[], flags: InspectSetFlags): Promise<void> {
  const { json = false, quiet = false } = flags;
  const files = await openFiles(paths);
  const source = new WatchedSource(files.source);
  const { set, name, found } = await readOpened({ ...files, source }, flags);
  const builder = new SummaryBuilder();
  for await (const image of walk(set, source, { isQuiet: quiet })) builder.add(image);
  const { classes, problem } = await classesOf(set);
  const built = builder.build(classes);
  const summary = { ...built, failures: built.failures.map(reworded) };
  const issues = [...set.issues, ...(problem === null ? [] : [problem])].map(reworded);
  if (json) {
    const { name: format, title } = set.format;
    const about = { source: name, format, title, reason: found };
    await print(printable(JSON.stringify({ ...about, ...summary, issues }, null, 2), "\n"));
  } else {
    await print(describeSet(name, found, summary, issues));
  }
  if (summary.failed > 0) process.exitCode = 1;
}

/** The same in the words of the command. */
function reworded<T extends { readonly code: string; readonly message: string }>(problem: T): T {
  return { ...problem, message: inFlags(problem.message, problem.code) };
}

/** The classes of a set; if its legends cannot be used, why. */
export async function classesOf(set: DataSet): Promise<{
  readonly classes: ClassList | null;
  readonly problem: { readonly code: string; readonly message: string } | null;
}> {
  try {
    return { classes: await set.classes(), problem: null };
  } catch (error) {
    const { code, message } = failureOf("", error);
    return { classes: null, problem: { code, message } };
  }
}
