/// <reference types="node" />
/** `labelmap fetch`: jobs of the vendor to a directory, downloaded and decoded. */

import type { Command } from "commander";
import { openStorage } from "../batch/open-storage.js";
import { alone } from "../batch/run.js";
import { fromVendor, sourcePaths, type Task } from "../batch/sources.js";
import type { Storage } from "../batch/storage.js";
import { addBatchFlags, type BatchFlags, interruption, runAndTell } from "../batch-run.js";
import { downloadAll } from "../download-all.js";
import { addExamples } from "../help.js";
import { readTasks } from "../job-list.js";
import {
  addOutputFlags,
  checkOutputFlags,
  needsResults,
  type OutputFlags,
  outputOf,
} from "../output-flags.js";
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
      "Downloads jobs and decodes them into a directory. What the vendor delivered is kept in DIR/sources. The same call " +
        "goes on where the last one stopped; what is finished is neither asked for nor decoded again.",
    )
    .argument("[job...]", "job ids")
    .requiredOption("-p, --project <id>", "the vendor's project")
    .option("--jobs <file>", "a file with a job id a line; - is standard input")
    .requiredOption("-o, --out <dir>", "the output directory");
  addVendorFlags(command);
  addOutputFlags(command);
  addBatchFlags(command);
  command.action(fetchJobs);
  addExamples(command, [
    [
      "labelmap fetch --project my-project --jobs jobs.txt --out dataset",
      "Label maps of all jobs of a list.",
    ],
    [
      "labelmap fetch --project my-project --jobs jobs.txt --out dataset --map semantic --resize 512x512",
      "Class ids; dataset/classes.json says which class an id is.",
    ],
    [
      "labelmap sample-server --list jobs.txt -- labelmap fetch --project sample-project --jobs jobs.txt --out dataset",
      "Try it with sample jobs, without a key.",
    ],
  ]);
  command.addHelpText(
    "after",
    "\nThe API key is read from PLAYMENT_API_KEY or --key-file, never from an argument.",
  );
}

async function fetchJobs(jobs: readonly string[], flags: FetchFlags): Promise<void> {
  checkOutputFlags(flags);
  const tasks = await readTasks(flags.project, jobs, flags.jobs);
  const { downloads = DEFAULT_DOWNLOADS, out } = flags;
  const client = await clientOf(flags);
  const signal = interruption();
  // From the first download on: of two that make a class list, one would have other ids than its outputs.
  await alone(out, async () => {
    const storage = await openStorage(out);
    let source = fromVendor(client, storage);
    if (needsResults(flags)) {
      const { failFast = false, quiet = false } = flags;
      source = await downloadAll({ tasks, source, storage, downloads, failFast, signal }, quiet);
    }
    const output = await outputOf(flags, storage, () => readResults(tasks, storage));
    await runAndTell({ tasks, source, out, output, downloads, signal }, flags);
  });
}

async function* readResults(tasks: readonly Task[], storage: Storage): AsyncIterable<string> {
  for (const { job } of tasks) {
    const bytes = await storage.read(sourcePaths(job).result);
    if (bytes !== undefined) yield new TextDecoder().decode(bytes);
  }
}
