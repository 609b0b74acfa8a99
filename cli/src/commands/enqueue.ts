/** `labelmap enqueue`: adds the vendor's jobs to a queue on Redis, for the workers of a cluster. */

import type { Command } from "commander";
import { openStorage } from "../batch/open-storage.js";
import { needsThings } from "../batch/output-options.js";
import { printPlan } from "../batch-run.js";
import { enqueue } from "../cluster/enqueue.js";
import { addExamples } from "../help.js";
import { readTasks } from "../job-list.js";
import { print } from "../output.js";
import { addOutputFlags, type OutputFlags, withPhotoNames } from "../output-flags.js";
import { checkOutputFlags, fromResults, needsResults, outputOf } from "../output-from-flags.js";
import { checkDirectory, refuseStream } from "../protect.js";
import { addQueueFlags, type QueueFlags, queueOptions } from "../queue-flags.js";
import { addRunFlags, type RunFlags } from "../run-flags.js";
import { UsageError } from "../usage-error.js";

interface EnqueueFlags extends OutputFlags, QueueFlags, RunFlags {
  readonly project: string;
  readonly jobs?: string;
  readonly out: string;
}

export function define(command: Command): void {
  command
    .description(
      "Adds jobs to a queue on Redis. `labelmap worker` takes them from there, on any number of machines. A job that is " +
        "already in the queue is not added again.",
    )
    .argument("[job...]", "job ids")
    .requiredOption("-p, --project <id>", "the vendor's project")
    .option("--jobs <file>", "a file with one job id per line; - is standard input")
    .requiredOption(
      "-o, --out <place>",
      "s3://bucket/prefix, or a directory that all workers can reach under this path",
    );
  addQueueFlags(command);
  addOutputFlags(command, "the class list (JSON), which becomes the list of the output directory");
  addRunFlags(command, {
    dryRun: "",
    json: "the numbers of jobs",
    quiet: { no: "it shows no progress and no notices" },
  });
  command.action(enqueueJobs);
  addExamples(command, [
    [
      "labelmap enqueue --project my-project --jobs jobs.txt --out s3://masks/labels",
      "Make label maps of all jobs in a list.",
    ],
    [
      "labelmap enqueue --project my-project --jobs jobs.txt --out /shared/dataset --map semantic --classes classes.json",
      "Make class ids. The class list must exist first, because each worker sees only one result at a time.",
    ],
  ]);
}

async function enqueueJobs(jobs: readonly string[], flags: EnqueueFlags): Promise<void> {
  refuseStream(flags.out);
  checkOutputFlags(flags);
  if (needsResults(flags)) {
    const things = needsThings(flags) && flags.objects !== "components" ? " and --things" : "";
    throw new UsageError(
      `--classes${things} must be given, because each worker sees only one result at a time; \`labelmap classes\` creates a class list`,
    );
  }
  const queue = queueOptions(flags);
  const tasks = withPhotoNames(await readTasks(flags.project, jobs, flags.jobs), flags);
  // The workers write the jobs' files; this command writes only the options and the class list.
  checkDirectory({
    out: flags.out,
    flags,
    inputs: [flags.jobs],
    jobs: [],
    hasSources: false,
    isForced: true,
  });
  const { json = false, out } = flags;
  if (flags.dryRun) return printPlan({ jobs: tasks.length, found: { project: flags.project }, json }, flags);
  const output = await outputOf(
    flags,
    await openStorage(flags.out),
    fromResults(() => []),
  );
  const { added, known } = await enqueue({ ...queue, tasks, out: flags.out, output });
  await print(json ? JSON.stringify({ out, added, known }) : `${added} added, ${known} already in the queue`);
}
