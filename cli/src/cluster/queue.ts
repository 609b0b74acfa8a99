/**
 * A look into the queue: how much is left, what is dead and why, and dead tasks to be tried again.
 */

import type { Job } from "bullmq";
import { checkKeys } from "labelmap/checks";
import { Connection, type QueueOptions } from "./connection.js";
import { parseReason, type QueueTask } from "./queue-task.js";

export interface QueueStatus {
  readonly waiting: number;
  /** Workers have them in hand. */
  readonly active: number;
  /** They failed, and will be tried again by themselves. */
  readonly delayed: number;
  /** They failed, and nobody tries them again but `retryDead`. */
  readonly dead: number;
  /** Tasks that ever came to their end here well, those that were found done among them. */
  readonly done: number;
}

/**
 * How many tasks are waiting, in hand, done and dead.
 * @throws {DecodeError} OPTION_INVALID. {BatchError} PEER_MISSING, QUEUE_FAILED.
 */
export async function queueStatus(options: QueueOptions): Promise<QueueStatus> {
  checkKeys(options, "redis queue", "the options");
  const connection = await Connection.open(options);
  try {
    const { queue } = connection;
    const counts = await connection.ask(() => queue.getJobCounts("wait", "active", "delayed", "failed"));
    const { meta } = await connection.ask(() => queue.getMetrics("completed", 0, 0));
    const { wait = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting: wait, active, delayed, dead: failed, done: meta.count };
  } finally {
    await connection.close();
  }
}

export interface DeadTask extends QueueTask {
  /** One of `labelmap/error-codes`. */
  readonly code: string;
  readonly message: string;
}

const TASKS_AT_ONCE = 200;

/**
 * The tasks that failed for good, the latest first.
 * @throws {DecodeError} OPTION_INVALID. {BatchError} PEER_MISSING, QUEUE_FAILED.
 */
export async function* deadTasks(options: QueueOptions): AsyncIterable<DeadTask> {
  checkKeys(options, "redis queue", "the options");
  const connection = await Connection.open(options);
  try {
    for await (const jobs of pagesOfDead(connection)) {
      for (const { data, failedReason } of jobs) yield { ...data, ...parseReason(failedReason) };
    }
  } finally {
    await connection.close();
  }
}

export interface RetryOptions extends QueueOptions {
  /** The ids of the jobs. Default: all that are dead. */
  readonly jobs?: Iterable<string>;
}

/**
 * Gives dead tasks back to the workers, with all their attempts. What was kept of the vendor's files is fetched anew.
 *
 * @returns how many.
 * @throws {DecodeError} OPTION_INVALID. {BatchError} PEER_MISSING, QUEUE_FAILED.
 */
export async function retryDead(options: RetryOptions): Promise<number> {
  checkKeys(options, "redis queue jobs", "the options");
  const wanted = options.jobs === undefined ? undefined : new Set(options.jobs);
  const connection = await Connection.open(options);
  let retried = 0;
  try {
    for await (const jobs of pagesOfDead(connection)) {
      const chosen = jobs.filter(({ data }) => wanted === undefined || wanted.has(data.job));
      await Promise.all(
        chosen.map((job) =>
          connection.ask(() => job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true })),
        ),
      );
      retried += chosen.length;
    }
  } finally {
    await connection.close();
  }
  return retried;
}

/** The dead as they are now: those that die meanwhile, or die again, are not among them. */
async function* pagesOfDead(connection: Connection): AsyncIterable<Job<QueueTask>[]> {
  const { queue, client } = connection;
  const ids = await connection.ask(() => client.zrevrange(queue.toKey("failed"), 0, -1));
  for (let start = 0; start < ids.length; start += TASKS_AT_ONCE) {
    const page = ids.slice(start, start + TASKS_AT_ONCE);
    const jobs = await connection.ask(() =>
      Promise.all(page.map((id) => queue.getJob(id) as Promise<Job<QueueTask> | undefined>)),
    );
    yield jobs.filter(
      (job) => job?.failedReason !== undefined && job.failedReason !== null,
    ) as Job<QueueTask>[];
  }
}
