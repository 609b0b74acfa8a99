/** `labelmap worker`: takes jobs from the queue and processes them the way `labelmap fetch` does. */
import type { Command } from "commander";
import { counted } from "labelmap/checks";
import { describeFailure, interruption, say } from "../batch-run.js";
import { runWorker } from "../cluster/worker.js";
import { addExamples } from "../help.js";
import { parsePositiveInteger } from "../options.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { addQueueFlags, type QueueFlags, queueOptions } from "../queue-flags.js";
import { addRunFlags, type RunFlags } from "../run-flags.js";
import { addVendorFlags, clientOf, type VendorFlags } from "../vendor-flags.js";

interface WorkerFlags extends QueueFlags, VendorFlags, RunFlags {
  readonly threads?: number;
  readonly untilEmpty?: boolean;
  readonly allowOut?: readonly string[];
  readonly sources: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Processes the jobs of a queue until you press Ctrl-C. It then finishes the jobs in progress and ends. If a worker is " +
        "killed, nothing is lost: another worker takes over its jobs.",
    )
    .option("--until-empty", "end when no jobs are left")
    .option(
      "--allow-out <place>",
      "a directory, or s3://bucket/prefix, that jobs may be written to, with all below it; give it again for more places (default: the working directory, unless that is /)",
      (place: string, others: readonly string[] = []) => [...others, place],
    )
    .option("--no-sources", "do not keep the vendor's files")
    .option(
      "--threads <number>",
      "number of threads that decode (default: one per core)",
      parsePositiveInteger,
    );
  addQueueFlags(command);
  addVendorFlags(command);
  addRunFlags(command, {
    dryRun: { no: "which jobs it gets depends on the other workers" },
    json: "the numbers of jobs",
    quiet: "",
  });
  command.action(work);
  addExamples(command, [
    [
      "labelmap worker --allow-out s3://masks/labels",
      "Work until Ctrl-C. Set PLAYMENT_API_KEY and REDIS_URL in the environment first.",
    ],
    [
      "labelmap worker --until-empty --quiet --allow-out /data/labels --allow-out s3://masks",
      "Run it as a batch job of a cluster, which ends by itself.",
    ],
  ]);
}

async function work(flags: WorkerFlags): Promise<void> {
  const { threads, downloads, untilEmpty = false, allowOut, sources, quiet = false } = flags;
  const summary = await runWorker({
    ...queueOptions(flags),
    client: await clientOf(flags),
    ...(threads === undefined ? {} : { threads }),
    ...(downloads === undefined ? {} : { downloads }),
    ...(allowOut === undefined ? {} : { allowOut }),
    keepSources: sources,
    untilEmpty,
    signal: interruption(),
    onTrouble: ({ code, message }) => say(printable(`${code}: ${message}`)),
    onRecord({ job, error, unlabelledPixels = 0 }) {
      if (quiet) return;
      const unlabelled = unlabelledPixels === 0 ? "" : `, ${counted(unlabelledPixels, "unlabelled pixel")}`;
      say(error === undefined ? `${printable(job)}: done${unlabelled}` : describeFailure(job, error));
    },
  });
  const { done, kept, failed } = summary;
  if (flags.json) await print(JSON.stringify({ done, kept, failed }));
  else await print(`${done} done, ${kept} already done, ${failed} dead`);
  if (failed > 0) process.exitCode = 1;
}
