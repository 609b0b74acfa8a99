/// <reference types="node" />
/**
 * A list of tasks to the queue of a cluster. Enqueuing a list again, in part or whole, does no harm at any time:
 *
 * - What waits, is being worked on or is dead has an id made from job, format and place, and Redis takes an id once.
 * - What is done leaves Redis at once, so that Redis stays small and never stands in the way of a task whose outputs were
 *   lost. It is the record beside the outputs that says it is done: a worker who is given such a task looks there first
 *   and has nothing to do.
 * - With other options a task takes the place of the one that is there: the last call counts. What a worker has in hand
 *   cannot be replaced; the call says so in the end, and is to be made again.
 * - So after a Redis that lost its data the list is enqueued again, and only what has no record is made.
 */

import { resolve } from "node:path";
import { checkKeys, invalid } from "labelmap/checks";
import { BatchError } from "../batch/batch-error.js";
import { openStorage } from "../batch/open-storage.js";
import { type OutputOptions, type OutputPlan, planOutput } from "../batch/output-options.js";
import { writePlan } from "../batch/run.js";
import type { Task } from "../batch/sources.js";
import { checkTask } from "../batch/task-names.js";
import { Connection, type QueueOptions } from "./connection.js";
import { idOf, type QueueTask } from "./queue-task.js";

export interface EnqueueOptions extends QueueOptions {
  /** Each with its project. Read piece by piece, so that the list may be longer than memory. */
  readonly tasks: Iterable<Task> | AsyncIterable<Task>;
  /** `s3://bucket/prefix`, or a directory that all workers see under the same path. */
  readonly out: string;
  readonly output: OutputOptions;
  /** How often a task is tried that fails for what may pass, such as a vendor out of order. Default 3. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt, less up to half at random; each further wait is twice as long. Default 5000. */
  readonly retryDelay?: number;
  readonly onProgress?: (progress: EnqueueProgress) => void;
}

export interface EnqueueProgress {
  /** Tasks that are new in the queue, those among them that have taken the place of one with other options. */
  readonly added: number;
  /** Tasks that wait there already, are being worked on, or are dead. The dead stay so until `retryDead`. */
  readonly known: number;
}

export interface EnqueueSummary extends EnqueueProgress {
  /** What the outputs will be made with. */
  readonly plan: OutputPlan;
}

const TASKS_AT_ONCE = 500;
const KEYS = "redis queue tasks out output attempts retryDelay onProgress";

/**
 * Puts tasks into the queue, from which any number of workers take them; one that is there already is not added again.
 *
 * @throws {DecodeError} OPTION_INVALID. {ClassError} CLASS_LIST_INVALID.
 * @throws {BatchError} PEER_MISSING. STORAGE_FAILED: the options cannot be written to `out`. QUEUE_FAILED; what was added
 *   before stays. QUEUE_BUSY: workers have some of the jobs in hand with other options; all others are in the queue. What
 *   `tasks` throws.
 */
export async function enqueue(options: EnqueueOptions): Promise<EnqueueSummary> {
  checkKeys(options, KEYS, "the options");
  const { tasks, out, output, attempts = 3, retryDelay = 5000, onProgress } = options;
  if (typeof out !== "string" || out === "") throw invalid("out must be a directory or s3://bucket/prefix.");
  if (!(Number.isInteger(attempts) && attempts > 0)) throw invalid("attempts must be 1 or more.");
  if (!(Number.isInteger(retryDelay) && retryDelay >= 0))
    throw invalid("retryDelay must be 0 or more milliseconds.");
  const plan = planOutput(output);
  // A worker may run in another directory.
  const storage = await openStorage(out.includes("://") ? out : resolve(out));
  const connection = await Connection.open(options);
  const counts = { added: 0, known: 0 };
  let inHand = 0;
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
    inHand += found.filter(({ state }) => state === "in hand").length;
    onProgress?.({ ...counts });
  };
  try {
    await writePlan(plan, storage);
    await storage.settle([`options/${plan.id}.json`]);
    let batch = new Map<string, QueueTask>();
    for await (const given of tasks) {
      const { job, project } = checkTask(given);
      const task = {
        job,
        ...(project === undefined ? {} : { project }),
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
  if (inHand > 0) {
    const message = `workers have ${inHand} of the jobs in hand with other options; enqueue the list again when these are done`;
    throw new BatchError("QUEUE_BUSY", message);
  }
  return { ...counts, plan };
}

/** Takes a task away that has the same id and is not the same. @returns what is there then */
async function makeRoom(
  connection: Connection,
  id: string,
  task: QueueTask,
): Promise<"absent" | "known" | "in hand"> {
  const { queue, client } = connection;
  const data = await connection.ask(() => client.hget(queue.toKey(id), "data"));
  if (data === null) return "absent";
  if (data === JSON.stringify(task)) return "known";
  // A task that a worker has in hand is locked, and is not removed.
  return (await connection.ask(() => queue.remove(id))) === 1 ? "absent" : "in hand";
}
