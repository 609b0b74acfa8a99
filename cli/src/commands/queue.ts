/** `labelmap queue`: what is in the queue, what is dead in it, and the dead given back to the workers. */
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
  command.description("Looks into the queue of a cluster.");
  const status = command
    .command("status")
    .description("How many jobs wait, are worked on, are done, are dead.");
  const dead = command.command("dead").description("The jobs that failed for good, with the reason.");
  const retry = command
    .command("retry")
    .description("Gives dead jobs back to the workers: all, or those that are named.")
    .argument("[job...]", "job ids");
  for (const part of [status, dead, retry]) addQueueFlags(part);
  for (const part of [status, dead]) part.option("--json", "print JSON; of dead jobs an object a line");
  status.action(tellStatus);
  dead.action(tellDead);
  retry.action(giveBack);
  const examples = [
    ["labelmap queue status", "How far the workers are."],
    ["labelmap queue dead", "What failed, and why."],
    ["labelmap queue retry job-00017", "Try one again, after it was mended."],
  ] as const;
  addExamples(command, examples);
  for (const [place, part] of [status, dead, retry].entries()) addExamples(part, [examples[place]!]);
}

async function tellStatus(flags: QueueFlags & JsonFlag): Promise<void> {
  const counts = await queueStatus(queueOptions(flags));
  if (flags.json) return print(JSON.stringify(counts));
  await print(
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(", "),
  );
}

async function tellDead(flags: QueueFlags & JsonFlag): Promise<void> {
  for await (const task of deadTasks(queueOptions(flags))) {
    const line = flags.json ? JSON.stringify(task) : `${task.job}: ${task.code}: ${task.message}`;
    await print(printable(line));
  }
}

async function giveBack(jobs: readonly string[], flags: QueueFlags): Promise<void> {
  const queue = queueOptions(flags);
  const unknown = new Set(jobs);
  if (jobs.length > 0) for await (const { job } of deadTasks(queue)) unknown.delete(job);
  const count = await retryDead({ ...queue, ...(jobs.length === 0 ? {} : { jobs }) });
  await print(`${count} given back`);
  for (const job of unknown) say(printable(`${job} is not among the dead`));
  if (unknown.size > 0) process.exitCode = 1;
}
