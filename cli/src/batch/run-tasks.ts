/**
 * Does the tasks of a batch, as many at a time as the downloads and threads can handle. A video gives more tasks while the
 * batch runs: one for each frame.
 */

import PQueue from "p-queue";
import { BatchError } from "./batch-error.js";
import type { BatchOptions, BatchSummary } from "./batch-options.js";
import type { DatasetReport } from "./dataset-files.js";
import type { Manifest } from "./manifest.js";
import { FORMATS } from "./output-options.js";
import type { OutputPlan } from "./output-plan.js";
import type { DecodePool } from "./pool.js";
import { isTransient } from "./record.js";
import type { Task } from "./sources.js";
import type { Storage } from "./storage.js";
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
import { UnlabelledCount } from "./unlabelled.js";

/** Tasks whose record is being written, in addition to those that are being loaded or decoded. */
const RECORDS_IN_PROGRESS = 32;

/** What a batch works with. */
export interface Tools {
  readonly plan: OutputPlan;
  readonly storage: Storage;
  readonly manifest: Manifest;
  readonly pool: DecodePool;
  readonly downloads: number;
}

/** @throws as `runBatch` */
export async function runTasks(
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
