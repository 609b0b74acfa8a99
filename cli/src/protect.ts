/// <reference types="node" />
/**
 * Keeps a command from writing over a file that it reads, and over a file that it did not make.
 *
 * Two paths are the same file if the system gives them the same device and inode. So a link, a hard link or another
 * spelling of a path hides nothing.
 */

import {
  accessSync,
  type BigIntStats,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  readdirSync,
  realpathSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { WORK_FOLDER } from "./batch/directory-storage.js";
import { MANIFEST } from "./batch/manifest.js";
import { schemeOf } from "./batch/open-storage.js";
import { FORMATS, needsClasses, needsThings } from "./batch/output-options.js";
import { datasetPaths, outputPaths } from "./batch/output-paths.js";
import { SOURCES, sourcePaths } from "./batch/sources.js";
import { problemOf } from "./batch/task-names.js";
import { CLASSES_FILE, THINGS_FILE } from "./class-files.js";
import { nameOf } from "./input.js";
import { STANDARD_STREAM } from "./output.js";
import type { OutputFlags } from "./output-flags.js";
import { UsageError } from "./usage-error.js";

/** The files that a command reads. */
export class Inputs {
  readonly #names = new Map<string, string>();

  /** @param paths `-` is standard input. A path that is missing is ignored: reading it is an error of its own. */
  constructor(paths: Iterable<string | undefined>) {
    this.add(paths);
  }

  /** If a file is named twice, the last name counts. */
  add(paths: Iterable<string | undefined>): void {
    for (const path of paths) {
      const file = path && identityOf(path, STANDARD_INPUT);
      if (file) this.#names.set(file, path);
    }
  }

  /** The input that is the same file as this output; `undefined` if none is. */
  sameAs(output: string): string | undefined {
    const file = identityOf(output, STANDARD_OUTPUT);
    return file && this.#names.get(file);
  }

  /** @throws {UsageError}: the output is one of the inputs, which `--force` does not change */
  refuse(output: string, remedy: string): void {
    const input = this.sameAs(output);
    if (input === undefined) return;
    const name = output === STANDARD_STREAM ? "standard output" : output;
    const same = input === output ? "" : `, the same file as ${name},`;
    throw new UsageError(
      `${nameOf(input)}${same} is read by this command and would be overwritten; ${remedy}`,
    );
  }
}

/**
 * Checks the one file that a command writes, before the command does any work.
 *
 * @param isForced whether a file that exists may be overwritten. No option allows it to overwrite an input.
 * @returns how to open the output: `wx` fails if a file has appeared in the meantime.
 * @throws {UsageError}
 * @throws the system's error: no permission
 */
export function checkOutput(
  output: string,
  inputs: readonly (string | undefined)[],
  { isForced }: { readonly isForced: boolean },
): "w" | "wx" {
  new Inputs(inputs).refuse(output, "give another name for the output");
  if (output === STANDARD_STREAM) return "w";
  checkFilePlace(output);
  const file = identityOf(output, STANDARD_OUTPUT);
  // A device, a pipe, or the file that the shell has just opened as standard output, as in `-o /dev/stdout > file`.
  const isStream =
    file === undefined ? existsSync(output) : file === identityOf(STANDARD_STREAM, STANDARD_OUTPUT);
  if (isForced || isStream) {
    checkPermission(output);
    return "w";
  }
  if (file !== undefined)
    throw new UsageError(`${output} exists; give another name, or add --force to overwrite it`);
  if (isLink(output)) {
    throw new UsageError(
      `${output} is a link to a file that does not exist; remove the link, give another name, or add --force to write that file`,
    );
  }
  checkPermission(output);
  return "wx";
}

/** @throws the system's error: the file, or a new one in its folder, may not be written */
function checkPermission(output: string): void {
  if (existsSync(output)) accessSync(output, constants.W_OK);
  // The file that a link names may be in another folder.
  else if (!isLink(output)) accessSync(dirname(output), constants.W_OK);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** @throws {UsageError}: the output is a folder, or its folder does not exist */
function checkFilePlace(output: string): void {
  if (endsAsFolder(output) || isFolder(output)) {
    throw new UsageError(`${output} is a folder; give the name of a file in it`);
  }
  const folder = dirname(output);
  if (!existsSync(folder)) {
    throw new UsageError(`${output} cannot be written: the folder ${folder} does not exist; make it first`);
  }
}

/** Whether a path can only be that of a folder, which need not exist yet. */
export function endsAsFolder(path: string): boolean {
  return path.endsWith("/") || path.endsWith(sep);
}

/** Whether a folder has this path. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** @throws {UsageError}: the output directory is `-`, which is standard output elsewhere */
export function refuseStream(out: string): void {
  if (out !== STANDARD_STREAM) return;
  const remedy = "give a directory; only `labelmap decode` of a single mask writes to standard output";
  throw new UsageError(`--out - cannot hold the files that are written; ${remedy}`);
}

export interface DirectoryOutputs {
  /** A directory. Other storage is not checked: commands read no inputs there. */
  readonly out: string;
  readonly flags: Pick<OutputFlags, "format" | "map" | "classes" | "labels">;
  /** The files that the command reads, except `--classes` and `--labels`. */
  readonly inputs: Iterable<string | undefined>;
  readonly jobs: Iterable<string>;
  /** Whether the vendor's files are kept in the directory as well. */
  readonly hasSources: boolean;
  /** Whether files that labelmap did not make may be overwritten. */
  readonly isForced: boolean;
}

/**
 * Checks all files that a run writes into an output directory, before the run starts. If labelmap has worked in the
 * directory before, the files there are its own, and a run may overwrite them.
 *
 * @throws {UsageError}
 */
export function checkDirectory({ out, flags, inputs, jobs, hasSources, isForced }: DirectoryOutputs): void {
  if (schemeOf(out) !== undefined || !existsSync(out)) return;
  const { format, classes, labels } = flags;
  const protectedFiles = new Inputs([classes, labels]);
  // If --classes is also an input of another kind, the other name remains.
  protectedFiles.add(inputs);
  const remedy = "choose another output directory";
  for (const path of listPaths(out, flags)) {
    // The directory's own list may be given again: it is not written if it stays the same.
    if (path === CLASSES_FILE && classes !== undefined && protectedFiles.sameAs(join(out, path)) === classes)
      continue;
    protectedFiles.refuse(join(out, path), remedy);
  }
  const mayOverwrite = isForced || isOwn(out);
  const refuse = (path: string) => {
    protectedFiles.refuse(join(out, path), remedy);
    if (!mayOverwrite && existsSync(join(out, path))) {
      throw new UsageError(
        `${join(out, path)} exists, and labelmap has not worked in ${out} before; ${remedy}, or add --force to overwrite it`,
      );
    }
  };
  const hasOutputs = existsSync(join(out, format));
  if (hasOutputs && needsClasses(outputOf(flags))) for (const path of datasetPaths(format)) refuse(path);
  for (const job of jobs) {
    if (hasOutputs) for (const path of outputPaths(format, job)) refuse(path);
    if (!hasSources || problemOf({ job }) !== undefined) continue;
    if (!mayOverwrite) frameFiles(out, format, job).forEach(refuse);
    const sources = Object.values(sourcePaths(job));
    for (const path of sources) protectedFiles.refuse(join(out, path), remedy);
    // If both files of a job are there, they are read and not fetched.
    if (!sources.every((path) => existsSync(join(out, path)))) sources.forEach(refuse);
  }
}

/** The files of a directory that every run writes or removes, whatever its jobs are. */
function listPaths(out: string, flags: DirectoryOutputs["flags"]): string[] {
  const output = outputOf(flags);
  const filesOf = (folder: string) =>
    existsSync(join(out, folder))
      ? readdirSync(join(out, folder), { recursive: true, encoding: "utf8" }).map((name) =>
          join(folder, name),
        )
      : [];
  return [
    MANIFEST,
    ...(needsClasses(output) ? [CLASSES_FILE] : []),
    ...(needsThings(output) ? [THINGS_FILE] : []),
    ...filesOf("options"),
    ...filesOf(WORK_FOLDER),
  ];
}

/** Files that are there and that the frames of a video would have. Which frames it has is not known yet. */
function frameFiles(out: string, format: string, job: string): string[] {
  return [format, SOURCES].flatMap((folder) => {
    const names = existsSync(join(out, folder))
      ? readdirSync(join(out, folder), { recursive: true, encoding: "utf8" })
      : [];
    return names.filter((name) => basename(name).startsWith(`${job}_`)).map((name) => join(folder, name));
  });
}

function outputOf({ format, map }: DirectoryOutputs["flags"]) {
  return { format, ...(map === undefined ? {} : { map }) };
}

/** Whether labelmap has written into this directory before. `records/` is of workers. */
function isOwn(out: string): boolean {
  const names = [MANIFEST, WORK_FOLDER, ...FORMATS.map((format) => `records/${format}`)];
  return names.some((name) => existsSync(join(out, name)));
}

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;

/** Device and inode of a regular file; `undefined` if there is none, or if it is something else, such as a pipe. */
function identityOf(path: string, standardStream: number): string | undefined {
  try {
    const isStream = path === STANDARD_STREAM;
    const info: BigIntStats | undefined = isStream
      ? fstatSync(standardStream, { bigint: true })
      : statSync(path, { bigint: true, throwIfNoEntry: false });
    if (info === undefined || !info.isFile()) return undefined;
    // Some network file systems of Windows have no inodes.
    return info.ino === 0n && !isStream ? realpathSync(path) : `${info.dev}:${info.ino}`;
  } catch {
    return undefined;
  }
}
