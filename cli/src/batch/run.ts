/// <reference types="node" />
/**
 * A list of tasks to a directory: what is missing or was made otherwise is done, one bad task is recorded and the rest
 * goes on. However long the list, only so many tasks are under way as the downloads and threads can take.
 */

import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { checkKeys, checkOptions, invalid, isObject } from "labelmap/checks";
import PQueue from "p-queue";
import { BatchError } from "./batch-error.js";
import { type LeftOut, writeDatasetFiles } from "./dataset-files.js";
import { DirectoryStorage, WORK_FOLDER } from "./directory-storage.js";
import { lockDirectory } from "./lock.js";
import { Manifest } from "./manifest.js";
import { FORMATS, type OutputOptions, type OutputPlan, planOutput } from "./output-options.js";
import { DecodePool } from "./pool.js";
import { mayPass, type TaskRecord } from "./record.js";
import type { SourceProvider, Task } from "./sources.js";
import { type Storage, writeJson } from "./storage.js";
import {
  type Before,
  isUnchanged,
  needsFreshSource,
  type Performed,
  performTask,
  recordOf,
  usable,
} from "./task.js";
import { checkTask, problemOf, TaskNames } from "./task-names.js";

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
  /** What has just become of a task: its record, unless it failed for want of a source and what was done before stays. */
  readonly last?: TaskRecord;
}

export interface BatchSummary extends Omit<BatchProgress, "last"> {
  /** Whether every task of the list was looked at: neither `signal` nor `failFast` ended the run. */
  readonly isComplete: boolean;
  /** What the outputs were made with. */
  readonly plan: OutputPlan;
  /** Finished images that COCO's JSON lacks. */
  readonly leftOut: LeftOut;
}

const DEFAULT_DOWNLOADS = 8;
/** Tasks whose record is being written, beside those that are loaded or decoded. */
const RECORDS_IN_HAND = 32;
const KEYS = "tasks source out output downloads threads retryFailed failFast signal onProgress";

/**
 * Takes every task to its output: loads, decodes, writes and records it, and goes on where an earlier run stopped.
 *
 * @throws {DecodeError} OPTION_INVALID. {ClassError} CLASS_LIST_INVALID.
 * @throws {BatchError} BATCH_LOCKED, MANIFEST_INVALID; STORAGE_FAILED as soon as an output cannot be written, since then
 *   none can. What was finished before is recorded.
 * @throws {PlaymentError} PLAYMENT_UNAUTHORISED: of `fromVendor`, whose key is refused for ten jobs and taken for none.
 */
export async function runBatch(options: BatchOptions): Promise<BatchSummary> {
  checkBatch(options);
  return alone(options.out, () => runAlone(options));
}

/**
 * Does something while no other run may be at work in the output directory.
 *
 * @throws {BatchError} BATCH_LOCKED. STORAGE_FAILED. {DecodeError} OPTION_INVALID: it is no directory. What `work` throws.
 */
export async function alone<T>(out: string, work: () => Promise<T>): Promise<T> {
  const unlock = await lockDirectory(out);
  try {
    await new DirectoryStorage(out).removeUnfinished();
    const result = await work();
    await unlock();
    return result;
  } catch (error) {
    await unlock();
    // A call that proved wrong before anything was made leaves no folder behind: one that holds something stays.
    for (const folder of [join(out, WORK_FOLDER), out]) await rmdir(folder).catch(() => {});
    throw error;
  }
}

/** As `runBatch`, by whom is `alone` already. @throws as `runBatch`, except BATCH_LOCKED */
export async function runAlone(options: BatchOptions): Promise<BatchSummary> {
  const { downloads, threads, plan } = checkBatch(options);
  const storage = new DirectoryStorage(options.out);
  const manifest = await Manifest.open(options.out, storage);
  const pool = new DecodePool(threads);
  try {
    await writePlan(plan, storage);
    const counts = await runTasks(options, { plan, storage, manifest, pool, downloads });
    const leftOut = await writeDatasetFiles(plan, storage, manifest.records());
    return { ...counts, plan, leftOut };
  } finally {
    await pool.close();
    await manifest.close();
  }
}

/** @throws {DecodeError} OPTION_INVALID. {ClassError} CLASS_LIST_INVALID. */
function checkBatch(options: BatchOptions) {
  checkKeys(checkOptions(options, "retryFailed", "failFast"), KEYS, "the options");
  const { tasks, source, out, downloads = DEFAULT_DOWNLOADS, threads, signal, onProgress } = options;
  const isList = isObject(tasks as unknown) || Array.isArray(tasks);
  if (!isList || !(Symbol.iterator in tasks || Symbol.asyncIterator in tasks)) {
    throw invalid("tasks must be a list of tasks, or another iterable of them.");
  }
  if (!isObject(source as unknown) || typeof source.load !== "function") {
    throw invalid("source must be what fromFiles or fromVendor gives, or a SourceProvider of your own.");
  }
  if (typeof out !== "string" || out === "") throw invalid("out must be a directory.");
  for (const [name, value] of Object.entries({ downloads, threads })) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw invalid(`${name} must be 1 or more.`);
  }
  if (signal !== undefined && !((signal as unknown) instanceof AbortSignal)) {
    throw invalid("signal must be an AbortSignal.");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw invalid("onProgress must be a function.");
  }
  return { downloads, threads, plan: planOutput(options.output) };
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

async function runTasks(
  options: BatchOptions,
  tools: Tools,
): Promise<Omit<BatchSummary, "plan" | "leftOut">> {
  const { plan, storage, manifest, pool, downloads } = tools;
  const { tasks, source, out: place, retryFailed = false, failFast = false, signal, onProgress } = options;
  const counts = { done: 0, kept: 0, failed: 0, failedBefore: 0 };
  /** Ends the run: the first failure, or what no task can do without. */
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const queue = new PQueue({ concurrency: downloads });
  const context = { source, downloads: queue, pool, plan, place, signal: stopped };

  const finish = async ({ record, isUntouched }: Performed) => {
    const { code, message = "" } = record.error ?? {};
    if (code === "STORAGE_FAILED") throw new BatchError(code, message);
    if (!isUntouched) await manifest.append(record);
    counts[record.status]++;
    onProgress?.({ ...counts, last: record });
    if (record.status === "failed" && failFast) stop.abort();
  };

  const perform = async (task: Task, problem = problemOf(task)) => {
    if (problem !== undefined) {
      const record = recordOf(task, plan, { status: "failed", outputs: [], error: problem });
      return finish({ record, isUntouched: false });
    }
    const last = await manifest.latest(task.job, plan.format);
    // A job of another project is another job.
    const earlier = last?.project === task.project ? await usable(last, plan, storage) : undefined;
    const holds = earlier !== undefined && (earlier.status === "done" || !(retryFailed || mayPass(earlier)));
    const isKept = holds && (!source.isRechecked || (await isUnchanged(task, context, earlier)));
    if (!isKept) {
      const isFresh = needsFreshSource(earlier) || (await isOfOther(task));
      const before: Before = { last, storage, write: (record) => manifest.append(record) };
      return finish(await performTask(task, context, before, { isFresh }));
    }
    counts[earlier.status === "done" ? "kept" : "failedBefore"]++;
    onProgress?.({ ...counts });
  };

  /** Whether what is kept of a job's source may be that of another project. */
  const isOfOther = async ({ job, project }: Task) => {
    for (const format of FORMATS) {
      const record = await manifest.latest(job, format);
      if (record !== undefined && record.project !== project) return true;
    }
    return false;
  };

  const underWay = new PQueue({ concurrency: downloads + pool.mostTasks + RECORDS_IN_HAND });
  const names = new TaskNames();
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
      const problem = names.add(checkTask(task));
      if (problem === "known") continue;
      void underWay.add(() => perform(task, problem)).catch(end);
    }
  } catch (error) {
    end(error);
  }
  await underWay.onIdle();
  if (fault !== undefined) throw fault.error;
  return { ...counts, isComplete };
}
