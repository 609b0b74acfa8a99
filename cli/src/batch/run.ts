/// <reference types="node" />
/**
 * Runs a list of tasks into a directory. Tasks whose outputs are missing or were made with other options are done. A
 * failing task is recorded, and the others continue. However long the list is, only as many tasks are in progress as the
 * downloads and threads can handle.
 */

import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { type BatchOptions, type BatchSummary, checkBatch } from "./batch-options.js";
import { writeDatasetFiles } from "./dataset-files.js";
import { DirectoryStorage, WORK_FOLDER } from "./directory-storage.js";
import { lockDirectory } from "./lock.js";
import { Manifest } from "./manifest.js";
import type { OutputPlan } from "./output-plan.js";
import { DecodePool } from "./pool.js";
import { runTasks } from "./run-tasks.js";
import { type Storage, writeJson } from "./storage.js";

export type { BatchOptions, BatchProgress, BatchSummary } from "./batch-options.js";

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

/** Stores the options beside the outputs. */
export async function writePlan(plan: OutputPlan, storage: Storage): Promise<void> {
  await writeJson(storage, `options/${plan.id}.json`, plan);
}
