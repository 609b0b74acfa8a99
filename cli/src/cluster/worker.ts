/// <reference types="node" />
/**
 * A worker of a cluster: it takes tasks from the queue and processes each one as the local batch does.
 *
 * The record beside the outputs says that a task is done. It is written before the queue is told. If something goes wrong
 * in between (the worker is killed, Redis is down or has lost the last second), a worker gets the task again, finds the
 * record, and has nothing to do.
 */

import type { Job } from "bullmq";
import { type ErrorCode, type LabelMapError, PlaymentError } from "labelmap";
import { checkKeys, invalid, isObject } from "labelmap/checks";
import type { PlaymentClient } from "labelmap/playment";
import PQueue from "p-queue";
import { BatchError } from "../batch/batch-error.js";
import { plainError } from "../batch/decode-worker.js";
import { DirectoryStorage } from "../batch/directory-storage.js";
import { fromVendor } from "../batch/from-vendor.js";
import { openStorage } from "../batch/open-storage.js";
import type { OutputPlan } from "../batch/output-plan.js";
import { DecodePool } from "../batch/pool.js";
import { isTransient, type TaskRecord } from "../batch/record.js";
import type { SourceProvider } from "../batch/sources.js";
import type { Storage } from "../batch/storage.js";
import {
  needsFreshSource,
  type Performed,
  performTask,
  recordOf,
  usable,
  withdraw,
  withPhoto,
} from "../batch/task.js";
import { problemOf } from "../batch/task-names.js";
import { checkAllowed, checkPlaces, defaultPlaces } from "./allowed-places.js";
import { Connection, inTime } from "./connection.js";
import { loadPeer } from "./peers.js";
import type { QueueOptions } from "./queue-options.js";
import { checkQueueTask, type QueueTask, reasonOf } from "./queue-task.js";
import { readPlan } from "./read-plan.js";
import { readRecord, recordPath, writeRecord } from "./records.js";

export interface WorkerOptions extends QueueOptions {
  /** The client with the API key. Each worker reads the key from its own environment; the queue never contains it. */
  readonly client: PlaymentClient;
  /** The most jobs to download at the same time. Default 8. */
  readonly downloads?: number;
  /** The number of threads that decode. Default: as many as the machine can run at the same time. */
  readonly threads?: number;
  /** Whether to keep the vendor's files in `sources/` of the output storage, for other formats. Default true. */
  readonly keepSources?: boolean;
  /** Whether the worker ends when no worker has any task left to do. Default false. */
  readonly untilEmpty?: boolean;
  /**
   * The places that the worker may write to, with all that is below them: directories, and `s3://bucket/prefix`. A task
   * with another output place is not done. Default: the working directory, or nothing if that is the root directory.
   */
  readonly allowOut?: readonly string[];
  /**
   * After how many milliseconds other workers take over the tasks of a worker that vanished. Default 30,000, at least
   * 1000.
   */
  readonly takeOverAfter?: number;
  /** Ends the worker after it has finished its tasks in progress. */
  readonly signal?: AbortSignal;
  /** Called with the outcome of each task, as in `BatchProgress.last`. */
  readonly onRecord?: (record: TaskRecord) => void;
  /** Called with problems that the worker handles itself, such as each failed attempt to reach Redis. */
  readonly onTrouble?: (trouble: BatchError) => void;
}

export interface WorkerSummary {
  readonly done: number;
  /** The number of tasks that were already done. */
  readonly kept: number;
  /** The number of tasks that are now dead. */
  readonly failed: number;
}

const KEYS =
  "redis queue client downloads threads keepSources untilEmpty allowOut takeOverAfter signal onRecord onTrouble";
/** Tasks whose record is being read or written, in addition to those that are being loaded or decoded. */
const RECORDS_IN_PROGRESS = 8;
/**
 * If this many workers vanished during the same task, the task is assumed to be the cause: its mask may exhaust the
 * memory.
 */
const MOST_VANISHED_WORKERS = 5;
/** Errors that are the fault of the worker or its storage, and not of a task. */
const WORKER_FAULTS = ["PLAYMENT_UNAUTHORISED", "STORAGE_FAILED", "PEER_MISSING"];
/** Errors of a task that were found before its storage was used. They say nothing about the worker. */
const TASK_FAULTS = ["TASK_INVALID", "OUT_NOT_ALLOWED", "OPTIONS_MISSING"];
/** After this many faults in a row the worker ends. Otherwise it would fail the whole queue. */
const MOST_FAULTS = 10;
const MILLISECONDS_BETWEEN_LOOKS = 500;
/**
 * The time for telling Redis about the last tasks, after they are recorded. Redis may be down, and the records suffice.
 */
const MOST_MILLISECONDS_TO_TELL = 5000;

/**
 * Processes tasks until `signal` aborts, or until the queue is empty if `untilEmpty` is true.
 *
 * A task that fails because of its mask, result or class list is dead at once. If the problem may go away, the task is
 * retried as often as `enqueue` says. In both cases the last failure is recorded. There are three exceptions, where the
 * dead task is only in the queue: the record cannot be written; a finished task could not be redone because its source was
 * missing, and then the earlier outputs stay; or the task is malformed, names a place that is not allowed, or a place that
 * does not exist any more (TASK_INVALID, OUT_NOT_ALLOWED, OPTIONS_MISSING). The worker then goes on with the next task.
 *
 * Redis must store its data (`appendonly yes`), so that nothing is lost when it restarts. Do not run a local batch in the
 * same directory at the same time.
 *
 * @throws {DecodeError} OPTION_INVALID.
 * @throws {BatchError} PEER_MISSING. QUEUE_FAILED: Redis cannot be reached at the start. STORAGE_FAILED: ten tasks in a row
 *   failed with this code, so the worker is at fault and not the tasks.
 * @throws {PlaymentError} PLAYMENT_UNAUTHORISED: as STORAGE_FAILED.
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerSummary> {
  const { threads, untilEmpty, allowOut, signal, takeOverAfter, onTrouble, downloads } = check(options);
  const { Worker, UnrecoverableError, MetricsTime } = await loadPeer("bullmq", () => import("bullmq"));
  const connection = await Connection.open(options, true);
  const pool = new DecodePool(threads);
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const performer = new Performer(options, allowOut, pool, downloads, stop);
  const worker = new Worker<unknown>(
    connection.queue.name,
    async (job) => {
      const failure = await performer.perform(job);
      if (failure === undefined) return;
      throw failure.isFinal ? new UnrecoverableError(failure.reason) : new Error(failure.reason);
    },
    {
      connection: connection.client,
      concurrency: downloads + pool.mostTasks + RECORDS_IN_PROGRESS,
      lockDuration: takeOverAfter,
      stalledInterval: takeOverAfter,
      // `Performer` counts this itself, so that it can record the failure.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      metrics: { maxDataPoints: MetricsTime.ONE_HOUR },
    },
  );
  worker.on("error", (error) => onTrouble?.(connection.failed(error)));
  try {
    const ended = new Promise<void>((resolve) => {
      if (stopped.aborted) resolve();
      stopped.addEventListener("abort", () => resolve(), { once: true });
    });
    if (untilEmpty) void stopWhenEmpty(connection, stop, stopped, onTrouble);
    await ended;
  } finally {
    const told = worker.pause();
    await performer.idle();
    const isTold = await inTime(told, MOST_MILLISECONDS_TO_TELL).then(
      () => true,
      () => false,
    );
    await worker.close(!isTold);
    await pool.close();
    await connection.close();
  }
  if (performer.fault !== undefined) throw performer.fault;
  return performer.counts;
}

function check(options: WorkerOptions) {
  checkKeys(options, KEYS, "the options");
  const { client, downloads = 8, threads, takeOverAfter = 30_000 } = options;
  const { untilEmpty = false, signal, onTrouble } = options;
  if (!isObject(client as unknown) || typeof client.download !== "function") {
    throw invalid("client must be a PlaymentClient.");
  }
  for (const [name, value] of Object.entries({ downloads, threads })) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      throw invalid(`${name} must be 1 or more.`);
    }
  }
  if (!(Number.isInteger(takeOverAfter) && takeOverAfter >= 1000)) {
    throw invalid("takeOverAfter must be at least 1000 milliseconds.");
  }
  const allowOut = options.allowOut === undefined ? defaultPlaces() : checkPlaces(options.allowOut);
  return { downloads, threads, takeOverAfter, untilEmpty, allowOut, signal, onTrouble };
}

async function stopWhenEmpty(
  connection: Connection,
  stop: AbortController,
  stopped: AbortSignal,
  onTrouble: WorkerOptions["onTrouble"],
): Promise<void> {
  while (!stopped.aborted) {
    await new Promise((resolve) => setTimeout(resolve, MILLISECONDS_BETWEEN_LOOKS));
    try {
      const { queue } = connection;
      const left = await connection.ask(() => queue.getJobCountByTypes("wait", "active", "delayed"));
      if (left === 0) stop.abort();
    } catch (error) {
      if (!stopped.aborted) onTrouble?.(error as BatchError);
    }
  }
}

interface Failure {
  readonly reason: string;
  /** Whether the queue must not retry the task, even if attempts are left. */
  readonly isFinal: boolean;
}

interface Place {
  readonly storage: Storage;
  readonly plan: OutputPlan;
  readonly source: SourceProvider;
}

class Performer {
  readonly counts = { done: 0, kept: 0, failed: 0 };
  /** The error that ends the worker. */
  fault: LabelMapError | undefined;
  readonly #options: WorkerOptions;
  readonly #allowOut: readonly string[];
  readonly #pool: DecodePool;
  readonly #downloads: PQueue;
  readonly #stop: AbortController;
  readonly #places = new Map<string, Promise<Place>>();
  /** The tasks in progress, by their id in the queue. */
  readonly #inProgress = new Map<string, { options: string; ended: Promise<Failure | undefined> }>();
  #faultsInARow = 0;

  constructor(
    options: WorkerOptions,
    allowOut: readonly string[],
    pool: DecodePool,
    downloads: number,
    stop: AbortController,
  ) {
    this.#options = options;
    this.#allowOut = allowOut;
    this.#pool = pool;
    this.#downloads = new PQueue({ concurrency: downloads });
    this.#stop = stop;
  }

  /**
   * If Redis was down for longer than a task is locked, it gives the task out again, perhaps to this worker, which is still
   * processing it. Then both have the same outcome. If the task was enqueued with other options in the meantime, it is done
   * after the first one.
   *
   * @returns why the task failed, for the queue.
   */
  async perform(job: Job<unknown>): Promise<Failure | undefined> {
    const id = job.id!;
    const options = isObject(job.data) ? String(job.data.options) : "";
    const earlier = this.#inProgress.get(id);
    if (earlier?.options === options) return earlier.ended;
    const ended = earlier === undefined ? this.#end(job) : earlier.ended.then(() => this.#end(job));
    this.#inProgress.set(id, { options, ended });
    const failure = await ended;
    if (this.#inProgress.get(id)?.ended === ended) this.#inProgress.delete(id);
    return failure;
  }

  /** Waits until no task is in progress. */
  async idle(): Promise<void> {
    while (this.#inProgress.size > 0)
      await Promise.all(Array.from(this.#inProgress.values(), ({ ended }) => ended));
  }

  async #end(job: Job<unknown>): Promise<Failure | undefined> {
    try {
      const record = await this.#perform(job);
      if (record === undefined) {
        this.counts.kept++;
        return undefined;
      }
      if (record.error === undefined) {
        this.#faultsInARow = 0;
        return undefined;
      }
      this.#blame(record.error);
      return { reason: reasonOf(record.error), isFinal: !isTransient(record) };
    } catch (error) {
      const plain = plainError(error);
      this.#blame(plain);
      const isFinal = plain.code === "TASK_INVALID";
      if (isFinal || isLastAttempt(job)) this.counts.failed++;
      return { reason: reasonOf(plain), isFinal };
    }
  }

  /** @returns the record, which is written if it is the task's last; `undefined` if the task was already done. */
  async #perform(job: Job<unknown>): Promise<TaskRecord | undefined> {
    const { attemptsMade, attemptsStarted } = job;
    const task = checkQueueTask(job.data);
    const place = await this.#placeOf(task);
    const { storage, plan, source } = place;
    const path = recordPath(plan.format, task.job);
    const last = await readRecord(storage, path);
    const earlier = await usable(last, plan, storage);
    if (earlier?.status === "done") {
      if (earlier.photo !== task.photo) await writeRecord(storage, path, withPhoto(earlier, task));
      return undefined;
    }

    const problem = problemOf(task) ?? problemOfWorkers(attemptsStarted - attemptsMade);
    const context = { source, downloads: this.#downloads, pool: this.#pool, plan, place: task.out };
    const write = (written: TaskRecord) => writeRecord(storage, path, written);
    const before = { last, storage, write };
    if (problem !== undefined) await withdraw(task, plan, before);
    const { record, isUntouched } =
      problem === undefined
        ? // Without `videos`, the vendor gives no tasks of frames.
          ((await performTask(task, context, before, { isFresh: needsFreshSource(earlier) })) as Performed)
        : {
            record: recordOf(task, plan, { status: "failed", outputs: [], error: problem }),
            isUntouched: false,
          };

    const { code, message = "" } = record.error ?? {};
    if (code === "STORAGE_FAILED" || code === "PEER_MISSING") throw new BatchError(code, message);
    if (record.status === "failed") {
      const isLast = !isTransient(record) || isLastAttempt(job);
      if (!isLast) return record;
      // Another worker may have finished the task, even if it had lost its lock.
      if ((await usable(await readRecord(storage, path), plan, storage))?.status === "done") return undefined;
    }
    if (!isUntouched) await write(record);
    this.counts[record.status]++;
    this.#options.onRecord?.(record);
    return record;
  }

  #placeOf({ out, options }: QueueTask): Promise<Place> {
    const key = `${options} ${out}`;
    const opened = this.#places.get(key);
    if (opened !== undefined) return opened;
    const place = this.#open(out, options);
    this.#places.set(key, place);
    // A storage that could not be opened may be available for the next task.
    place.catch(() => this.#places.delete(key));
    return place;
  }

  async #open(out: string, options: string): Promise<Place> {
    const { client, keepSources = true } = this.#options;
    await checkAllowed(out, this.#allowOut);
    const storage = await openStorage(out);
    const plan = await readPlan(storage, options);
    // Remove the unfinished files of workers that were killed.
    if (storage instanceof DirectoryStorage) await storage.removeAbandoned();
    return { storage, plan, source: fromVendor(client, keepSources ? storage : null) };
  }

  #blame({ code, message }: { readonly code: string; readonly message: string }): void {
    if (TASK_FAULTS.includes(code)) return;
    this.#faultsInARow = WORKER_FAULTS.includes(code) ? this.#faultsInARow + 1 : 0;
    if (this.#faultsInARow !== MOST_FAULTS) return;
    this.fault =
      code === "PLAYMENT_UNAUTHORISED"
        ? new PlaymentError(code, message)
        : new BatchError(code as ErrorCode, message);
    this.#stop.abort();
  }
}

function isLastAttempt({ attemptsMade, opts }: Job<unknown>): boolean {
  return attemptsMade + 1 >= (opts.attempts ?? 1);
}

/** @param starts how often the task was started without an end, including this time. */
function problemOfWorkers(starts: number): { readonly code: string; readonly message: string } | undefined {
  if (starts <= MOST_VANISHED_WORKERS) return undefined;
  const message = `${MOST_VANISHED_WORKERS} workers vanished during this task; try a smaller \`maxPixels\`, or more memory`;
  return { code: "WORKER_LOST", message };
}
