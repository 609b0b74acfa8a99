/// <reference types="node" />
/** `labelmap decode`: mask files to the files that training code reads. */

import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Command } from "commander";
import { pairFiles } from "labelmap/dataset";
import { listMasks, nameOfMask } from "labelmap/dataset/node";
import { encodingOf } from "labelmap/ids";
import { openStorage } from "../batch/open-storage.js";
import { readSource } from "../batch/read-source.js";
import { withLock } from "../batch/run.js";
import { fromFiles } from "../batch/sources.js";
import { addBatchFlags, type BatchFlags, interruption, runAndReport } from "../batch-run.js";
import { addExamples } from "../help.js";
import { resultBeside } from "../input.js";
import { ANY_LEGEND, checkLegendName, isPalette, readingArgs } from "../legend-flags.js";
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
  /** A file, a palette's name as text, or `null`: the numbers of the mask are the names. */
  readonly result: string | { readonly text: string } | null;
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
      "--legend <file|palette>",
      `${ANY_LEGEND}: for the masks you name, and for those masks of a folder that have no file with their name and .json (default: only such files); the class ids are those of the legend, or follow its order if it has none`,
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
    [
      "labelmap decode masks --out by-palette --legend cityscapes --encoding colors",
      "Use the colours of Cityscapes for all masks of a folder that have no result.",
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
  if (flags.legend !== undefined) checkLegendName(flags.legend);
  const files = await findMasks(paths, flags);
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
    const output = await outputOf(flags, await openStorage(out), () => readResults(files, flags), order);
    await runAndReport({ tasks, source, out, output, signal: interruption() }, flags, (job) =>
      inspectArgs(files.get(job)!, flags),
    );
  });
}

/** The masks by name; the outputs get the same names. @throws {UsageError}; the system's error */
async function findMasks(
  paths: readonly string[],
  { legend, encoding = "colors" }: Pick<DecodeFlags, "legend" | "encoding">,
): Promise<ReadonlyMap<string, MaskFiles>> {
  const files = new Map<string, MaskFiles>();
  const given = legend !== undefined && isPalette(legend) ? { text: legend } : legend;
  const add = (mask: string, result: MaskFiles["result"] | undefined) => {
    const job = nameOfMask(basename(mask));
    const other = files.get(job)?.mask;
    if (other !== undefined && other !== mask) {
      throw new UsageError(
        `${other} and ${mask} would have the same output files; decode them into different directories`,
      );
    }
    // A missing file is an error of its own, which names the file. Numbers need no legend.
    const missing = encoding === "colors" ? join(dirname(mask), `${job}.json`) : null;
    files.set(job, { mask, result: result ?? missing });
  };
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) {
      add(path, given ?? resultBeside(path));
      continue;
    }
    const masks = await listMasks(path);
    if (masks.length === 0)
      throw new UsageError(`${path} contains no masks: no file name there ends in .png`);
    for (const { file, result } of masks) {
      add(join(path, file), result === null ? given : join(path, result));
    }
  }
  return files;
}

/** What `labelmap inspect` needs to read the mask like this run. */
function inspectArgs({ mask, result }: MaskFiles, flags: DecodeFlags): string[] {
  const legend = textOf(result);
  const isBeside = legend === (resultBeside(mask) ?? null);
  return [mask, ...(isBeside ? [] : ["--legend", legend!]), ...readingArgs(flags)];
}

function* pathsOf(files: ReadonlyMap<string, MaskFiles>, legend: string | undefined): Iterable<string> {
  if (legend !== undefined) yield legend;
  for (const { mask, result } of files.values()) {
    yield mask;
    if (typeof result === "string" && result !== legend) yield result;
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

/**
 * The text of each legend, once; that of `--legend` comes first. A legend that cannot be read is skipped: its task fails
 * later and says why. Masks without a legend have that of their encoding, if it has one.
 */
async function* readResults(
  files: ReadonlyMap<string, MaskFiles>,
  { legend, encoding }: Pick<DecodeFlags, "legend" | "encoding">,
): AsyncIterable<string> {
  const results = new Map(Array.from(files.values(), ({ result }) => [textOf(result), result]));
  const isUsed = legend !== undefined && results.has(legend);
  for (const result of new Set([...(isUsed ? [results.get(legend)!] : []), ...results.values()])) {
    if (result === null) {
      const own = encodingOf(encoding ?? "colors")?.legend;
      if (own !== undefined) yield own;
    } else if (typeof result !== "string") yield result.text;
    else {
      const bytes = await readSource(result).catch(() => undefined);
      if (bytes !== undefined) yield new TextDecoder().decode(bytes);
    }
  }
}

function textOf(result: MaskFiles["result"]): string | null {
  return typeof result === "string" || result === null ? result : result.text;
}
