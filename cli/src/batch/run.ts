/// <reference types="node" />
/**
 * Runs a list of tasks into a directory. Tasks whose outputs are missing or were made with other options are done. A
 * failing task is recorded, and the others continue. However long the list is, only as many tasks are in progress as the
 * downloads and threads can handle.
 */

import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { checkKeys, checkOptions, invalid, isObject } from "labelmap/checks";
import PQueue from "p-queue";
import { BatchError } from "./batch-error.js";
import { type DatasetReport, writeDatasetFiles } from "./dataset-files.js";
import { DirectoryStorage, WORK_FOLDER } from "./directory-storage.js";
import { lockDirectory } from "./lock.js";
import { Manifest } from "./manifest.js";
import { FORMATS, type OutputOptions } from "./output-options.js";
import type { OutputPlan } from "./output-plan.js";
import { planOutput } from "./plan-output.js";
import { DecodePool } from "./pool.js";
import { isTransient, type TaskRecord } from "./record.js";
import type { SourceProvider, Task } from "./sources.js";
import { type Storage, writeJson } from "./storage.js";
import {
  isUnchanged,
  needsFreshSource,
  type Performed,
  type Previous,
  performTask,
  recordOf,
  recordVideo,
  usable,
  withPhoto,
} from "./task.js";
import { checkTask, problemOf, TaskNames } from "./task-names.js";
import { UnlabelledCount, type UnlabelledPixels } from "./unlabelled.js";

export interface BatchOptions {
  /** The tasks. They are read one by one, when there is room. */
  readonly tasks: Iterable<Task> | AsyncIterable<Task>;
  /** `fromVendor`, `fromFiles`, or a source of your own. */
  readonly source: SourceProvider;
  /** The output directory. It is created if it is missing. */
  readonly out: string;
  readonly output: OutputOptions;
  /** The most sources to load at the same time. Default 8. */
  readonly downloads?: number;
  /** The number of worker threads. Default: as many as the machine can run at the same time. */
  readonly threads?: number;
  /** Whether to retry tasks that failed because of their mask or result. Default false. */
  readonly retryFailed?: boolean;
  /** Whether the first failure ends the run. Default false. */
  readonly failFast?: boolean;
  /** Ends the run early: downloads are abandoned, and tasks in the threads are finished and recorded. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BatchProgress) => void;
}

export interface BatchProgress {
  /** The number of tasks that this run has done, with their outputs on the disk. */
  readonly done: number;
  /** The number of tasks that were already done and are still up to date. */
  readonly kept: number;
  /** The number of tasks that failed in this run. */
  readonly failed: number;
  /** The number of tasks that failed in an earlier run and were not retried. */
  readonly failedBefore: number;
  /** How many more tasks there are than in the list, because videos have turned out to have frames. */
  readonly added: number;
  /**
   * The outcome of the latest task. It is also in the manifest, except if the source was missing and the earlier
   * outputs stay.
   */
  readonly last?: TaskRecord;
}

export interface BatchSummary extends Omit<BatchProgress, "last" | "added">, DatasetReport {
  /** Whether the whole list was processed: neither `signal` nor `failFast` ended the run. */
  readonly isComplete: boolean;
  /** The complete options of the outputs. */
  readonly plan: OutputPlan;
  /** The unlabelled pixels of the tasks that are done or up to date. */
  readonly unlabelled: UnlabelledPixels;
}

const DEFAULT_DOWNLOADS = 8;
/** Tasks whose record is being written, in addition to those that are being loaded or decoded. */
const RECORDS_IN_PROGRESS = 32;
const KEYS = "tasks source out output downloads threads retryFailed failFast signal onProgress";

/**
 * Makes the outputs of all tasks: loads, decodes, writes and records each task. Continues where an earlier run stopped.
 *
 * @throws {DecodeError} OPTION_INVALID. {ClassError} CLASS_LIST_INVALID.
 * @throws {BatchError} BATCH_LOCKED, MANIFEST_INVALID. STORAGE_FAILED as soon as one output cannot be written, because then
 *   the others cannot be written either. Finished tasks are recorded.
 * @throws {PlaymentError} PLAYMENT_UNAUTHORISED: from `fromVendor`, if the vendor says that the key is wrong, or if the key was
 *   refused for ten jobs and accepted for none.
 */
export async function runBatch(options: BatchOptions): Promise<BatchSummary> {
  checkBatch(options);
  return withLock(options.out, () => runLocked(options));
}

/**
 * Does `work` while no other run can use the output directory.
 *
 * @throws {BatchError} BATCH_LOCKED. STORAGE_FAILED. {DecodeError} OPTION_INVALID: it is not a directory. What `work` throws.
 */
export async function withLock<T>(out: string, work: () => Promise<T>): Promise<T> {
  const unlock = await lockDirectory(out);
  try {
    await new DirectoryStorage(out).removeUnfinished();
    const result = await work();
    await unlock();
    return result;
  } catch (error) {
    await unlock();
    // If the call failed before it made anything, leave no empty folder behind. `rmdir` keeps folders that are not empty.
    for (const folder of [join(out, WORK_FOLDER), out]) await rmdir(folder).catch(() => {});
    throw error;
  }
}

/** As `runBatch`, for a caller that already holds the lock. @throws as `runBatch`, except BATCH_LOCKED */
export async function runLocked(options: BatchOptions): Promise<BatchSummary> {
  const { downloads, threads, plan } = checkBatch(options);
  const storage = new DirectoryStorage(options.out);
  const manifest = await Manifest.open(options.out, storage);
  const pool = new DecodePool(threads, options.source.mostLoaded);
  try {
    await writePlan(plan, storage);
    const counts = await runTasks(options, { plan, storage, manifest, pool, downloads });
    const report = await writeDatasetFiles(plan, storage, manifest.records());
    return { ...counts, plan, ...report };
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
    throw invalid("tasks must be an array of tasks, or another iterable of tasks.");
  }
  if (!isObject(source as unknown) || typeof source.load !== "function") {
    throw invalid("source must come from fromFiles or fromVendor, or be a SourceProvider of your own.");
  }
  if (typeof out !== "string" || out === "") throw invalid("out must be the path of a directory.");
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

/** Stores the options beside the outputs. */
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
): Promise<Omit<BatchSummary, "plan" | keyof DatasetReport>> {
  const { plan, storage, manifest, pool, downloads } = tools;
  const { tasks, source, out: place, retryFailed = false, failFast = false, signal, onProgress } = options;
  const counts = { done: 0, kept: 0, failed: 0, failedBefore: 0 };
  let added = 0;
  const unlabelled = new UnlabelledCount();
  /** Ends the run: at the first failure if `failFast` is set, or at an error that affects all tasks. */
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const queue = new PQueue({ concurrency: downloads });
  const context = { source, downloads: queue, pool, plan, place, signal: stopped };

  const finish = async ({ record, isUntouched }: Performed) => {
    const { code, message = "" } = record.error ?? {};
    if (code === "STORAGE_FAILED") throw new BatchError(code, message);
    if (!isUntouched) await manifest.append(record);
    counts[record.status]++;
    unlabelled.add(record);
    onProgress?.({ ...counts, added, last: record });
    if (record.status === "failed" && failFast) stop.abort();
  };

  /** @returns the tasks of the frames, if the task is a video */
  const perform = async (task: Task, problem = problemOf(task)): Promise<readonly Task[]> => {
    if (problem !== undefined) {
      const record = recordOf(task, plan, { status: "failed", outputs: [], error: problem });
      await finish({ record, isUntouched: false });
      return [];
    }
    const last = await manifest.latest(task.job, plan.format);
    // The same id in another project is another job.
    const earlier = last?.project === task.project ? await usable(last, plan, storage) : undefined;
    const isFinal =
      earlier !== undefined && (earlier.status === "done" || !(retryFailed || isTransient(earlier)));
    // The record of a video does not say whether its frames are done.
    const isVideo = earlier?.frames !== undefined;
    const isKept =
      isFinal && !isVideo && (!source.isRechecked || (await isUnchanged(task, context, earlier)));
    if (!isKept) {
      const isFresh = needsFreshSource(earlier) || (await mayBeOtherProjects(task));
      const previous: Previous = { last, storage, write: (record) => manifest.append(record) };
      const performed = await performTask(task, context, previous, { isFresh });
      if ("record" in performed) {
        await finish(performed);
        return [];
      }
      const { frames } = performed;
      if (!isVideo) await recordVideo({ task, frames }, plan, previous);
      added += frames.length - 1;
      return frames;
    }
    if (earlier.status === "done" && earlier.photo !== task.photo)
      await manifest.append(withPhoto(earlier, task));
    counts[earlier.status === "done" ? "kept" : "failedBefore"]++;
    unlabelled.add(earlier);
    onProgress?.({ ...counts, added });
    return [];
  };

  /** Whether the kept source of a job may belong to another project. */
  const mayBeOtherProjects = async ({ job, project }: Task) => {
    for (const format of FORMATS) {
      const record = await manifest.latest(job, format);
      if (record !== undefined && record.project !== project) return true;
    }
    return false;
  };

  const inProgress = new PQueue({ concurrency: downloads + pool.mostTasks + RECORDS_IN_PROGRESS });
  const names = new TaskNames();
  let isComplete = true;
  let fault: { readonly error: unknown } | undefined;
  const end = (error: unknown) => {
    isComplete = false;
    if (stopped.aborted && error === stopped.reason) return;
    fault ??= { error };
    stop.abort();
  };
  const listsInProgress = new Set<Promise<void>>();
  const start = (list: typeof tasks) => {
    const running = performAll(list).catch(end);
    listsInProgress.add(running);
    void running.finally(() => listsInProgress.delete(running));
  };
  const performAll = async (list: typeof tasks) => {
    for await (const task of list) {
      await inProgress.onSizeLessThan(1);
      stopped.throwIfAborted();
      const problem = names.add(checkTask(task));
      if (problem === "known") continue;
      const performOne = async () => {
        const frames = await perform(task, problem);
        // They wait outside the queue: a video that kept its place could keep its frames from getting one.
        if (frames.length > 0) start(frames);
      };
      void inProgress.add(performOne).catch(end);
    }
  };
  start(tasks);
  while (listsInProgress.size > 0 || inProgress.size + inProgress.pending > 0) {
    await Promise.all(listsInProgress);
    await inProgress.onIdle();
  }
  if (fault !== undefined) throw fault.error;
  return { ...counts, isComplete, unlabelled: unlabelled.total };
}
