/**
 * Inspects the queue: how many tasks are left, which are dead and why. It can also retry dead tasks.
 */

import type { Job } from "bullmq";
import { checkKeys, isObject } from "labelmap/checks";
import { Connection } from "./connection.js";
import type { QueueOptions } from "./queue-options.js";
import { parseReason, type QueueTask } from "./queue-task.js";

export interface QueueStatus {
  readonly waiting: number;
  /** Tasks that workers are processing. */
  readonly active: number;
  /** Tasks that failed and will be retried automatically. */
  readonly delayed: number;
  /** Tasks that failed and are only retried by `retryDead`. */
  readonly dead: number;
  /** All tasks that ever ended well in this queue, including those that were already done. */
  readonly done: number;
}

/**
 * Counts the tasks that are waiting, active, delayed, dead and done.
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
 * The dead tasks: they failed and are not retried automatically. The latest comes first.
 * @throws {DecodeError} OPTION_INVALID. {BatchError} PEER_MISSING, QUEUE_FAILED.
 */
export async function* deadTasks(options: QueueOptions): AsyncIterable<DeadTask> {
  checkKeys(options, "redis queue", "the options");
  const connection = await Connection.open(options);
  try {
    for await (const jobs of pagesOfDead(connection)) {
      for (const job of jobs) yield { ...job.data, job: nameOf(job), ...parseReason(job.failedReason) };
    }
  } finally {
    await connection.close();
  }
}

export interface RetryOptions extends QueueOptions {
  /** The ids of the jobs. Default: all dead jobs. */
  readonly jobs?: Iterable<string>;
}

/**
 * Puts dead tasks back into the queue, with all their attempts. The vendor's files are fetched again.
 *
 * @returns the number of tasks.
 * @throws {DecodeError} OPTION_INVALID. {BatchError} PEER_MISSING, QUEUE_FAILED.
 */
export async function retryDead(options: RetryOptions): Promise<number> {
  checkKeys(options, "redis queue jobs", "the options");
  const wanted = options.jobs === undefined ? undefined : new Set(options.jobs);
  const connection = await Connection.open(options);
  let retried = 0;
  try {
    for await (const jobs of pagesOfDead(connection)) {
      const chosen = jobs.filter((job) => wanted === undefined || wanted.has(nameOf(job)));
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

/** The job of a task; for a malformed task, its id in the queue. */
function nameOf({ id, data }: Job<QueueTask>): string {
  const { job }: Partial<Record<string, unknown>> = isObject(data as unknown) ? { ...data } : {};
  return typeof job === "string" ? job : `task ${id}`;
}

/** The tasks that are dead now. Tasks that die later, or again, are not included. */
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
