/// <reference types="node" />
/**
 * A data set from the arguments of a command: recognises its format, or takes the format of `--from`. What is recognised is
 * never used without a word: the command prints `reason`.
 */

import { type Command, Option } from "commander";
import type { ClassBy, Issue, SnapOptions, Transparent } from "labelmap";
import { counted } from "labelmap/checks";
import { type PairFilesOptions, pairFiles } from "labelmap/dataset";
import {
  type Candidate,
  type DataSet,
  type FileSource,
  FORMATS,
  readSet,
  recognise,
  type SetFormat,
  type SetReadOptions,
} from "labelmap/formats";
import { ANY_LEGEND, addLegendFlags, type LegendFlags, readLegendText, snapOption } from "../legend-flags.js";
import { type LegendReading, type LegendText, legendOfMask, readAny } from "../mask-legend.js";
import { type FormatOptions, parseFormatOption, parsePositiveInteger } from "../options.js";
import { transparentOption } from "../output-flags.js";
import { UsageError } from "../usage-error.js";
import { notRead } from "./not-read.js";
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
 * @param prefix what the names of the flags begin with, for messages: `prediction-` of `--prediction-from`.
 * @throws {UsageError}: no format is recognised, or several; what `readSet` throws
 */
export async function openSet(paths: readonly string[], flags: SourceFlags, prefix = ""): Promise<OpenedSet> {
  return readOpened(await openFiles(paths), flags, { prefix });
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
  const reading = await readingOf(files.source, format, flags, prefix);
  const read = await readSet(files.source, { format, ...reading } as never);
  const ignored = files === opened ? await ignoredMasks(files, format) : [];
  const set: DataSet = { ...read, issues: [...read.issues, ...ignored] };
  return { ...files, set, found: set.reason, odd };
}

/**
 * Masks in TIFF, BMP, WebP and GIF, if there is no PNG: beside PNGs such files are photos. With `--snap`, masks in JPEG too.
 */
async function withContainers(
  files: OpenedFiles,
  { from, snap, maxPixels }: SourceFlags,
  onIssue: (path: string, issue: Issue) => void,
): Promise<OpenedFiles> {
  const paths = await files.source.list();
  const isOfPngs =
    from === undefined || FORMATS.find(({ name }) => name === from)!.extensions.includes(".png");
  if (!isOfPngs || paths.some((path) => /\.png$/i.test(path))) return files;
  const { kindOfName, pngSource } = await import("../containers/index.js");
  const possible = snap === undefined ? MASK_KINDS : [...MASK_KINDS, "jpeg" as const];
  const masks = [...(files.named ?? paths)].map(kindOfName);
  const kinds = possible.filter((kind) => masks.includes(kind));
  if (kinds.length === 0) return files;
  // Photos beside an annotation file stay photos.
  if (from === undefined && (await recognise(files.source)).length > 0) return files;
  const source = pngSource(files.source, {
    kinds,
    ...(snap !== undefined && { lossy: "accept" }),
    ...(maxPixels !== undefined && { maxPixels }),
    onIssue,
  });
  return { ...files, source };
}

/** Files of a folder of masks that may be masks too, but are not read because there are PNGs. */
async function ignoredMasks({ source }: OpenedFiles, format: SetFormat): Promise<readonly Issue[]> {
  if (format !== "mask-folder" && format !== "binary-masks") return [];
  const paths = await source.list();
  const stem = (path: string) => path.replace(/\.[^./]+$/, "").replace(/^.*\//, "");
  const pngs = new Set(paths.filter((path) => /\.png$/i.test(path)).map(stem));
  const others = paths.filter((path) => /\.(?:tiff?|bmp|gif)$/i.test(path) && !pngs.has(stem(path)));
  if (others.length === 0) return [];
  const found = `${counted(others.length, "TIFF, BMP or GIF file")}, such as ${others[0]}`;
  const message = `${found}: not read, because PNGs are the masks; name these files to read them.`;
  return [{ code: "masks-ignored", message, path: others[0]! }];
}

/** What masks may be in, besides PNG. A JPEG is one only if its colours are snapped. */
const MASK_KINDS = ["tiff", "bmp", "webp", "gif"] as const;
/** The signature and the header of a PNG. */
const MASK_HEAD_BYTES = 33;
/** These flags are only for a folder of masks. */
const FLAGS_OF_MASKS = ["legend", "encoding", "form", "suffix"] as const;

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
    const kind = notRead(await files.source.list());
    if (kind !== undefined) throw new UsageError(`${name}: ${kind.problem}; ${kind.remedy}`);
    const remedy = `give the format with --${prefix}from, or the legend of a folder of masks with --${prefix}legend`;
    throw new UsageError(`${name}: no format is recognised; ${remedy}`);
  }
  throw new UsageError(
    `${name} may be of several formats; give one with --${prefix}from:`,
    candidates.map((each) => describe(each, prefix)),
  );
}

/** The format that the flags name or imply. If there is a legend, the masks have no layout of their own. */
export function formatOfFlags(flags: SourceFlags): SetFormat | undefined {
  return flags.from ?? (FLAGS_OF_MASKS.some((flag) => flags[flag] !== undefined) ? "mask-folder" : undefined);
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

/** The options of the format's reader. @throws {UsageError}: a flag that the format has no use for */
async function readingOf(
  source: FileSource,
  format: SetFormat,
  flags: SourceFlags,
  prefix: string,
): Promise<object> {
  const { legend, encoding, form, suffix, read = {}, snap, strict, classBy, transparent, maxPixels } = flags;
  const limits = { ...(maxPixels !== undefined && { maxPixels }) };
  if (format !== "mask-folder") {
    const unused = [...FLAGS_OF_MASKS, "snap", "strict", "classBy", "transparent"] as const;
    const flag = unused.find((each) => flags[each] !== undefined);
    if (flag === undefined) return { ...limits, ...read };
    const name = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      `--${FLAGS_OF_MASKS.includes(flag as never) ? prefix : ""}${name} is for folders of masks, but the source is read as ${format}; leave it out`,
    );
  }
  const text = legend === undefined ? undefined : await readLegendText(legend);
  const masks =
    text === undefined
      ? undefined
      : await legendOfMasks(
          source,
          text,
          { encoding, form, strict },
          {
            ...(suffix !== undefined && { suffix }),
            ...(typeof read.masks === "string" && { masks: read.masks }),
          },
        );
  return {
    ...limits,
    ...(encoding !== undefined && { encoding }),
    ...masks,
    ...(suffix !== undefined && { suffix }),
    ...(snap !== undefined && { snap }),
    ...(strict !== undefined && { strict }),
    ...(classBy !== undefined && { classBy }),
    ...(transparent !== undefined && { transparent }),
    ...read,
  } satisfies SetReadOptions["mask-folder"];
}

/** The legend, and how the masks stand for its labels: as the first mask shows, unless `--encoding` says so. */
async function legendOfMasks(
  source: FileSource,
  text: LegendText,
  reading: LegendReading,
  places: PairFilesOptions,
): Promise<object> {
  const { pairs } = pairFiles(await source.list(), { byNameOnly: true, ...places });
  const first = pairs[0]?.mask;
  if (first === undefined) return { legend: readAny(text, reading) };
  const { legend, encoding } = legendOfMask(await source.read(first, MASK_HEAD_BYTES), text, reading);
  return { legend, encoding };
}
