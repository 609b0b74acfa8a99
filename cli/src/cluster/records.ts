/// <reference types="node" />
/**
 * The records of a cluster. Each task has its own file, `records/<format>/<job>.json`, because two machines cannot append
 * to the same file, and S3 cannot append at all. `collect` makes the manifest from them.
 */

import { createHash } from "node:crypto";
import { invalid } from "labelmap/checks";
import { BatchError } from "../batch/batch-error.js";
import { DirectoryStorage } from "../batch/directory-storage.js";
import { lockDirectory } from "../batch/lock.js";
import { MANIFEST, Manifest } from "../batch/manifest.js";
import { openStorage } from "../batch/open-storage.js";
import { finishedOutputs, isRecord, type TaskRecord } from "../batch/record.js";
import type { Storage } from "../batch/storage.js";
import { problemOf } from "../batch/task-names.js";

const RECORDS = "records";
/** The number of files to read at the same time: storages answer slowly, but can answer many requests in parallel. */
const READS = 64;

/** The path of a task's record. A job whose id cannot be a file name has one too, which records this failure. */
export function recordPath(format: string, job: string): string {
  const name =
    problemOf({ job }) === undefined
      ? job
      : `invalid-${createHash("sha256").update(job).digest("hex").slice(0, 16)}`;
  return `${RECORDS}/${format}/${name}.json`;
}

/**
 * Reads the record at this path; `undefined` if there is none, or if the file is not a record, or that of another job.
 * @throws {BatchError} STORAGE_FAILED
 */
export async function readRecord(storage: Storage, path: string): Promise<TaskRecord | undefined> {
  const bytes = await storage.read(path);
  if (bytes === undefined) return undefined;
  try {
    const record: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isRecord(record) && recordPath(record.format, record.job) === path ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes a record after its outputs are safe on the disk. A record is one line, so that `cat` can join records to a manifest.
 * @throws {BatchError} STORAGE_FAILED
 */
export async function writeRecord(storage: Storage, path: string, record: TaskRecord): Promise<void> {
  await storage.settle(finishedOutputs(record).map(({ path }) => path));
  await storage.write(path, [lineOf(record)]);
  await storage.settle([path]);
}

/**
 * All records of a storage, sorted by job and then by format. Only their paths are held in memory.
 * @throws {BatchError} STORAGE_FAILED. MANIFEST_INVALID: a file is not a record; the message names the file.
 */
export async function* readRecords(storage: Storage): AsyncIterable<TaskRecord> {
  const paths: { readonly path: string; readonly key: string }[] = [];
  for await (const path of storage.list(RECORDS)) {
    const [, format, name] = /^records\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
    // A NUL sorts before every character that a name can contain.
    if (name !== undefined) paths.push({ path, key: `${name}\0${format}` });
  }
  paths.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (let start = 0; start < paths.length; start += READS) {
    yield* await Promise.all(
      paths.slice(start, start + READS).map(async ({ path }) => {
        const record = await readRecord(storage, path);
        if (record !== undefined) return record;
        const remedy = "remove it and enqueue its job again";
        throw new BatchError("MANIFEST_INVALID", `${storage.name}/${path} is not a record; ${remedy}`);
      }),
    );
  }
}

export interface CollectSummary {
  readonly done: number;
  readonly failed: number;
}

/**
 * Collects the records of all workers into `manifest.jsonl`, one per line, in the same form as the local batch writes it.
 * You can collect while workers are running, and again later. The records stay, because workers look there for what is
 * done.
 *
 * @param collected `out` is the place where the workers wrote: a directory or `s3://bucket/prefix`.
 * @throws {BatchError} STORAGE_FAILED. BATCH_LOCKED. MANIFEST_INVALID: nothing was enqueued to this place; or a file is not
 *   a record; or the manifest has records of a local batch that are newer than the workers' and would be lost.
 */
export async function collect({ out }: { readonly out: string }): Promise<CollectSummary> {
  if (typeof out !== "string" || out === "") throw invalid("out must be a directory or s3://bucket/prefix.");
  const storage = await openStorage(out);
  if (!(await hasFiles(storage, RECORDS)) && !(await hasFiles(storage, "options"))) {
    const message = `${out} contains no records of workers and no options of a queue; give the place that was enqueued with --out`;
    throw new BatchError("MANIFEST_INVALID", message);
  }
  const isDirectory = storage instanceof DirectoryStorage;
  const unlock = isDirectory ? await lockDirectory(out) : undefined;
  const counts = { done: 0, failed: 0 };
  try {
    // Only a local batch writes a manifest itself, and only in a directory.
    const times = isDirectory ? await timesOfManifest(out, storage) : new Map<string, string>();
    const lines = async function* (): AsyncIterable<Uint8Array> {
      for await (const record of readRecords(storage)) {
        const key = recordPath(record.format, record.job);
        if (!((times.get(key) ?? "") > record.time)) times.delete(key);
        counts[record.status]++;
        yield lineOf(record);
      }
      // An error here leaves the old manifest as it was, because the new one is not complete yet.
      if (times.size > 0) {
        const message = `${out}/${MANIFEST} has ${times.size} records of a local batch that are missing from the workers' records or newer; move the file elsewhere first`;
        throw new BatchError("MANIFEST_INVALID", message);
      }
    };
    await storage.write(MANIFEST, lines());
    await storage.settle([MANIFEST]);
  } finally {
    await unlock?.();
  }
  return counts;
}

async function hasFiles(storage: Storage, folder: string): Promise<boolean> {
  for await (const _ of storage.list(folder)) return true;
  return false;
}

async function timesOfManifest(directory: string, storage: Storage): Promise<Map<string, string>> {
  const times = new Map<string, string>();
  if ((await storage.size(MANIFEST)) === undefined) return times;
  const manifest = await Manifest.read(directory);
  for await (const { format, job, time } of manifest.records()) times.set(recordPath(format, job), time);
  await manifest.close();
  return times;
}

function lineOf(record: TaskRecord): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record)}\n`);
}
