/** From the arguments to a diagnosis: what the source is, what is wrong with it, and what to run next. */

import { LabelMapError } from "labelmap";
import { counted } from "labelmap/checks";
import { type Candidate, FORMATS, recognise, type SetFormat } from "labelmap/formats";
import { inFlags } from "../in-flags.js";
import type { SetSummary } from "../inspect-set/summary.js";
import { failureOf } from "../inspect-set/walk.js";
import { WatchedSource } from "../inspect-set/watched-source.js";
import { type OtherValues, otherValues } from "../sources/decoded-output.js";
import { notRead } from "../sources/not-read.js";
import { openFiles } from "../sources/open-files.js";
import {
  formatOfFlags,
  type OpenedSet,
  readableOf,
  readOpened,
  type SourceFlags,
  sureFormat,
} from "../sources/open-set.js";
import { BEFORE_IMAGES } from "./checks.js";
import { Commands, pathFrom, quoted } from "./commands.js";
import { examine } from "./examine.js";
import type { Finding } from "./finding.js";
import { type FileKind, kindsOf, type NearFormat, nearFormats } from "./unknown-files.js";

export interface DoctorFlags extends SourceFlags {
  readonly thorough?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface Diagnosis {
  readonly source: string;
  readonly format: { readonly name: string; readonly title: string; readonly reason: string } | null;
  /** All formats that the files may be of. */
  readonly candidates: readonly (Omit<Candidate, "format"> & { readonly format: string })[];
  /** `null` if the set cannot be opened. */
  readonly summary: SetSummary | null;
  readonly findings: readonly Finding[];
  /** Only if no format is recognised. */
  readonly files: readonly FileKind[];
  readonly near: readonly NearFormat[];
  readonly next: { readonly command: string | null; readonly text: string };
}

/** @throws {UsageError}: nothing is there; the system's error */
export async function diagnose(paths: readonly string[], flags: DoctorFlags): Promise<Diagnosis> {
  const files = await openFiles(paths);
  const source = new WatchedSource(files.source);
  const watched = { ...files, source };
  const found = await recognise(source);
  const base = {
    source: files.name,
    candidates: found.map(({ format: { name }, confidence, reason, lacks }) => ({
      format: name,
      confidence,
      reason,
      ...(lacks !== undefined && { lacks }),
    })),
    ...{ summary: null, files: [], near: [] },
  };
  const readable = readableOf(found);
  const format = formatOfFlags(flags) ?? sureFormat(readable);
  const values = format === undefined && readable.length > 0 ? undefined : await otherValues(watched, format);
  if (values !== undefined) return notIds({ ...base, candidates: [] }, values);
  if (format === undefined) {
    if (readable.length > 0) return unsure(base, paths, flags, readable, watched);
    return unknown(base, found, files.root, source);
  }
  const { title } = FORMATS.find(({ name }) => name === format)!;
  let opened: OpenedSet;
  try {
    opened = await readOpened(watched, flags, { known: found });
  } catch (error) {
    if (!(error instanceof LabelMapError)) throw error;
    return unreadable({ ...base, format: { name: format, title, reason: "" } }, error, paths, flags, watched);
  }
  const { summary, findings, command } = await examine(opened, source, flags, paths);
  return {
    ...base,
    format: { name: format, title, reason: opened.found },
    summary,
    findings,
    next: nextOf(findings, command),
  };
}

/** The command of the first problem that has one; without a problem, a conversion. */
function nextOf(findings: readonly Finding[], command: string | null): Diagnosis["next"] {
  const problems = findings.filter(({ severity }) => severity !== "note");
  const helpful = problems.find((finding) => finding.command !== null)?.command ?? command;
  if (helpful !== null) return { command: helpful, text: helpful };
  return { command: null, text: problems[0]?.remedy ?? "nothing can be converted." };
}

type Base = Pick<Diagnosis, "source" | "candidates" | "summary" | "files" | "near">;

/** Values that `labelmap decode` has written, and that are not class ids. */
function notIds(base: Base, { problem, remedy }: OtherValues): Diagnosis {
  const finding: Finding = {
    ...{ code: "values-not-ids", severity: "error", count: 1, names: [], command: null },
    message: problem,
    remedy: `${remedy[0]!.toUpperCase()}${remedy.slice(1)}.`,
  };
  return { ...base, format: null, findings: [finding], next: { command: null, text: finding.remedy } };
}

/** Several formats: the command reads the first one that can be opened. */
async function unsure(
  base: Base,
  paths: readonly string[],
  flags: DoctorFlags,
  candidates: readonly Candidate[],
  files: Parameters<typeof readOpened>[0],
): Promise<Diagnosis> {
  const commands = commandsBefore(paths, flags, files);
  let command: string | null = null;
  for (const { format } of candidates) {
    const from = format.name as SetFormat;
    const isReadable = await readOpened(files, { ...flags, from }).then(
      () => true,
      (error: unknown) => failureOf("", error) === null,
    );
    if (!isReadable) continue;
    command = commands.doctor({ from });
    break;
  }
  const names = candidates.map(({ format }) => format.name);
  const finding: Finding = {
    ...{ code: "format-unsure", severity: "error", count: names.length, names, command },
    message: `${BEFORE_IMAGES["format-unsure"]}: ${candidates.map(({ format, confidence }) => `${format.name} (${confidence})`).join(", ")}`,
    remedy: "Say which one it is with --from.",
  };
  const text = command ?? finding.remedy;
  return { ...base, format: null, findings: [finding], next: { command, text } };
}

/** A format is recognised or given, but its files cannot be read as a set. */
async function unreadable(
  base: Base & Pick<Diagnosis, "format">,
  error: LabelMapError,
  paths: readonly string[],
  flags: DoctorFlags,
  files: Parameters<typeof readOpened>[0],
): Promise<Diagnosis> {
  // "a" and "b" may both be the legend of the masks.
  const legends = /^("(?:[^"\\]|\\.)*") and ("(?:[^"\\]|\\.)*") may both be the legend/.exec(error.message);
  const legend = legends === null ? undefined : (JSON.parse(legends[1]!) as string);
  const command = legend === undefined ? null : commandsBefore(paths, flags, files).doctorWithLegend(legend);
  const finding: Finding = {
    ...{ code: "set-unreadable", severity: "error", count: 1, names: [], command },
    message: `${error.code}: ${inFlags(error.message, error.code)}`,
    remedy:
      command === null
        ? "Correct the file that the message names, or say with --from what the source is."
        : "Say which one it is with --legend.",
  };
  return { ...base, findings: [finding], next: { command, text: command ?? finding.remedy } };
}

/** No format, or only formats whose files are read one by one. */
async function unknown(
  base: Base,
  found: readonly Candidate[],
  root: string | null,
  source: WatchedSource,
): Promise<Diagnosis> {
  const [files, paths] = await Promise.all([kindsOf(source), source.list()]);
  const total = paths.length;
  const other = found.find(({ confidence }) => confidence !== "possible");
  const kind = notRead(paths);
  const message =
    kind !== undefined
      ? kind.problem
      : other === undefined
        ? `no format is recognised in ${counted(total, "file")}`
        : `the files look like ${other.format.title}, but a data set needs ${other.lacks} too`;
  const mask = files.find(({ ending, content }) => ending === ".png" && content.startsWith("PNG"))?.first;
  const path = mask === undefined ? null : pathFrom(root, mask);
  const command = path === null ? null : `labelmap inspect ${quoted(path)}`;
  const remedy =
    kind !== undefined
      ? `${kind.remedy[0]!.toUpperCase()}${kind.remedy.slice(1)}.`
      : mask === undefined
        ? "Give a folder that has masks with their legend: PNG, or TIFF, BMP, GIF and lossless WebP."
        : "Look at a mask, and give the legend of all masks with --legend.";
  const finding: Finding = {
    ...{ code: "format-unknown", severity: "error", message, remedy, count: total, names: [], command },
  };
  const next = { command, text: command ?? remedy };
  return { ...base, format: null, findings: [finding], files, near: nearFormats(paths), next };
}

function commandsBefore(
  sources: readonly string[],
  flags: SourceFlags,
  { root, inputs }: Parameters<typeof readOpened>[0],
): Commands {
  const format = "mask-folder";
  const failed = { count: 0, names: [] };
  return new Commands({
    ...{ sources, flags, root, inputs, format, failed, images: 0, hasClasses: false, hasUnlisted: false },
  });
}
