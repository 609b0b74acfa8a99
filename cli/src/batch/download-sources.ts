/// <reference types="node" />
/**
 * Downloads the sources of all tasks without decoding them. If class ids are made from the results, all results must be
 * available before the first mask is decoded.
 */
import PQueue from "p-queue";
import { endsRun } from "./ends-run.js";
import { type SourceProvider, sourcePaths, type Task } from "./sources.js";
import type { Storage } from "./storage.js";
import { checkTask, problemOf } from "./task-names.js";

export interface DownloadSourcesOptions {
  readonly tasks: readonly Task[];
  /** A source that keeps what it loads in `storage`. */
  readonly source: SourceProvider;
  readonly storage: Storage;
  /** The most downloads at the same time. */
  readonly downloads: number;
  /** Whether the first failure ends all downloads. Default false. */
  readonly failFast?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly failed: number }) => void;
}

/**
 * Loads the sources of all tasks before any task is decoded.
 *
 * @returns a source that gives the kept files. For a task that failed here it throws the same error again, so that no job
 *   is requested twice.
 * @throws {BatchError} STORAGE_FAILED. {PlaymentError} PLAYMENT_UNAUTHORISED: as `runBatch`. The first failure if
 *   `failFast` is true. The signal's reason.
 */
export async function downloadSources({
  tasks,
  source,
  storage,
  downloads,
  failFast = false,
  signal,
  onProgress,
}: DownloadSourcesOptions): Promise<SourceProvider> {
  const queue = new PQueue({ concurrency: downloads });
  const errors = new Map<string, unknown>();
  let done = 0;
  /** Ends all downloads, with the fault as its reason. */
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const fetchOne = async (task: Task) => {
    // The job's id cannot be a file name. The batch records this failure.
    if (problemOf(task) !== undefined) return;
    const { mask, result } = sourcePaths(task.job);
    try {
      const isKept = (await storage.size(result)) !== undefined && (await storage.size(mask)) !== undefined;
      stopped.throwIfAborted();
      if (!isKept) await source.load(task, { isFresh: false, signal: stopped });
      done++;
    } catch (error) {
      if (stopped.aborted) return;
      if (failFast || endsRun(error)) stop.abort(error);
      errors.set(task.job, error);
    }
    onProgress?.({ done, failed: errors.size });
  };
  for (const task of tasks) {
    await queue.onSizeLessThan(1);
    if (stopped.aborted) break;
    // An error here comes from the caller's `onProgress`.
    void queue.add(() => fetchOne(checkTask(task))).catch((error: unknown) => stop.abort(error));
  }
  await queue.onIdle();
  stopped.throwIfAborted();
  return {
    isRechecked: source.isRechecked,
    load(task, options) {
      if (errors.has(task.job)) throw errors.get(task.job);
      return source.load(task, options);
    },
  };
}
