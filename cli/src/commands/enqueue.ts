/** `labelmap enqueue`: jobs of the vendor to a queue on Redis, for the workers of a cluster. */

import type { Command } from "commander";
import { openStorage } from "../batch/open-storage.js";
import { enqueue } from "../cluster/enqueue.js";
import { addExamples } from "../help.js";
import { readTasks } from "../job-list.js";
import { print } from "../output.js";
import {
  addOutputFlags,
  checkOutputFlags,
  needsResults,
  type OutputFlags,
  outputOf,
} from "../output-flags.js";
import { addQueueFlags, type QueueFlags, queueOptions } from "../queue-flags.js";
import { UsageError } from "../usage-error.js";

interface EnqueueFlags extends OutputFlags, QueueFlags {
  readonly project: string;
  readonly jobs?: string;
  readonly out: string;
}

export function define(command: Command): void {
  command
    .description(
      "Puts jobs into a queue on Redis, from which `labelmap worker` takes them on any number of machines. A job that is " +
        "there already is not added again.",
    )
    .argument("[job...]", "job ids")
    .requiredOption("-p, --project <id>", "the vendor's project")
    .option("--jobs <file>", "a file with a job id a line; - is standard input")
    .requiredOption(
      "-o, --out <place>",
      "s3://bucket/prefix, or a directory that all workers see under this path",
    );
  addQueueFlags(command);
  addOutputFlags(command, "the class list, JSON, which is kept in the output directory");
  command.action(enqueueJobs);
  addExamples(command, [
    [
      "labelmap enqueue --project my-project --jobs jobs.txt --out s3://masks/labels",
      "Label maps of all jobs of a list.",
    ],
    [
      "labelmap enqueue --project my-project --jobs jobs.txt --out /shared/dataset --map semantic --classes classes.json",
      "Class ids: the list must be there beforehand, since the workers see one result each.",
    ],
  ]);
}

async function enqueueJobs(jobs: readonly string[], flags: EnqueueFlags): Promise<void> {
  checkOutputFlags(flags);
  if (needsResults(flags)) {
    const things = flags.format.startsWith("coco") || flags.format === "yolo" ? " and --things" : "";
    throw new UsageError(
      `--classes${things} must be given: workers see one result each; \`labelmap classes\` makes a list`,
    );
  }
  const queue = queueOptions(flags);
  const tasks = await readTasks(flags.project, jobs, flags.jobs);
  const output = await outputOf(flags, await openStorage(flags.out), () => []);
  const { added, known } = await enqueue({ ...queue, tasks, out: flags.out, output });
  await print(`${added} added, ${known} there already`);
}
