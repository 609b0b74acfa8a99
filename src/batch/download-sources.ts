/// <reference types="node" />
/**
 * The download alone, of all tasks: where class ids are to be made from the results, all results must be there before the
 * first mask is decoded.
 */
import PQueue from "p-queue";
import { BatchError } from "./batch-error.js";
import { problemOf } from "./run.js";
import { type SourceProvider, sourcePaths, type Task } from "./sources.js";
import type { Storage } from "./storage.js";

export interface DownloadSourcesOptions {
  readonly tasks: readonly Task[];
  /** One that keeps what it loads in `storage`. */
  readonly source: SourceProvider;
  readonly storage: Storage;
  /** Most downloads at once. */
  readonly downloads: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly failed: number }) => void;
}

/**
 * Loads the sources of all tasks before any is decoded.
 *
 * @returns a source that gives what is kept, and for a task that failed here its error: no task is asked for twice.
 * @throws {BatchError} STORAGE_FAILED. The signal's reason.
 */
export async function downloadSources({
  tasks,
  source,
  storage,
  downloads,
  signal,
  onProgress,
}: DownloadSourcesOptions): Promise<SourceProvider> {
  const queue = new PQueue({ concurrency: downloads });
  const errors = new Map<string, unknown>();
  let done = 0;
  /** What no download can do without: the storage. */
  let fault: BatchError | undefined;
  const options = { isFresh: false, ...(signal === undefined ? {} : { signal }) };
  const fetchOne = async (task: Task) => {
    // It has no file name: the batch says so in its record.
    if (problemOf(task) !== undefined) return;
    const { mask, result } = sourcePaths(task.job);
    try {
      signal?.throwIfAborted();
      const isKept = (await storage.size(result)) !== undefined && (await storage.size(mask)) !== undefined;
      if (!isKept) await source.load(task, options);
      done++;
    } catch (error) {
      if (error instanceof BatchError && error.code === "STORAGE_FAILED") fault ??= error;
      else if (!signal?.aborted) errors.set(task.job, error);
    }
    onProgress?.({ done, failed: errors.size });
  };
  for (const task of tasks) {
    await queue.onSizeLessThan(1);
    if (signal?.aborted || fault !== undefined) break;
    void queue.add(() => fetchOne(task)).catch((error: unknown) => errors.set(task.job, error));
  }
  await queue.onIdle();
  if (fault !== undefined) throw fault;
  signal?.throwIfAborted();
  return {
    isRechecked: source.isRechecked,
    load(task, options) {
      if (errors.has(task.job)) throw errors.get(task.job);
      return source.load(task, options);
    },
  };
}
