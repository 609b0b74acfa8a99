/// <reference types="node" />
/**
 * A list of tasks to a directory: what is missing or was made otherwise is done, one bad task is recorded and the rest
 * goes on. However long the list, only so many tasks are under way as the downloads and threads can take.
 */
import PQueue from "p-queue";
import { invalid } from "../arguments.js";
import { quote } from "../describe.js";
import { PlaymentError } from "../errors.js";
import { BatchError } from "./batch-error.js";
import { writeDatasetFiles } from "./dataset-files.js";
import { DirectoryStorage } from "./directory-storage.js";
import { lockDirectory } from "./lock.js";
import { Manifest } from "./manifest.js";
import { type OutputOptions, type OutputPlan, planOutput } from "./output-options.js";
import { DecodePool } from "./pool.js";
import { mayPass, type TaskRecord } from "./record.js";
import type { SourceProvider, Task } from "./sources.js";
import { type Storage, writeJson } from "./storage.js";
import { isUnchanged, needsFreshSource, performTask, recordOf, usable, withdraw } from "./task.js";

export interface BatchOptions {
  /** Read one by one, as there is room. */
  readonly tasks: Iterable<Task> | AsyncIterable<Task>;
  /** `fromVendor` or `fromFiles`, or your own. */
  readonly source: SourceProvider;
  /** The output directory, made where it is missing. */
  readonly out: string;
  readonly output: OutputOptions;
  /** Most sources that are loaded at once. Default 8. */
  readonly downloads?: number;
  /** Worker threads. Default: as many as the machine runs at once. */
  readonly threads?: number;
  /** Whether tasks are tried again that failed for what is in their mask or result. Default false. */
  readonly retryFailed?: boolean;
  /** Whether the first failure ends the run. Default false. */
  readonly failFast?: boolean;
  /** Ends the run early: downloads are given up, what is in the threads is finished and recorded. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BatchProgress) => void;
}

export interface BatchProgress {
  /** Tasks that this run has done, with their outputs on the disk. */
  readonly done: number;
  /** Tasks that were done before, and still hold. */
  readonly kept: number;
  /** Tasks that failed in this run. */
  readonly failed: number;
  /** Tasks that failed in an earlier run and were not tried again. */
  readonly failedBefore: number;
  /** The record that has just been written. */
  readonly last?: TaskRecord;
}

export interface BatchSummary extends Omit<BatchProgress, "last"> {
  /** Whether every task of the list was looked at: neither `signal` nor `failFast` ended the run. */
  readonly isComplete: boolean;
  /** What the outputs were made with. */
  readonly plan: OutputPlan;
}

const DEFAULT_DOWNLOADS = 8;
/** Tasks whose record is being written, beside those that are loaded or decoded. */
const RECORDS_IN_HAND = 32;
/** A key that is refused this often, and never taken, is wrong for all jobs. */
const MOST_REFUSALS = 10;
/** File systems take 255; the formats' endings come on top. */
const MOST_NAME_BYTES = 200;

/**
 * Takes every task to its output: loads, decodes, writes and records it, and goes on where an earlier run stopped.
 *
 * @throws {DecodeError} OPTION_INVALID. {ClassError} CLASS_LIST_INVALID.
 * @throws {BatchError} BATCH_LOCKED, MANIFEST_INVALID; STORAGE_FAILED as soon as an output cannot be written, since then
 *   none can. What was finished before is recorded.
 * @throws {PlaymentError} PLAYMENT_UNAUTHORISED: the key is refused for the first ten jobs.
 */
export async function runBatch(options: BatchOptions): Promise<BatchSummary> {
  const { downloads = DEFAULT_DOWNLOADS, threads } = options;
  const plan = planOutput(options.output);
  for (const [name, value] of Object.entries({ downloads, threads })) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw invalid(`${name} must be 1 or more.`);
  }
  const storage = new DirectoryStorage(options.out);
  const unlock = await lockDirectory(options.out);
  try {
    await storage.removeUnfinished();
    const manifest = await Manifest.open(options.out, storage);
    const pool = new DecodePool(threads);
    try {
      await writePlan(plan, storage);
      const counts = await runTasks(options, { plan, storage, manifest, pool, downloads });
      await writeDatasetFiles(plan, storage, manifest.records());
      return { ...counts, plan };
    } finally {
      await pool.close();
      await manifest.close();
    }
  } finally {
    await unlock();
  }
}

/** Keeps the options beside what is made with them. */
export async function writePlan(plan: OutputPlan, storage: Storage): Promise<void> {
  await writeJson(storage, `options/${plan.id}.json`, plan);
}

interface Tools {
  readonly plan: OutputPlan;
  readonly storage: Storage;
  readonly manifest: Manifest;
  readonly pool: DecodePool;
  readonly downloads: number;
}

async function runTasks(options: BatchOptions, tools: Tools): Promise<Omit<BatchSummary, "plan">> {
  const { plan, storage, manifest, pool, downloads } = tools;
  const { tasks, source, out: place, retryFailed = false, failFast = false, signal, onProgress } = options;
  const counts = { done: 0, kept: 0, failed: 0, failedBefore: 0 };
  /** Ends the run: the first failure, or what no task can do without. */
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const queue = new PQueue({ concurrency: downloads });
  const context = { source, downloads: queue, pool, plan, place, signal: stopped };
  let refusals = 0;

  const finish = async (record: TaskRecord) => {
    const { code, message = "" } = record.error ?? {};
    if (code === "STORAGE_FAILED") throw new BatchError(code, message);
    await manifest.append(record);
    counts[record.status]++;
    onProgress?.({ ...counts, last: record });
    if (record.status === "failed" && failFast) stop.abort();
    refusals = code === "PLAYMENT_UNAUTHORISED" ? refusals + 1 : Number.NEGATIVE_INFINITY;
    if (refusals === MOST_REFUSALS) throw new PlaymentError("PLAYMENT_UNAUTHORISED", message);
  };

  const perform = async (task: Task) => {
    const problem = problemOf(task);
    if (problem !== undefined) {
      return finish(recordOf(task, plan, { status: "failed", outputs: [], error: problem }));
    }
    const last = await manifest.latest(task.job, plan.format);
    const earlier = await usable(last, plan, storage);
    const holds = earlier !== undefined && (earlier.status === "done" || !(retryFailed || mayPass(earlier)));
    const isKept = holds && (!source.isRechecked || (await isUnchanged(task, context, earlier)));
    if (!isKept) {
      await withdraw(task, plan, last, { storage, write: (record) => manifest.append(record) });
      return finish(await performTask(task, context, { isFresh: needsFreshSource(earlier) }));
    }
    counts[earlier.status === "done" ? "kept" : "failedBefore"]++;
    onProgress?.({ ...counts });
  };

  const underWay = new PQueue({ concurrency: downloads + pool.mostTasks + RECORDS_IN_HAND });
  const seen = new Set<string>();
  let isComplete = true;
  let fault: { readonly error: unknown } | undefined;
  const end = (error: unknown) => {
    isComplete = false;
    if (stopped.aborted && error === stopped.reason) return;
    fault ??= { error };
    stop.abort();
  };
  try {
    for await (const task of tasks) {
      await underWay.onSizeLessThan(1);
      stopped.throwIfAborted();
      // A job that is there twice is one job.
      if (seen.has(task.job)) continue;
      seen.add(task.job);
      void underWay.add(() => perform(task)).catch(end);
    }
  } catch (error) {
    end(error);
  }
  await underWay.onIdle();
  if (fault !== undefined) throw fault.error;
  return { ...counts, isComplete };
}

/** What keeps a job's id from being the name of files, in any of the usual file systems. */
export function problemOf({ job }: Task): { readonly code: string; readonly message: string } | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: just these no file name may have.
  const isName = /^[^./\\:*?"<>|\x00-\x1f][^/\\:*?"<>|\x00-\x1f]*$/.test(job);
  if (isName && new TextEncoder().encode(job).length <= MOST_NAME_BYTES) return undefined;
  return {
    code: "JOB_ID_INVALID",
    message: `job ${quote(job)} cannot be the name of a file; it must not start with a dot, hold / \\ : * ? " < > |, or be longer than ${MOST_NAME_BYTES} bytes`,
  };
}
