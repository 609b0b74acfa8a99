/// <reference types="node" />
/**
 * One task from its source to its record: what the local batch and the workers of a cluster both do. Loading waits in
 * a queue of downloads, and a download keeps its place there until a thread has room for what it brought: the two
 * stages hold each other back.
 */
import type PQueue from "p-queue";
import { version } from "../version.js";
import { type Outcome, plainError, type WorkerTask } from "./decode-worker.js";
import { makesTheSame, type OutputPlan } from "./output-options.js";
import type { DecodePool } from "./pool.js";
import type { TaskRecord } from "./record.js";
import type { Source, SourceProvider, Task } from "./sources.js";
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

/**
 * @param options.isFresh whether the source is to be fetched anew, since what is kept of it did not do.
 * @throws the signal's reason, where it aborts before there is a source. All else that fails is in the record.
 */
export async function performTask(
  task: Task,
  context: TaskContext,
  options: { readonly isFresh?: boolean } = {},
): Promise<TaskRecord> {
  // Without hashes to compare with, the thread gives an outcome.
  return (await inThread(task, context, options)) as TaskRecord;
}

/** Whether a task's source is still what its record was made from; not where it cannot be read. @throws as `performTask` */
export async function isUnchanged(
  task: Task,
  context: TaskContext,
  { mask, result }: TaskRecord,
): Promise<boolean> {
  return (await inThread(task, context, { known: { mask, result } })) === "unchanged";
}

async function inThread(
  task: Task,
  { source, downloads, pool, plan, place, signal }: TaskContext,
  { isFresh = false, known }: { readonly isFresh?: boolean } & Pick<WorkerTask, "known">,
): Promise<TaskRecord | "unchanged" | "changed"> {
  try {
    const loaded: Source = await downloads.add(async () => {
      signal?.throwIfAborted();
      const files = await source.load(task, { isFresh, ...(signal === undefined ? {} : { signal }) });
      await pool.hasRoom();
      return files;
    });
    const compared = known === undefined ? {} : { known };
    const answer = await pool.run({ job: task.job, plan, place, ...compared, ...loaded });
    return "outcome" in answer ? recordOf(task, plan, answer.outcome) : answer.comparison;
  } catch (error) {
    signal?.throwIfAborted();
    return recordOf(task, plan, { status: "failed", outputs: [], error: plainError(error) });
  }
}

/**
 * Before a finished task's files are made anew from another source or with other options: says in its record that it has
 * not ended, and takes the old files away. If the making is cut off, the old record must not count, since the files may be
 * the new ones, of the same size; and if it fails, old files must not lie among new ones.
 *
 * @param write makes the record the task's last.
 * @throws {BatchError} STORAGE_FAILED
 */
export async function withdraw(
  task: Task,
  plan: OutputPlan,
  last: TaskRecord | undefined,
  { storage, write }: { readonly storage: Storage; readonly write: (record: TaskRecord) => Promise<void> },
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
