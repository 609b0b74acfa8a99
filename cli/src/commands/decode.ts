/// <reference types="node" />
/** `labelmap decode`: mask files to the files that training code reads. */

import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Command } from "commander";
import { pairFiles } from "labelmap/dataset";
import { listMasks, nameOfMask } from "labelmap/dataset/node";
import { openStorage } from "../batch/open-storage.js";
import { readSource } from "../batch/read-source.js";
import { withLock } from "../batch/run.js";
import { fromFiles } from "../batch/sources.js";
import { addBatchFlags, type BatchFlags, interruption, runAndReport } from "../batch-run.js";
import { addExamples } from "../help.js";
import { resultBeside } from "../input.js";
import { STANDARD_STREAM } from "../output.js";
import {
  addOutputFlags,
  checkOutputFlags,
  hasPhotoNames,
  type OutputFlags,
  outputOf,
  withPhotoNames,
} from "../output-flags.js";
import { checkDirectory } from "../protect.js";
import { UsageError } from "../usage-error.js";

interface DecodeFlags extends OutputFlags, BatchFlags {
  readonly legend?: string;
  readonly out: string;
}

interface MaskFiles {
  readonly mask: string;
  readonly result: string;
}

export function define(command: Command): void {
  command
    .description(
      "Decodes masks into a directory. Masks that were already decoded with the same options are skipped, unless they have " +
        "changed.",
    )
    .argument(
      "<mask...>",
      "PNG files, or folders that contain them; with --out -, a single file, or - for standard input",
    )
    .option(
      "--legend <result>",
      "one result file for all masks, whose order the class ids follow (default: for each mask, the file with its name and .json)",
    )
    .requiredOption(
      "-o, --out <dir>",
      "the output directory; - writes a single npy or png file to standard output",
    );
  addOutputFlags(command);
  addBatchFlags(command);
  command.action(decode);
  addExamples(command, [
    [
      "labelmap decode street.png --out labels",
      "Decode street.png with street.json to labels/npy/street.npy.",
    ],
    [
      "labelmap decode masks --out semantic --map semantic --resize 512x512",
      "Decode a folder to class ids. The file semantic/classes.json lists the ids.",
    ],
    [
      "labelmap decode masks --out coco --format coco-panoptic",
      "Turn a folder into a COCO panoptic data set.",
    ],
    ["labelmap decode - --legend street.json --out - < street.png > street.npy", "Use it in a pipe."],
  ]);
}

async function decode(paths: readonly string[], flags: DecodeFlags): Promise<void> {
  if (flags.out === STANDARD_STREAM || paths.includes(STANDARD_STREAM)) {
    const { decodeToStream } = await import("../decode-to-stream.js");
    return decodeToStream(paths, flags);
  }
  if (flags.legend === STANDARD_STREAM) {
    throw new UsageError("--legend - works only with --out - and a single mask; give a file");
  }
  const files = await findMasks(paths, flags.legend);
  const { out, legend, force: isForced = false } = flags;
  checkOutputFlags(flags);
  checkDirectory({
    out,
    flags,
    inputs: pathsOf(files, legend),
    jobs: files.keys(),
    hasSources: false,
    isForced,
  });
  const photos = hasPhotoNames(flags.format) ? await findPhotos(files) : undefined;
  const tasks = withPhotoNames(
    Array.from(files.keys(), (job) => ({ job })),
    flags,
    photos,
  );
  const source = fromFiles((job) => files.get(job)!);
  // Lock the directory before its class list is read and extended.
  await withLock(out, async () => {
    // One legend for all masks has an order of its own. Several legends may have several orders.
    const order = flags.legend === undefined ? "name" : "source";
    const output = await outputOf(flags, await openStorage(out), () => readResults(files), order);
    await runAndReport({ tasks, source, out, output, signal: interruption() }, flags);
  });
}

/** The masks by name; the outputs get the same names. @throws {UsageError}; the system's error */
async function findMasks(
  paths: readonly string[],
  legend: string | undefined,
): Promise<ReadonlyMap<string, MaskFiles>> {
  const files = new Map<string, MaskFiles>();
  const add = (mask: string, result: string | undefined) => {
    const job = nameOfMask(basename(mask));
    const other = files.get(job)?.mask;
    if (other !== undefined && other !== mask) {
      throw new UsageError(
        `${other} and ${mask} would have the same output files; decode them into different directories`,
      );
    }
    files.set(job, { mask, result: legend ?? result ?? join(dirname(mask), `${job}.json`) });
  };
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) {
      add(path, resultBeside(path));
      continue;
    }
    const masks = await listMasks(path);
    if (masks.length === 0)
      throw new UsageError(`${path} contains no masks: no file name there ends in .png`);
    for (const { file, result } of masks) {
      add(join(path, file), result === null ? undefined : join(path, result));
    }
  }
  return files;
}

function* pathsOf(files: ReadonlyMap<string, MaskFiles>, legend: string | undefined): Iterable<string> {
  if (legend !== undefined) yield legend;
  for (const { mask, result } of files.values()) {
    yield mask;
    if (legend === undefined) yield result;
  }
}

/** The file name of the photo beside each mask that has one, by the mask's name. */
async function findPhotos(files: ReadonlyMap<string, MaskFiles>): Promise<ReadonlyMap<string, string>> {
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

/** The text of each result, once. A result that cannot be read is skipped: its task fails later and says why. */
async function* readResults(files: ReadonlyMap<string, MaskFiles>): AsyncIterable<string> {
  for (const result of new Set(Array.from(files.values(), ({ result }) => result))) {
    const bytes = await readSource(result).catch(() => undefined);
    if (bytes !== undefined) yield new TextDecoder().decode(bytes);
  }
}
