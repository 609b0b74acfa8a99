/** Which format the files of a source have. If that is in doubt, the command lists the candidates and asks. */

import { type Candidate, recognise, type SetFormat } from "labelmap/formats";
import { UsageError } from "../usage-error.js";
import { otherValues } from "./decoded-output.js";
import { notRead } from "./not-read.js";
import type { OpenedFiles } from "./open-files.js";
import { formatOfFlags, READABLE, type SourceFlags } from "./source-flags.js";

/** The formats of data sets that the files may be of, the surest first. */
export async function candidatesOf({ source }: OpenedFiles): Promise<readonly Candidate[]> {
  return readableOf(await recognise(source));
}

/** The format that the files and the flags leave no doubt about. @throws {UsageError}: there is none, or several */
export async function chooseFormat(
  files: OpenedFiles,
  flags: SourceFlags,
  {
    known,
    prefix = "",
  }: { readonly known?: readonly Candidate[] | undefined; readonly prefix?: string } = {},
): Promise<SetFormat> {
  const { name } = files;
  const byFlags = formatOfFlags(flags);
  if (byFlags !== undefined) return byFlags;
  const candidates = known === undefined ? await candidatesOf(files) : readableOf(known);
  const only = sureFormat(candidates);
  if (only !== undefined) return only;
  if (candidates.length === 0) {
    const kind = notRead(await files.source.list()) ?? (await otherValues(files, undefined));
    if (kind !== undefined) throw new UsageError(`${name}: ${kind.problem}; ${kind.remedy}`);
    const remedy = `give the format with --${prefix}from, or the legend of a folder of masks with --${prefix}legend`;
    const [output] = files.leftOut ?? [];
    const other = output === undefined ? "" : `; to read ${output}/, which labelmap wrote, name that folder`;
    throw new UsageError(`${name}: no format is recognised; ${remedy}${other}`);
  }
  throw new UsageError(
    `${name} may be of several formats; give one with --${prefix}from:`,
    candidates.map((each) => describe(each, prefix)),
  );
}

/** The candidates whose data sets are read. */
export function readableOf(candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(
    ({ format, lacks }) => lacks === undefined && READABLE.includes(format.name as SetFormat),
  );
}

/** The one format that is certain, or likely if nothing else is; `undefined` if there is a doubt. */
export function sureFormat(candidates: readonly Candidate[]): SetFormat | undefined {
  const certain = candidates.filter(({ confidence }) => confidence === "certain");
  const [only, ...others] = certain.length > 0 ? certain : candidates;
  const isSure = only !== undefined && others.length === 0 && only.confidence !== "possible";
  return isSure ? (only.format.name as SetFormat) : undefined;
}

/** A line that says how to choose a candidate, and why. */
export function describe({ format, confidence, reason }: Candidate, prefix = ""): string {
  return `--${prefix}from ${format.name}  (${confidence}) ${reason}`;
}
