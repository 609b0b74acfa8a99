/** `labelmap worker`: takes jobs from the queue and does them, as `labelmap fetch` does. */
import type { Command } from "commander";
import { describeFailure, interruption, say } from "../batch-run.js";
import { runWorker } from "../cluster/worker.js";
import { addExamples } from "../help.js";
import { parsePositiveInteger } from "../options.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { addQueueFlags, type QueueFlags, queueOptions } from "../queue-flags.js";
import { addVendorFlags, clientOf, type VendorFlags } from "../vendor-flags.js";

interface WorkerFlags extends QueueFlags, VendorFlags {
  readonly threads?: number;
  readonly untilEmpty?: boolean;
  readonly sources: boolean;
  readonly quiet?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Works on the jobs of a queue until Ctrl-C, which finishes what is in hand. A worker that is killed loses nothing: " +
        "another takes its jobs over.",
    )
    .option("--until-empty", "end when no job is left")
    .option("--no-sources", "do not keep what the vendor delivered")
    .option("--threads <number>", "threads that decode (default: one for each core)", parsePositiveInteger)
    .option("-q, --quiet", "do not tell of each job");
  addQueueFlags(command);
  addVendorFlags(command);
  command.action(work);
  addExamples(command, [
    ["labelmap worker", "Work until Ctrl-C. PLAYMENT_API_KEY and REDIS_URL are in the environment."],
    ["labelmap worker --until-empty --quiet", "As a job of a cluster, which ends."],
  ]);
}

async function work(flags: WorkerFlags): Promise<void> {
  const { threads, downloads, untilEmpty = false, sources, quiet = false } = flags;
  const summary = await runWorker({
    ...queueOptions(flags),
    client: await clientOf(flags),
    ...(threads === undefined ? {} : { threads }),
    ...(downloads === undefined ? {} : { downloads }),
    keepSources: sources,
    untilEmpty,
    signal: interruption(),
    onTrouble: ({ code, message }) => say(`${code}: ${message}`),
    onRecord({ job, error }) {
      if (!quiet) say(error === undefined ? `${printable(job)}: done` : describeFailure(job, error));
    },
  });
  const { done, kept, failed } = summary;
  await print(`${done} done, ${kept} done before, ${failed} dead`);
  if (failed > 0) process.exitCode = 1;
}
