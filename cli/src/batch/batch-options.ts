/** The options of a batch, how far it is, and what it returns. */

import { checkKeys, checkOptions, invalid, isObject } from "labelmap/checks";
import type { DatasetReport } from "./dataset-files.js";
import type { OutputOptions } from "./output-options.js";
import type { OutputPlan } from "./output-plan.js";
import { planOutput } from "./plan-output.js";
import type { TaskRecord } from "./record.js";
import type { SourceProvider, Task } from "./sources.js";
import type { UnlabelledPixels } from "./unlabelled.js";

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
const KEYS = "tasks source out output downloads threads retryFailed failFast signal onProgress";

/** @throws {DecodeError} OPTION_INVALID. {ClassError} CLASS_LIST_INVALID. */
export function checkBatch(options: BatchOptions) {
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
