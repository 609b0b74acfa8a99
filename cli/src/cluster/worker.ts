/// <reference types="node" />
/**
 * A worker of a cluster: takes tasks from the queue and does with each what the local batch does.
 *
 * The record beside the outputs says that a task is done, and is written before the queue is told. So whatever happens in
 * between (a worker is killed, Redis is away or has forgotten the last second), the task comes to a worker again, who
 * finds the record and has nothing to do.
 */

import type { Job } from "bullmq";
import { type ErrorCode, type LabelMapError, PlaymentError } from "labelmap";
import { checkKeys, invalid, isObject } from "labelmap/checks";
import type { PlaymentClient } from "labelmap/playment";
import PQueue from "p-queue";
import { BatchError } from "../batch/batch-error.js";
import { plainError } from "../batch/decode-worker.js";
import { DirectoryStorage } from "../batch/directory-storage.js";
import { openStorage } from "../batch/open-storage.js";
import type { OutputPlan } from "../batch/output-options.js";
import { DecodePool } from "../batch/pool.js";
import { mayPass, type TaskRecord } from "../batch/record.js";
import { fromVendor, type SourceProvider } from "../batch/sources.js";
import type { Storage } from "../batch/storage.js";
import { needsFreshSource, performTask, recordOf, usable, withdraw } from "../batch/task.js";
import { problemOf } from "../batch/task-names.js";
import { Connection, inTime, type QueueOptions } from "./connection.js";
import { loadPeer } from "./peers.js";
import { type QueueTask, reasonOf } from "./queue-task.js";
import { readPlan } from "./read-plan.js";
import { readRecord, recordPath, writeRecord } from "./records.js";

export interface WorkerOptions extends QueueOptions {
  /** With the API key, which each worker has from its own environment: the queue never holds it. */
  readonly client: PlaymentClient;
  /** Most jobs that are downloaded at once. Default 8. */
  readonly downloads?: number;
  /** Threads that decode. Default: as many as the machine runs at once. */
  readonly threads?: number;
  /** Whether the vendor's files are kept in `sources/` of the output storage, for other formats. Default true. */
  readonly keepSources?: boolean;
  /** Whether the worker ends when no task is left that may still have to be done, by whomever. Default false. */
  readonly untilEmpty?: boolean;
  /** Milliseconds after which the tasks of a worker that vanished are others'. Default 30,000, least 1000. */
  readonly takeOverAfter?: number;
  /** Ends the worker once it has finished what it has in hand. */
  readonly signal?: AbortSignal;
  /** Called with what became of each task, as `BatchProgress.last`. */
  readonly onRecord?: (record: TaskRecord) => void;
  /** Called with what the worker gets over by itself: each attempt to reach a Redis that is away, for example. */
  readonly onTrouble?: (trouble: BatchError) => void;
}

export interface WorkerSummary {
  readonly done: number;
  /** Tasks whose record was there already. */
  readonly kept: number;
  /** Tasks that are dead now. */
  readonly failed: number;
}

const KEYS =
  "redis queue client downloads threads keepSources untilEmpty takeOverAfter signal onRecord onTrouble";
/** Beside those that are loaded or decoded, tasks whose record is being looked for or written. */
const RECORDS_IN_HAND = 8;
/** A task that so many workers vanished with is taken for what made them: a mask that exhausts the memory, say. */
const MOST_VANISHED_WORKERS = 5;
/** What is wrong with the worker or its storage rather than with a task. */
const WORKERS_FAULTS = ["PLAYMENT_UNAUTHORISED", "STORAGE_FAILED", "PEER_MISSING"];
/** So many in a row, and the worker ends instead of failing the whole queue. */
const MOST_FAULTS = 10;
const MILLISECONDS_BETWEEN_LOOKS = 500;
/** When all that was in hand is recorded, the time to tell a Redis that may be away. It need not know: the records do. */
const MOST_MILLISECONDS_TO_TELL = 5000;

/**
 * Works until `signal`, or the queue is empty where that is asked for.
 *
 * A task that fails for what is in its mask, result or class list is dead at once; one that time may mend is tried as
 * often as `enqueue` says. Either way its last failure is recorded. Where the record itself cannot be written, the dead
 * task is in the queue alone; so it is where there was no source to make anew what is done, which stays.
 *
 * Redis must keep its data (`appendonly yes`) to lose nothing when it restarts. No local batch may be at work in the same
 * directory meanwhile.
 *
 * @throws {DecodeError} OPTION_INVALID.
 * @throws {BatchError} PEER_MISSING. QUEUE_FAILED: Redis is not there at the start. STORAGE_FAILED: ten tasks in a row
 *   failed so, which is not theirs but this worker's fault.
 * @throws {PlaymentError} PLAYMENT_UNAUTHORISED: as STORAGE_FAILED.
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerSummary> {
  const { threads, untilEmpty, signal, takeOverAfter, onTrouble, downloads } = check(options);
  const { Worker, UnrecoverableError, MetricsTime } = await loadPeer("bullmq", () => import("bullmq"));
  const connection = await Connection.open(options, true);
  const pool = new DecodePool(threads);
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const performer = new Performer(options, pool, downloads, stop);
  const worker = new Worker<QueueTask>(
    connection.queue.name,
    async (job) => {
      const failure = await performer.perform(job);
      if (failure === undefined) return;
      throw failure.isFinal ? new UnrecoverableError(failure.reason) : new Error(failure.reason);
    },
    {
      connection: connection.client,
      concurrency: downloads + pool.mostTasks + RECORDS_IN_HAND,
      lockDuration: takeOverAfter,
      stalledInterval: takeOverAfter,
      // Counted by the performer, who records it.
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
    throw invalid("takeOverAfter must be 1000 or more milliseconds.");
  }
  return { downloads, threads, takeOverAfter, untilEmpty, signal, onTrouble };
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
  /** Whether the queue is not to try again, whatever attempts are left. */
  readonly isFinal: boolean;
}

interface Place {
  readonly storage: Storage;
  readonly plan: OutputPlan;
  readonly source: SourceProvider;
}

class Performer {
  readonly counts = { done: 0, kept: 0, failed: 0 };
  /** What ends the worker. */
  fault: LabelMapError | undefined;
  readonly #options: WorkerOptions;
  readonly #pool: DecodePool;
  readonly #downloads: PQueue;
  readonly #stop: AbortController;
  readonly #places = new Map<string, Promise<Place>>();
  /** By the task's id in the queue. */
  readonly #inHand = new Map<string, { options: string; ended: Promise<Failure | undefined> }>();
  #faultsInARow = 0;

  constructor(options: WorkerOptions, pool: DecodePool, downloads: number, stop: AbortController) {
    this.#options = options;
    this.#pool = pool;
    this.#downloads = new PQueue({ concurrency: downloads });
    this.#stop = stop;
  }

  /**
   * A Redis that was away for longer than a task is locked gives it again, to this worker as well, which is still at it:
   * what becomes of the one becomes of both. With other options, enqueued meanwhile, it is done after the first.
   *
   * @returns why the task failed, for the queue.
   */
  async perform(job: Job<QueueTask>): Promise<Failure | undefined> {
    const id = job.id!;
    const earlier = this.#inHand.get(id);
    if (earlier?.options === job.data.options) return earlier.ended;
    const ended = earlier === undefined ? this.#end(job) : earlier.ended.then(() => this.#end(job));
    this.#inHand.set(id, { options: job.data.options, ended });
    const failure = await ended;
    if (this.#inHand.get(id)?.ended === ended) this.#inHand.delete(id);
    return failure;
  }

  /** Waits until nothing is in hand. */
  async idle(): Promise<void> {
    while (this.#inHand.size > 0) await Promise.all(Array.from(this.#inHand.values(), ({ ended }) => ended));
  }

  async #end(job: Job<QueueTask>): Promise<Failure | undefined> {
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
      return { reason: reasonOf(record.error), isFinal: !mayPass(record) };
    } catch (error) {
      const plain = plainError(error);
      this.#blame(plain);
      return { reason: reasonOf(plain), isFinal: false };
    }
  }

  /** @returns the record, which is written where it is the task's last; `undefined` where the task was done before. */
  async #perform(job: Job<QueueTask>): Promise<TaskRecord | undefined> {
    const { data: task, attemptsMade, attemptsStarted, opts } = job;
    const place = await this.#placeOf(task);
    const { storage, plan, source } = place;
    const path = recordPath(plan.format, task.job);
    const last = await readRecord(storage, path);
    const earlier = await usable(last, plan, storage);
    if (earlier?.status === "done") return undefined;

    const problem = problemOf(task) ?? problemOfWorkers(attemptsStarted - attemptsMade);
    const context = { source, downloads: this.#downloads, pool: this.#pool, plan, place: task.out };
    const write = (written: TaskRecord) => writeRecord(storage, path, written);
    const before = { last, storage, write };
    if (problem !== undefined) await withdraw(task, plan, before);
    const { record, isUntouched } =
      problem === undefined
        ? await performTask(task, context, before, { isFresh: needsFreshSource(earlier) })
        : {
            record: recordOf(task, plan, { status: "failed", outputs: [], error: problem }),
            isUntouched: false,
          };

    const { code, message = "" } = record.error ?? {};
    if (code === "STORAGE_FAILED" || code === "PEER_MISSING") throw new BatchError(code, message);
    if (record.status === "failed") {
      const isLast = !mayPass(record) || attemptsMade + 1 >= (opts.attempts ?? 1);
      if (!isLast) return record;
      // A worker that had lost the task may have finished it all the same.
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
    // What could not be opened may be there for the next task.
    place.catch(() => this.#places.delete(key));
    return place;
  }

  async #open(out: string, options: string): Promise<Place> {
    const { client, keepSources = true } = this.#options;
    const storage = await openStorage(out);
    // Of workers that were killed.
    if (storage instanceof DirectoryStorage) await storage.removeAbandoned();
    const plan = await readPlan(storage, options);
    return { storage, plan, source: fromVendor(client, keepSources ? storage : null) };
  }

  #blame({ code, message }: { readonly code: string; readonly message: string }): void {
    this.#faultsInARow = WORKERS_FAULTS.includes(code) ? this.#faultsInARow + 1 : 0;
    if (this.#faultsInARow !== MOST_FAULTS) return;
    this.fault =
      code === "PLAYMENT_UNAUTHORISED"
        ? new PlaymentError(code, message)
        : new BatchError(code as ErrorCode, message);
    this.#stop.abort();
  }
}

/** @param starts how often the task was begun and not brought to any end, this time among them. */
function problemOfWorkers(starts: number): { readonly code: string; readonly message: string } | undefined {
  if (starts <= MOST_VANISHED_WORKERS) return undefined;
  const message = `${MOST_VANISHED_WORKERS} workers vanished with this task in hand; a smaller \`maxPixels\`, or more memory, may help`;
  return { code: "WORKER_LOST", message };
}
