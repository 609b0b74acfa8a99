/// <reference types="node" />
/** `labelmap fetch`: downloads jobs from the vendor and decodes them into a directory. */

import { join } from "node:path";
import type { Command } from "commander";
import type { PlaymentClient } from "labelmap/playment";
import { checkPlace } from "../batch/check-place.js";
import { fromVendor } from "../batch/from-vendor.js";
import { openStorage } from "../batch/open-storage.js";
import { withLock } from "../batch/run.js";
import { sourcePaths, type Task } from "../batch/sources.js";
import type { Storage } from "../batch/storage.js";
import { UnlabelledCount } from "../batch/unlabelled.js";
import { resultsIn } from "../batch/video.js";
import { type BatchList, describeBatch, listBatch } from "../batch-list.js";
import {
  addBatchFlags,
  type BatchFlags,
  interruption,
  noticer,
  printPlan,
  runAndReport,
  say,
  summaryJson,
} from "../batch-run.js";
import { downloadAll } from "../download-all.js";
import { addExamples } from "../help.js";
import { readTasks } from "../job-list.js";
import { readingArgs } from "../legend-flags.js";
import { print } from "../output.js";
import { addOutputFlags, type OutputFlags, withPhotoNames } from "../output-flags.js";
import { checkOutputFlags, fromResults, needsResults, outputOf } from "../output-from-flags.js";
import { checkDirectory, refuseStream } from "../protect.js";
import { addRunFlags } from "../run-flags.js";
import { UsageError } from "../usage-error.js";
import { addVendorFlags, clientOf, type VendorFlags } from "../vendor-flags.js";

interface FetchFlags extends OutputFlags, BatchFlags, VendorFlags {
  readonly project: string;
  readonly jobs?: string;
  readonly batch?: string;
  readonly out: string;
}

const DEFAULT_DOWNLOADS = 8;
/** The summary if a batch has no completed job. */
const NOTHING_DONE = {
  done: 0,
  kept: 0,
  failed: 0,
  failedBefore: 0,
  isComplete: true,
  issues: {},
  unlabelled: new UnlabelledCount().total,
};

export function define(command: Command): void {
  command
    .description(
      "Downloads jobs and decodes them into a directory. The downloaded files are kept in DIR/sources. If a run stops " +
        "early, run the same command again: it continues where it stopped. Finished jobs are neither downloaded nor decoded " +
        "again. With --batch it takes the jobs of a batch that are completed, and says how many are not. A video gives one " +
        "output for each frame, named after the job and the frame. DIR/FORMAT/videos/JOB.json lists the frames and objects.",
    )
    .argument("[job...]", "job ids")
    .requiredOption("-p, --project <id>", "the vendor's project")
    .option("--jobs <file>", "a file with one job id per line; - is standard input")
    .option("-b, --batch <id>", "a batch of the project; its completed jobs are taken, so no ids are needed")
    .requiredOption("-o, --out <dir>", "the output directory");
  addVendorFlags(command);
  addOutputFlags(command);
  addBatchFlags(command);
  addRunFlags(command, {
    dryRun: "nothing is downloaded, but --batch asks the vendor for the list of jobs",
    json: "the summary, which with --batch has the number of jobs of each status,",
    quiet: "",
  });
  command.action(fetchJobs);
  addExamples(command, [
    [
      "labelmap fetch --project my-project --jobs jobs.txt --out dataset",
      "Make label maps of all jobs in a list.",
    ],
    [
      "labelmap fetch --project my-project --jobs jobs.txt --out dataset --map semantic --resize 512x512",
      "Make class ids. The file dataset/classes.json gives the class of each id.",
    ],
    [
      "labelmap fetch --project my-project --batch my-batch --out dataset",
      "Make label maps of all completed jobs of a batch. Run it again later to get the jobs that were completed since.",
    ],
    [
      "labelmap sample-server --list jobs.txt -- labelmap fetch --project sample-project --jobs jobs.txt --out dataset",
      "Try it with sample jobs. You need no key.",
    ],
  ]);
  command.addHelpText(
    "after",
    "The API key is read from PLAYMENT_API_KEY or --key-file, never from an argument.",
  );
}

async function fetchJobs(jobs: readonly string[], flags: FetchFlags): Promise<void> {
  refuseStream(flags.out);
  checkOutputFlags(flags);
  const { project, batch: batchId, downloads = DEFAULT_DOWNLOADS, out, json = false } = flags;
  const { force: isForced = false } = flags;
  if (batchId !== undefined && (jobs.length > 0 || flags.jobs !== undefined)) {
    throw new UsageError("give job ids, --jobs or --batch, and only one of them");
  }
  if (batchId === undefined && jobs.length === 0 && flags.jobs === undefined) {
    throw new UsageError("no jobs are given; give job ids, a file with --jobs, or a batch with --batch");
  }
  let client: PlaymentClient | undefined;
  let signal: AbortSignal | undefined;
  let batch: BatchList | undefined;
  if (batchId !== undefined) {
    client = await clientOf(flags);
    signal = interruption();
    batch = await listBatch(client, project, batchId, signal);
    // If there is nothing to fetch, it is the reason of the exit code.
    const tell = batch.tasks.length === 0 ? say : noticer(flags);
    tell(describeBatch(batch));
    if (batch.tasks.length === 0) {
      if (json) await print(summaryJson({ batch: batch.counts }, NOTHING_DONE, out));
      process.exitCode = 1;
      return;
    }
  }
  const tasks = withPhotoNames(batch?.tasks ?? (await readTasks(project, jobs, flags.jobs)), flags);
  const inputs = [flags.jobs, flags.keyFile];
  checkDirectory({ out, flags, inputs, jobs: tasks.map(({ job }) => job), hasSources: true, isForced });
  if (flags.dryRun) {
    await checkPlace(out);
    const found = batch === undefined ? { project } : { project, batch: batch.counts };
    return printPlan({ jobs: tasks.length, found, json }, flags);
  }
  client ??= await clientOf(flags);
  signal ??= interruption();
  // Locked from the first download on. If two runs created a class list here, one list would not match its outputs.
  await withLock(out, async () => {
    const storage = await openStorage(out);
    const classBy = flags.classBy === undefined ? {} : { classBy: flags.classBy };
    let source = fromVendor(client, storage, { videos: true, ...classBy });
    if (needsResults(flags)) {
      const { failFast = false, quiet = false } = flags;
      source = await downloadAll({ tasks, source, storage, downloads, failFast, signal }, quiet);
    }
    const output = await outputOf(
      flags,
      storage,
      fromResults(() => readResults(tasks, storage)),
    );
    const extra = batch === undefined ? {} : { batch: batch.counts };
    const inspectArgs = (job: string) => [join(out, sourcePaths(job).mask), ...readingArgs(flags)];
    const options = { tasks, source, out, output, downloads, signal };
    await runAndReport(options, flags, inspectArgs, json ? extra : undefined);
  });
}

async function* readResults(tasks: readonly Task[], storage: Storage): AsyncIterable<string> {
  for (const { job } of tasks) {
    const bytes = await storage.read(sourcePaths(job).result);
    if (bytes !== undefined) yield* resultsIn(new TextDecoder().decode(bytes));
  }
}
