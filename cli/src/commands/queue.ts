/** `labelmap queue`: the number of jobs in the queue, its dead jobs, and another try for dead jobs. */
import type { Command } from "commander";
import { say } from "../batch-run.js";
import { deadTasks, queueStatus, retryDead } from "../cluster/queue.js";
import { addExamples } from "../help.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { addQueueFlags, type QueueFlags, queueOptions } from "../queue-flags.js";
import { addRunFlags, type RunFlags, WRITES_NOTHING } from "../run-flags.js";

export function define(command: Command): void {
  command
    .description("Shows the state of a cluster's queue, and retries its dead jobs.")
    .helpCommand("help [command]", "print the help of a command");
  const status = command
    .command("status")
    .description("Prints how many jobs are waiting, active, delayed, dead and done.");
  const dead = command
    .command("dead")
    .description("Lists the dead jobs with the reason. They failed, and are not retried automatically.");
  const retry = command
    .command("retry")
    .description("Puts dead jobs back into the queue: all of them, or those you name.")
    .argument("[job...]", "job ids");
  for (const part of [status, dead, retry]) addQueueFlags(part);
  const quiet = { no: "it shows no progress and no notices" };
  addRunFlags(status, { dryRun: WRITES_NOTHING, json: "the numbers", quiet });
  addRunFlags(dead, { dryRun: WRITES_NOTHING, json: "each dead job on a line", quiet });
  addRunFlags(retry, { dryRun: "", json: "the number of jobs", quiet });
  status.action(printStatus);
  dead.action(printDead);
  retry.action(retryJobs);
  const examples = [
    ["labelmap queue status", "See how far the workers are."],
    ["labelmap queue dead", "See what failed, and why."],
    ["labelmap queue retry job-00017", "Retry one job after its problem was fixed."],
  ] as const;
  addExamples(command, examples);
  for (const [place, part] of [status, dead, retry].entries()) addExamples(part, [examples[place]!]);
}

async function printStatus(flags: QueueFlags & RunFlags): Promise<void> {
  const counts = await queueStatus(queueOptions(flags));
  if (flags.json) return print(JSON.stringify(counts));
  await print(
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(", "),
  );
}

async function printDead(flags: QueueFlags & RunFlags): Promise<void> {
  for await (const task of deadTasks(queueOptions(flags))) {
    const line = flags.json ? JSON.stringify(task) : `${task.job}: ${task.code}: ${task.message}`;
    await print(printable(line));
  }
}

async function retryJobs(jobs: readonly string[], flags: QueueFlags & RunFlags): Promise<void> {
  const queue = queueOptions(flags);
  const unknown = new Set(jobs);
  let dead = 0;
  if (jobs.length > 0 || flags.dryRun) {
    for await (const { job } of deadTasks(queue)) {
      if (unknown.delete(job) || jobs.length === 0) dead++;
    }
  }
  const count = flags.dryRun ? dead : await retryDead({ ...queue, ...(jobs.length === 0 ? {} : { jobs }) });
  const what = flags.dryRun ? "would be put" : "put";
  await print(flags.json ? JSON.stringify({ retried: count }) : `${count} ${what} back into the queue`);
  for (const job of unknown)
    say(printable(`${job} is not a dead job; \`labelmap queue dead\` lists the dead jobs`));
  if (unknown.size > 0) process.exitCode = 1;
}
