/// <reference types="node" />
/**
 * One task from its source to its record: what the local batch and the workers of a cluster both do. Loading waits in
 * a queue of downloads, and a download keeps its place there until a thread has room for what it brought: the two
 * stages hold each other back.
 */
import { LabelMapError, version } from "labelmap";
import { isObject } from "labelmap/checks";
import type PQueue from "p-queue";
import { BatchError } from "./batch-error.js";
import { kindAndPlace, type Outcome, plainError, type WorkerTask } from "./decode-worker.js";
import { makesTheSame, type OutputPlan } from "./output-options.js";
import type { DecodePool } from "./pool.js";
import { checkSource } from "./read-source.js";
import type { TaskRecord } from "./record.js";
import { endsRun, type LoadOptions, type Source, type SourceProvider, type Task } from "./sources.js";
import type { Storage } from "./storage.js";

export interface TaskContext {
  readonly source: SourceProvider;
  readonly downloads: PQueue;
  readonly pool: DecodePool;
  readonly plan: OutputPlan;
  /** As `openStorage` takes it. */
  readonly place: string;
  readonly signal?: AbortSignal;
}

/** What a task's last record is, and how another becomes its last. */
export interface Before {
  readonly last: TaskRecord | undefined;
  readonly storage: Storage;
  readonly write: (record: TaskRecord) => Promise<void>;
}

export interface Performed {
  readonly record: TaskRecord;
  /** There was no source to make the task anew from: the files of before are there, and their record is to stay. */
  readonly isUntouched: boolean;
}

/**
 * Makes a task's files, and takes away those of before as soon as there is a source.
 *
 * @param options.isFresh whether the source is to be fetched anew, since what is kept of it did not do.
 * @throws the signal's reason, where it aborts before there is a source; what `endsRun`. All else that fails is in the
 *   record.
 */
export async function performTask(
  task: Task,
  context: TaskContext,
  before: Before,
  options: { readonly isFresh?: boolean } = {},
): Promise<Performed> {
  let isUntouched = before.last?.status === "done";
  // Of what did not end only remains are there.
  if (!isUntouched) await withdraw(task, context.plan, before);
  const onSource = async ({ mask, result }: Source) => {
    if (!isUntouched) return;
    // Other sources are in memory by now.
    for (const part of [mask, result]) if (isObject(part) && "file" in part) await checkSource(part.file);
    await withdraw(task, context.plan, before);
    isUntouched = false;
  };
  // Without hashes to compare with, the thread gives an outcome.
  const record = (await inThread(task, context, { ...options, onSource })) as TaskRecord;
  return { record, isUntouched };
}

/** Whether a task's source is still what its record was made from; not where it cannot be read. @throws as `performTask` */
export async function isUnchanged(
  task: Task,
  context: TaskContext,
  { mask, result }: TaskRecord,
): Promise<boolean> {
  return (await inThread(task, context, { known: { mask, result } })) === "unchanged";
}

interface ThreadOptions extends Pick<WorkerTask, "known"> {
  readonly isFresh?: boolean;
  readonly onSource?: (source: Source) => Promise<void>;
}

async function inThread(
  task: Task,
  { source, downloads, pool, plan, place, signal }: TaskContext,
  { isFresh = false, known, onSource }: ThreadOptions,
): Promise<TaskRecord | "unchanged" | "changed"> {
  try {
    const loaded: Source = await downloads.add(async () => {
      signal?.throwIfAborted();
      const files = await load(source, task, { isFresh, ...(signal === undefined ? {} : { signal }) });
      await onSource?.(files);
      await pool.hasRoom();
      return files;
    });
    const compared = known === undefined ? {} : { known };
    const answer = await pool.run({ job: task.job, plan, place, ...compared, ...loaded });
    return "outcome" in answer ? recordOf(task, plan, answer.outcome) : answer.comparison;
  } catch (error) {
    signal?.throwIfAborted();
    if (endsRun(error)) throw error;
    return recordOf(task, plan, { status: "failed", outputs: [], error: plainError(error) });
  }
}

async function load(source: SourceProvider, task: Task, options: LoadOptions): Promise<Source> {
  try {
    return await source.load(task, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof LabelMapError) throw error;
    const message = `job ${task.job}: the source failed: ${kindAndPlace(error)}; its text is not recorded, since it may hold a key`;
    throw new BatchError("SOURCE_MISSING", message, { cause: error });
  }
}

/**
 * Before a finished task's files are made anew from another source or with other options: says in its record that it has
 * not ended, and takes the old files away. If the making is cut off, the old record must not count, since the files may be
 * the new ones, of the same size; and if it fails, old files must not lie among new ones.
 *
 * @throws {BatchError} STORAGE_FAILED
 */
export async function withdraw(
  task: Task,
  plan: OutputPlan,
  { last, storage, write }: Before,
): Promise<void> {
  if (last === undefined) return;
  if (last.status === "done") {
    const message = "made anew from another source or with other options, which has not ended";
    // With the old outputs: a run that is killed before they are gone leaves them to the next one.
    const { outputs } = last;
    await write(
      recordOf(task, plan, { status: "failed", outputs, error: { code: "TASK_UNFINISHED", message } }),
    );
  }
  for (const { path } of last.outputs) await storage.remove(path);
}

/**
 * The record of an earlier run, where it tells what this plan makes of the task: its outputs are there, as long as they
 * were; or it failed, with just these options.
 *
 * @throws {BatchError} STORAGE_FAILED
 */
export async function usable(
  record: TaskRecord | undefined,
  plan: OutputPlan,
  storage: Storage,
): Promise<TaskRecord | undefined> {
  if (record?.status === "failed") return record.options === plan.id ? record : undefined;
  if (record === undefined || !makesTheSame(plan, record.options)) return undefined;
  for (const { path, bytes } of record.outputs) {
    if ((await storage.size(path)) !== bytes) return undefined;
  }
  return record;
}

/** Whether what is kept of a source did not do: an earlier try with the same options failed with it. */
export function needsFreshSource(earlier: TaskRecord | undefined): boolean {
  return earlier?.status === "failed" && earlier.error?.code !== "TASK_UNFINISHED";
}

/** The record of a task that could not be begun. */
export function recordOf({ job, project }: Task, { format, id }: OutputPlan, outcome: Outcome): TaskRecord {
  return {
    job,
    ...(project === undefined ? {} : { project }),
    format,
    options: id,
    ...outcome,
    version,
    time: new Date().toISOString(),
  };
}
