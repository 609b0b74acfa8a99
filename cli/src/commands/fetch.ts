/// <reference types="node" />
/** `labelmap fetch`: downloads jobs from the vendor and decodes them into a directory. */

import type { Command } from "commander";
import { openStorage } from "../batch/open-storage.js";
import { withLock } from "../batch/run.js";
import { fromVendor, sourcePaths, type Task } from "../batch/sources.js";
import type { Storage } from "../batch/storage.js";
import { addBatchFlags, type BatchFlags, interruption, runAndReport } from "../batch-run.js";
import { downloadAll } from "../download-all.js";
import { addExamples } from "../help.js";
import { readTasks } from "../job-list.js";
import {
  addOutputFlags,
  checkOutputFlags,
  needsResults,
  type OutputFlags,
  outputOf,
  withPhotoNames,
} from "../output-flags.js";
import { checkDirectory } from "../protect.js";
import { addVendorFlags, clientOf, type VendorFlags } from "../vendor-flags.js";

interface FetchFlags extends OutputFlags, BatchFlags, VendorFlags {
  readonly project: string;
  readonly jobs?: string;
  readonly out: string;
}

const DEFAULT_DOWNLOADS = 8;

export function define(command: Command): void {
  command
    .description(
      "Downloads jobs and decodes them into a directory. The downloaded files are kept in DIR/sources. If a run stops " +
        "early, run the same command again: it continues where it stopped. Finished jobs are neither downloaded nor decoded " +
        "again.",
    )
    .argument("[job...]", "job ids")
    .requiredOption("-p, --project <id>", "the vendor's project")
    .option("--jobs <file>", "a file with one job id per line; - is standard input")
    .requiredOption("-o, --out <dir>", "the output directory");
  addVendorFlags(command);
  addOutputFlags(command);
  addBatchFlags(command);
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
  checkOutputFlags(flags);
  const tasks = withPhotoNames(await readTasks(flags.project, jobs, flags.jobs), flags);
  const { downloads = DEFAULT_DOWNLOADS, out, force: isForced = false } = flags;
  const inputs = [flags.jobs, flags.keyFile];
  checkDirectory({ out, flags, inputs, jobs: tasks.map(({ job }) => job), hasSources: true, isForced });
  const client = await clientOf(flags);
  const signal = interruption();
  // Locked from the first download on. If two runs created a class list here, one list would not match its outputs.
  await withLock(out, async () => {
    const storage = await openStorage(out);
    let source = fromVendor(client, storage);
    if (needsResults(flags)) {
      const { failFast = false, quiet = false } = flags;
      source = await downloadAll({ tasks, source, storage, downloads, failFast, signal }, quiet);
    }
    const output = await outputOf(flags, storage, () => readResults(tasks, storage));
    await runAndReport({ tasks, source, out, output, downloads, signal }, flags);
  });
}

async function* readResults(tasks: readonly Task[], storage: Storage): AsyncIterable<string> {
  for (const { job } of tasks) {
    const bytes = await storage.read(sourcePaths(job).result);
    if (bytes !== undefined) yield new TextDecoder().decode(bytes);
  }
}
