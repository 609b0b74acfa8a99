/// <reference types="node" />
/**
 * One task from its source to its record: what the local batch and the workers of a cluster both do. Loading waits in
 * a queue of downloads, and a download keeps its place there until a thread has room for what it brought: the two
 * stages hold each other back.
 */
import type PQueue from "p-queue";
import { version } from "../version.js";
import { type Outcome, plainError } from "./decode-worker.js";
import type { OutputPlan } from "./output-options.js";
import type { DecodePool } from "./pool.js";
import type { TaskRecord } from "./record.js";
import type { Source, SourceProvider, Task } from "./sources.js";

export interface TaskContext {
  readonly source: SourceProvider;
  readonly downloads: PQueue;
  readonly pool: DecodePool;
  readonly plan: OutputPlan;
  /** As `openStorage` takes it. */
  readonly place: string;
  readonly signal?: AbortSignal;
}

export interface EarlierTry {
  /** The hashes of a record that holds as long as the source has them. */
  readonly known?: Pick<TaskRecord, "mask" | "result">;
  /** Whether the source is to be fetched anew, since what is kept of it did not do. */
  readonly isFresh?: boolean;
}

/**
 * @returns the record, or `undefined` where the source is as it was `known`.
 * @throws the signal's reason, where it aborts before there is a source. All else that fails is in the record.
 */
export async function performTask(
  task: Task,
  context: TaskContext,
  { known, isFresh = false }: EarlierTry = {},
): Promise<TaskRecord | undefined> {
  const { source, downloads, pool, plan, place, signal } = context;
  const { job } = task;
  const compared = known === undefined ? {} : { known: { mask: known.mask, result: known.result } };
  try {
    const loaded: Source = await downloads.add(async () => {
      signal?.throwIfAborted();
      const files = await source.load(task, { isFresh, ...(signal === undefined ? {} : { signal }) });
      await pool.hasRoom();
      return files;
    });
    const answer = await pool.run({ job, plan, place, ...compared, ...loaded });
    return "outcome" in answer ? recordOf(task, plan, answer.outcome) : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return recordOf(task, plan, { status: "failed", outputs: [], error: plainError(error) });
  }
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
