/** `labelmap queue`: the number of jobs in the queue, its dead jobs, and another try for dead jobs. */
import type { Command } from "commander";
import { say } from "../batch-run.js";
import { deadTasks, queueStatus, retryDead } from "../cluster/queue.js";
import { addExamples } from "../help.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { addQueueFlags, type QueueFlags, queueOptions } from "../queue-flags.js";

interface JsonFlag {
  readonly json?: boolean;
}

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
  for (const part of [status, dead])
    part.option("--json", part === dead ? "print JSON, one object per line" : "print JSON");
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

async function printStatus(flags: QueueFlags & JsonFlag): Promise<void> {
  const counts = await queueStatus(queueOptions(flags));
  if (flags.json) return print(JSON.stringify(counts));
  await print(
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(", "),
  );
}

async function printDead(flags: QueueFlags & JsonFlag): Promise<void> {
  for await (const task of deadTasks(queueOptions(flags))) {
    const line = flags.json ? JSON.stringify(task) : `${task.job}: ${task.code}: ${task.message}`;
    await print(printable(line));
  }
}

async function retryJobs(jobs: readonly string[], flags: QueueFlags): Promise<void> {
  const queue = queueOptions(flags);
  const unknown = new Set(jobs);
  if (jobs.length > 0) for await (const { job } of deadTasks(queue)) unknown.delete(job);
  const count = await retryDead({ ...queue, ...(jobs.length === 0 ? {} : { jobs }) });
  await print(`${count} put back into the queue`);
  for (const job of unknown)
    say(printable(`${job} is not a dead job; \`labelmap queue dead\` lists the dead jobs`));
  if (unknown.size > 0) process.exitCode = 1;
}
