/// <reference types="node" />
/**
 * Adds a list of tasks to the queue of a cluster. You can enqueue a list again at any time, in part or as a whole:
 *
 * - A task that is waiting, active or dead has an id made from its job, format and place. Redis accepts an id only once.
 * - A finished task is removed from Redis at once. So Redis stays small, and a task whose outputs were lost can be added
 *   again. The record beside the outputs says that a task is done: a worker looks there first, and then has nothing to do.
 * - A task with other options replaces the queued one, so the last call counts. A task that a worker is processing cannot
 *   be replaced: `enqueue` then fails at the end, and you call it again later.
 * - If Redis has lost its data, enqueue the list again. Only the tasks without a record are done.
 */

import { resolve } from "node:path";
import { checkKeys, invalid } from "labelmap/checks";
import { BatchError } from "../batch/batch-error.js";
import { openStorage } from "../batch/open-storage.js";
import type { OutputOptions } from "../batch/output-options.js";
import type { OutputPlan } from "../batch/output-plan.js";
import { planOutput } from "../batch/plan-output.js";
import { writePlan } from "../batch/run.js";
import type { Task } from "../batch/sources.js";
import { checkTask } from "../batch/task-names.js";
import { Connection } from "./connection.js";
import type { QueueOptions } from "./queue-options.js";
import { idOf, type QueueTask } from "./queue-task.js";

export interface EnqueueOptions extends QueueOptions {
  /** The tasks, each with its project. They are read one by one, so that the list need not fit into memory. */
  readonly tasks: Iterable<Task> | AsyncIterable<Task>;
  /** `s3://bucket/prefix`, or a directory that all workers can reach under the same path. */
  readonly out: string;
  readonly output: OutputOptions;
  /** How often to try a task if the problem may go away, such as a vendor that is down. Default 3. */
  readonly attempts?: number;
  /**
   * The wait before the second attempt in milliseconds, randomly shortened by up to half. Each further wait is twice as
   * long. Default 5000.
   */
  readonly retryDelay?: number;
  readonly onProgress?: (progress: EnqueueProgress) => void;
}

export interface EnqueueProgress {
  /** The number of tasks added to the queue. It includes tasks that replaced a task with other options. */
  readonly added: number;
  /** The number of tasks that are already waiting, active or dead. Dead tasks stay dead until `retryDead`. */
  readonly known: number;
}

export interface EnqueueSummary extends EnqueueProgress {
  /** The complete options of the outputs. */
  readonly plan: OutputPlan;
}

const TASKS_AT_ONCE = 500;
const KEYS = "redis queue tasks out output attempts retryDelay onProgress";

/**
 * Adds tasks to the queue, from which any number of workers take them. A task that is already there is not added again.
 *
 * @throws {DecodeError} OPTION_INVALID. {ClassError} CLASS_LIST_INVALID.
 * @throws {BatchError} PEER_MISSING. STORAGE_FAILED: the options cannot be written to `out`. QUEUE_FAILED: the tasks added
 *   before stay. QUEUE_BUSY: workers are processing some of the jobs with other options; all other jobs are in the queue.
 *   What `tasks` throws.
 */
export async function enqueue(options: EnqueueOptions): Promise<EnqueueSummary> {
  checkKeys(options, KEYS, "the options");
  const { tasks, out, output, attempts = 3, retryDelay = 5000, onProgress } = options;
  if (typeof out !== "string" || out === "") throw invalid("out must be a directory or s3://bucket/prefix.");
  if (!(Number.isInteger(attempts) && attempts > 0)) throw invalid("attempts must be 1 or more.");
  if (!(Number.isInteger(retryDelay) && retryDelay >= 0))
    throw invalid("retryDelay must be 0 or more milliseconds.");
  const plan = planOutput(output);
  // Make the path absolute: a worker may run in another directory.
  const storage = await openStorage(out.includes("://") ? out : resolve(out));
  const connection = await Connection.open(options);
  const counts = { added: 0, known: 0 };
  let active = 0;
  const jobOptions = {
    attempts,
    backoff: { type: "exponential", delay: retryDelay, jitter: 0.5 },
    removeOnComplete: true,
    stackTraceLimit: 0,
  };
  const add = async (batch: ReadonlyMap<string, QueueTask>) => {
    const { queue } = connection;
    const found = await Promise.all(
      Array.from(batch, async ([id, task]) => ({ id, task, state: await makeRoom(connection, id, task) })),
    );
    const added = found.filter(({ state }) => state === "absent");
    await connection.ask(() =>
      queue.addBulk(
        added.map(({ id, task }) => ({ name: plan.format, data: task, opts: { ...jobOptions, jobId: id } })),
      ),
    );
    counts.added += added.length;
    counts.known += found.filter(({ state }) => state === "known").length;
    active += found.filter(({ state }) => state === "active").length;
    onProgress?.({ ...counts });
  };
  try {
    await writePlan(plan, storage);
    await storage.settle([`options/${plan.id}.json`]);
    let batch = new Map<string, QueueTask>();
    for await (const given of tasks) {
      const { job, project, photo } = checkTask(given);
      const task = {
        job,
        ...(project === undefined ? {} : { project }),
        ...(photo === undefined ? {} : { photo }),
        options: plan.id,
        out: storage.name,
      };
      batch.set(idOf(task, plan.format), task);
      if (batch.size < TASKS_AT_ONCE) continue;
      await add(batch);
      batch = new Map();
    }
    if (batch.size > 0) await add(batch);
  } finally {
    await connection.close();
  }
  if (active > 0) {
    const message = `workers are processing ${active} of the jobs with other options; enqueue the list again when they are done`;
    throw new BatchError("QUEUE_BUSY", message);
  }
  return { ...counts, plan };
}

/** Removes a task that has the same id but is not the same. @returns what is in the queue then */
async function makeRoom(
  connection: Connection,
  id: string,
  task: QueueTask,
): Promise<"absent" | "known" | "active"> {
  const { queue, client } = connection;
  const data = await connection.ask(() => client.hget(queue.toKey(id), "data"));
  if (data === null) return "absent";
  if (data === JSON.stringify(task)) return "known";
  // A task that a worker is processing is locked, and is not removed.
  return (await connection.ask(() => queue.remove(id))) === 1 ? "absent" : "active";
}
