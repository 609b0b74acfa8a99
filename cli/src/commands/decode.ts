/// <reference types="node" />
/** `labelmap decode`: masks to the files that training code reads. */

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { checkPlace } from "../batch/check-place.js";
import { openStorage } from "../batch/open-storage.js";
import type { OutputPlan } from "../batch/output-plan.js";
import { withLock } from "../batch/run.js";
import { readOnly } from "../batch/storage.js";
import {
  addBatchFlags,
  type BatchFlags,
  interruption,
  noticer,
  printPlan,
  runAndReport,
} from "../batch-run.js";
import { checkSameOptions } from "../decode/other-options.js";
import { ofMasks, ofSet } from "../decode/sources.js";
import { addExamples } from "../help.js";
import { ANY_LEGEND, checkLegendName } from "../legend-flags.js";
import { STANDARD_STREAM } from "../output.js";
import { addOutputFlags, type OutputFlags, withPhotoNames } from "../output-flags.js";
import { checkOutputFlags, outputOf } from "../output-from-flags.js";
import { checkDirectory } from "../protect.js";
import { addRunFlags, refuseFlag } from "../run-flags.js";
import { masksOrSet } from "../sources/masks-or-set.js";
import { ANY_SOURCE, addFormatFlags, type SourceFlags } from "../sources/open-set.js";
import { UsageError } from "../usage-error.js";

interface DecodeFlags extends OutputFlags, BatchFlags, Pick<SourceFlags, "from" | "suffix" | "read"> {
  readonly legend?: string;
  readonly out: string;
}

export function define(command: Command): void {
  command
    .description(
      "Decodes masks into a directory: PNG files with their results, or a data set in any format, which is recognised and " +
        "printed. Masks that were already decoded with the same options are skipped, unless they have changed.",
    )
    .argument(
      "<mask...>",
      `PNG files, or folders that contain them; or a data set: ${ANY_SOURCE}; with --out -, a single file, or - for standard input`,
    )
    .option(
      "--legend <file|palette>",
      `${ANY_LEGEND}: for the masks you name, and for those masks of a folder that have no file with their name and .json (default: only such files); the class ids are those of the legend, or follow its order if it has none`,
    )
    .requiredOption(
      "-o, --out <dir>",
      "the output directory; - writes a single npy or png file to standard output",
    );
  addFormatFlags(command);
  addOutputFlags(command);
  addBatchFlags(
    command,
    "decode masks again that were decoded to the directory with other options, and overwrite files in a directory where labelmap has not worked before; files that the command reads are never overwritten",
  );
  addRunFlags(command, { dryRun: "", json: "the summary", quiet: "" });
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
    [
      "labelmap decode cvat-export --out ids --map semantic",
      "Turn an export from CVAT into arrays of class ids.",
    ],
    ["labelmap decode - --legend street.json --out - < street.png > street.npy", "Use it in a pipe."],
  ]);
}

async function decode(paths: readonly string[], flags: DecodeFlags): Promise<void> {
  if (flags.out === STANDARD_STREAM || paths.includes(STANDARD_STREAM)) {
    const why = "with --out - the only output is the mask";
    if (flags.json) refuseFlag("--json", "decode", why);
    if (flags.dryRun) refuseFlag("--dry-run", "decode", why);
    const { decodeToStream } = await import("../decode-to-stream.js");
    return decodeToStream(paths, flags);
  }
  if (flags.legend === STANDARD_STREAM) {
    throw new UsageError("--legend - works only with --out - and a single mask; give a file");
  }
  if (flags.legend !== undefined) checkLegendName(flags.legend);
  const { masks, opened } = await masksOrSet(paths, flags);
  const decoded = opened === undefined ? await ofMasks(masks, flags) : await ofSet(opened, flags);
  const notice = noticer(flags);
  if (decoded.found !== null) notice(decoded.found);
  for (const { message } of opened?.set.issues ?? []) notice(`  ${message}`);
  const { jobs, source, inputs, photos, output: outputFlags } = decoded;
  const { out, force: isForced = false } = flags;
  checkOutputFlags(outputFlags);
  checkDirectory({ out, flags, inputs, jobs, hasSources: false, isForced });
  const check = async (plan: OutputPlan) => {
    if (!isForced) await checkSameOptions(out, plan, jobs);
  };
  if (flags.dryRun) {
    await checkPlace(out);
    // What the run itself would refuse before its first mask.
    await outputOf(outputFlags, readOnly(await openStorage(out)), decoded.collect, check);
    const from = opened === undefined ? {} : { source: opened.name, from: opened.set.format.name };
    return printPlan({ jobs: jobs.length, found: from, json: flags.json ?? false }, flags);
  }
  const named = jobs.map((job) => ({ job }));
  const tasks = withPhotoNames(named, flags, photos);
  // Lock the directory before its class list is read and extended.
  await withLock(out, async () => {
    const output = await outputOf(outputFlags, await openStorage(out), decoded.collect, check);
    const batch = { tasks, source, out, output, signal: interruption() };
    // A thread takes longer to start than a mask to decode.
    const threads = Math.max(1, Math.min(flags.threads ?? availableParallelism(), jobs.length));
    await runAndReport(batch, { ...flags, threads }, decoded.inspectArgs, flags.json ? {} : undefined);
  });
  for (const line of decoded.odd()) notice(line);
}
