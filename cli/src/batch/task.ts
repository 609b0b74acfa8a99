/// <reference types="node" />
/**
 * Takes one task from its source to its record. The local batch and the workers of a cluster both use it. A task first
 * waits in a queue of downloads. It keeps its place there until a thread has room for it, so that downloads cannot get far
 * ahead of the decoding.
 */
import { LabelMapError, version } from "labelmap";
import { isObject } from "labelmap/checks";
import type PQueue from "p-queue";
import { BatchError } from "./batch-error.js";
import { kindAndPlace, type Outcome, plainError, type WorkerTask } from "./decode-worker.js";
import { describeVideo } from "./describe-video.js";
import { endsRun } from "./ends-run.js";
import { recordedPaths, videoPath } from "./output-paths.js";
import { makesSameOutputs, type OutputPlan, planText } from "./output-plan.js";
import type { DecodePool } from "./pool.js";
import { checkSource } from "./read-source.js";
import { measure, type TaskRecord } from "./record.js";
import type { LoadOptions, MapSource, Source, SourceProvider, Task, VideoSource } from "./sources.js";
import { type Storage, writeText } from "./storage.js";

export interface TaskContext {
  readonly source: SourceProvider;
  readonly downloads: PQueue;
  readonly pool: DecodePool;
  readonly plan: OutputPlan;
  /** As `openStorage` takes it. */
  readonly place: string;
  readonly signal?: AbortSignal;
}

/** The last record of a task, and how to write the next one. */
export interface Previous {
  readonly last: TaskRecord | undefined;
  readonly storage: Storage;
  readonly write: (record: TaskRecord) => Promise<void>;
}

export interface Performed {
  readonly record: TaskRecord;
  /** Whether the earlier outputs and their record stay, because there was no source to redo the task from. */
  readonly isUntouched: boolean;
}

/**
 * Makes a task's files. The earlier files are removed as soon as there is a source.
 *
 * @param options.isFresh whether to fetch the source again, because an earlier try failed with the kept one.
 * @throws the signal's reason, if it aborts before there is a source; an error that `endsRun`. All other errors are
 *   recorded.
 */
export async function performTask(
  task: Task,
  context: TaskContext,
  previous: Previous,
  options: { readonly isFresh?: boolean } = {},
): Promise<Performed | VideoSource> {
  let isUntouched = previous.last?.status === "done";
  // An unfinished task may have left some files behind.
  if (!isUntouched) await withdraw(task, context.plan, previous);
  const onSource = async (loaded: Source | MapSource) => {
    if (!isUntouched) return;
    // Sources that are not files are already in memory.
    const parts = "map" in loaded ? [] : [loaded.mask, loaded.result];
    for (const part of parts) if (isObject(part) && "file" in part) await checkSource(part.file);
    await withdraw(task, context.plan, previous);
    isUntouched = false;
  };
  // Without `known` hashes, the thread returns an outcome and not a comparison.
  const made = (await inThread(task, context, { ...options, onSource })) as TaskRecord | VideoSource;
  return "job" in made ? { record: made, isUntouched } : made;
}

/**
 * Writes the file that says which frames and objects a video has, and the video's record.
 * @throws {BatchError} STORAGE_FAILED
 */
export async function recordVideo(
  { task, frames }: VideoSource & { readonly task: Task },
  plan: OutputPlan,
  previous: Previous,
): Promise<void> {
  await withdraw(task, plan, previous);
  const path = videoPath(plan.format, task.job);
  const text = describeVideo(task.job, frames);
  await writeText(previous.storage, path, text);
  const outputs = [{ path, ...measure(new TextEncoder().encode(text)) }];
  await previous.write({
    ...recordOf(task, plan, { status: "done", outputs, issues: [] }),
    frames: frames.length,
  });
}

/**
 * Whether a task's source has not changed since its record was made; false if it cannot be read.
 * @throws as `performTask`
 */
export async function isUnchanged(
  task: Task,
  context: TaskContext,
  { mask, result }: TaskRecord,
): Promise<boolean> {
  return (await inThread(task, context, { known: { mask, result } })) === "unchanged";
}

interface ThreadOptions extends Pick<WorkerTask, "known"> {
  readonly isFresh?: boolean;
  readonly onSource?: (source: Source | MapSource) => Promise<void>;
}

async function inThread(
  task: Task,
  { source, downloads, pool, plan, place, signal }: TaskContext,
  { isFresh = false, known, onSource }: ThreadOptions,
): Promise<TaskRecord | VideoSource | "unchanged" | "changed"> {
  try {
    const loaded = await downloads.add(async () => {
      signal?.throwIfAborted();
      const files = await load(source, task, { isFresh, ...(signal === undefined ? {} : { signal }) });
      if ("frames" in files) return files;
      await onSource?.(files);
      await pool.reserve();
      return files;
    });
    if ("frames" in loaded) return loaded;
    const compared = known === undefined ? {} : { known };
    const answer = await pool.run({ job: task.job, plan: planText(plan), place, ...compared, ...loaded });
    return "outcome" in answer ? recordOf(task, plan, answer.outcome) : answer.comparison;
  } catch (error) {
    signal?.throwIfAborted();
    if (endsRun(error)) throw error;
    return recordOf(task, plan, { status: "failed", outputs: [], error: plainError(error) });
  }
}

async function load(
  source: SourceProvider,
  task: Task,
  options: LoadOptions,
): Promise<Source | MapSource | VideoSource> {
  try {
    return await source.load(task, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof LabelMapError) throw error;
    const message = `job ${task.job}: the source failed: ${kindAndPlace(error)}; the error's text is not recorded, because it may contain a key`;
    throw new BatchError("SOURCE_MISSING", message, { cause: error });
  }
}

/**
 * Prepares a finished task for being redone from another source or with other options: records that it is unfinished, and
 * removes its old files, but never a file that this job and format cannot have. If the run is cut off later, the old
 * record must not count, because new files of the same size may already be there. If the task fails, no old files must
 * be left among the new ones.
 *
 * @throws {BatchError} STORAGE_FAILED
 */
export async function withdraw(
  task: Task,
  plan: OutputPlan,
  { last, storage, write }: Previous,
): Promise<void> {
  if (last === undefined) return;
  // A damaged or forged record may name the files of another job. They are not touched.
  const own = recordedPaths(plan.format, task.job);
  const outputs = last.outputs.filter(({ path }) => own.includes(path));
  if (last.status === "done") {
    const message = "being redone from another source or with other options, and not finished";
    // The record lists the old outputs: if the run is killed before they are removed, the next run removes them.
    await write(
      recordOf(task, plan, { status: "failed", outputs, error: { code: "TASK_UNFINISHED", message } }),
    );
  }
  for (const { path } of outputs) await storage.remove(path);
}

/**
 * The record of an earlier run, if it is valid for this plan: either its outputs are files of this job, exist and have
 * their recorded sizes, or the task failed with exactly these options.
 *
 * @throws {BatchError} STORAGE_FAILED
 */
export async function usable(
  record: TaskRecord | undefined,
  plan: OutputPlan,
  storage: Storage,
): Promise<TaskRecord | undefined> {
  if (record?.status === "failed") return record.options === plan.id ? record : undefined;
  if (record === undefined || !makesSameOutputs(plan, record.options)) return undefined;
  const own = recordedPaths(plan.format, record.job);
  for (const { path, bytes } of record.outputs) {
    // Another job's file says nothing about this job.
    if (!own.includes(path)) return undefined;
    if ((await storage.size(path)) !== bytes) return undefined;
  }
  return record;
}

/** The record of a finished task whose outputs stay, with the photo's name that the task gives now. */
export function withPhoto({ photo: _, ...record }: TaskRecord, { photo }: Task): TaskRecord {
  return { ...record, ...(photo === undefined ? {} : { photo }) };
}

/** Whether the kept source must be fetched again, because an earlier try with the same options failed with it. */
export function needsFreshSource(earlier: TaskRecord | undefined): boolean {
  return earlier?.status === "failed" && earlier.error?.code !== "TASK_UNFINISHED";
}

/** The record of a task with this outcome. */
export function recordOf(
  { job, project, photo, video, frame }: Task,
  { format, id }: OutputPlan,
  outcome: Outcome,
): TaskRecord {
  return {
    job,
    ...(project === undefined ? {} : { project }),
    ...(photo === undefined ? {} : { photo }),
    ...(video === undefined ? {} : { video }),
    ...(frame === undefined ? {} : { frame: frame.id }),
    format,
    options: id,
    ...outcome,
    version,
    time: new Date().toISOString(),
  };
}
