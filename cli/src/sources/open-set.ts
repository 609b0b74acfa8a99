/// <reference types="node" />
/**
 * A data set from the arguments of a command: recognises its format, or takes the format of `--from`. What is recognised is
 * never used without a word: the command prints `reason`.
 */

import { type Command, Option } from "commander";
import type { ClassBy, SnapOptions, Transparent } from "labelmap";
import {
  type Candidate,
  type DataSet,
  FORMATS,
  readSet,
  recognise,
  type SetFormat,
  type SetReadOptions,
} from "labelmap/formats";
import { ANY_LEGEND, addLegendFlags, type LegendFlags, readLegendText, snapOption } from "../legend-flags.js";
import { readAny } from "../mask-legend.js";
import { type FormatOptions, parseFormatOption, parsePositiveInteger } from "../options.js";
import { transparentOption } from "../output-flags.js";
import { UsageError } from "../usage-error.js";
import { type OpenedFiles, openFiles } from "./open-files.js";

/** The flags of every command that reads data sets. */
export interface SourceFlags extends LegendFlags {
  readonly from?: SetFormat;
  readonly suffix?: string;
  readonly read?: FormatOptions;
  readonly snap?: SnapOptions;
  readonly transparent?: Transparent;
  readonly classBy?: ClassBy;
  readonly strict?: boolean;
  readonly maxPixels?: number;
}

/** A data set, and where it comes from. */
export interface OpenedSet extends OpenedFiles {
  readonly set: DataSet;
  /** How the format was found, for people. */
  readonly found: string;
}

/** The names of the formats whose data sets are read. */
export const READABLE: readonly SetFormat[] = FORMATS.filter(({ set, reads }) => set && reads).map(
  ({ name }) => name as SetFormat,
);
/** What a source may be, in the help of arguments. */
export const ANY_SOURCE = "a folder, a zip file, files, or a pattern in quotes";

export function addSourceFlags(command: Command): void {
  addReadingFlags(command);
  addLegendFlags(command, `for a folder of masks: ${ANY_LEGEND}`);
  command
    .addOption(snapOption("read"))
    .option("--strict", "fail if a key of the legend is not a colour, or if a chunk of a PNG has a defect")
    .addOption(
      new Option(
        "--class-by <what>",
        "which field says that labels belong to the same class (default: name)",
      ).choices(["name", "class_id"]),
    )
    .addOption(transparentOption());
}

/** The flags that single masks have no use for. */
export function addReadingFlags(command: Command): void {
  command
    .addOption(
      new Option("--from <format>", "the format of the source (default: recognised by its files)").choices(
        READABLE,
      ),
    )
    .option("--suffix <text>", "for a folder of masks: what their names end with, such as _mask")
    .option(
      "--read <name=value>",
      "an option of the format's reader, such as split=val; can be repeated",
      parseFormatOption,
    )
    .option(
      "--max-pixels <number>",
      "the most pixels a mask may have (default: 268435456)",
      parsePositiveInteger,
    );
}

/**
 * @throws {UsageError}: no format is recognised, or several; what `readSet` throws
 */
export async function openSet(paths: readonly string[], flags: SourceFlags): Promise<OpenedSet> {
  return readOpened(await openFiles(paths), flags);
}

/**
 * The set in files that are open.
 *
 * @param known what `recognise` said of them, if it was asked before
 * @throws as `openSet`
 */
export async function readOpened(
  files: OpenedFiles,
  flags: SourceFlags,
  known?: readonly Candidate[],
): Promise<OpenedSet> {
  const format = flags.from ?? (await chooseFormat(files, flags, known));
  const set = await readSet(files.source, { format, ...(await readingOf(format, flags)) } as never);
  return { ...files, set, found: set.reason };
}

/** Only a folder of masks has use for these flags. */
const FLAGS_OF_MASKS = ["legend", "encoding", "form", "suffix"] as const;

/** The format that the files and the flags leave no doubt about. */
async function chooseFormat(
  { source, name }: OpenedFiles,
  flags: SourceFlags,
  known?: readonly Candidate[],
): Promise<SetFormat> {
  const byFlags = formatOfFlags(flags);
  if (byFlags !== undefined) return byFlags;
  const candidates = readableOf(known ?? (await recognise(source)));
  const only = sureFormat(candidates);
  if (only !== undefined) return only;
  throw new UsageError(
    candidates.length === 0
      ? `${name}: no format is recognised; give the format with --from, or the legend of a folder of masks with --legend`
      : `${name} may be of several formats; give one with --from:\n${describe(candidates)}`,
  );
}

/** The format that the flags name or imply. Who gives a legend has masks without a layout of their own. */
export function formatOfFlags(flags: SourceFlags): SetFormat | undefined {
  return flags.from ?? (FLAGS_OF_MASKS.some((flag) => flags[flag] !== undefined) ? "mask-folder" : undefined);
}

/** The candidates whose data sets are read. */
export function readableOf(candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(({ format }) => READABLE.includes(format.name as SetFormat));
}

/** The one format that is certain, or likely if nothing else is; `undefined` if there is a doubt. */
export function sureFormat(candidates: readonly Candidate[]): SetFormat | undefined {
  const certain = candidates.filter(({ confidence }) => confidence === "certain");
  const [only, ...others] = certain.length > 0 ? certain : candidates;
  const isSure = only !== undefined && others.length === 0 && only.confidence !== "possible";
  return isSure ? (only.format.name as SetFormat) : undefined;
}

/** A line for each candidate. */
export function describe(candidates: readonly Candidate[]): string {
  return candidates
    .map(({ format, confidence, reason }) => `  --from ${format.name}  (${confidence}) ${reason}`)
    .join("\n");
}

/** The options of the format's reader. @throws {UsageError}: a flag that the format has no use for */
async function readingOf(format: SetFormat, flags: SourceFlags): Promise<object> {
  const { legend, encoding, form, suffix, read = {}, snap, strict, classBy, transparent, maxPixels } = flags;
  const limits = { ...(maxPixels !== undefined && { maxPixels }) };
  if (format !== "mask-folder") {
    const unused = [...FLAGS_OF_MASKS, "snap", "strict", "classBy", "transparent"] as const;
    const flag = unused.find((each) => flags[each] !== undefined);
    if (flag === undefined) return { ...limits, ...read };
    const name = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      `--${name} is for folders of masks, but the source is read as ${format}; leave it out`,
    );
  }
  const text = legend === undefined ? undefined : await readLegendText(legend);
  return {
    ...limits,
    ...(text !== undefined && { legend: readAny(text, { encoding, form, strict }) }),
    ...(encoding !== undefined && { encoding }),
    ...(suffix !== undefined && { suffix }),
    ...(snap !== undefined && { snap }),
    ...(strict !== undefined && { strict }),
    ...(classBy !== undefined && { classBy }),
    ...(transparent !== undefined && { transparent }),
    ...read,
  } satisfies SetReadOptions["mask-folder"];
}
