/// <reference types="node" />
/**
 * Records where many machines write: an object of its own for each task, `records/<format>/<job>.json`, since no two
 * can append to one file, and S3 cannot append at all. `collect` makes the manifest of them.
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
/** Objects that are read at once: storages answer slowly, but many at a time. */
const READS = 64;

/** Where a task's record is. A job that no file can be called after has one as well: it failed for just that. */
export function recordPath(format: string, job: string): string {
  const name =
    problemOf({ job }) === undefined
      ? job
      : `invalid-${createHash("sha256").update(job).digest("hex").slice(0, 16)}`;
  return `${RECORDS}/${format}/${name}.json`;
}

/**
 * The record of this path; `undefined` where there is none, or something that is no record.
 * @throws {BatchError} STORAGE_FAILED
 */
export async function readRecord(storage: Storage, path: string): Promise<TaskRecord | undefined> {
  const bytes = await storage.read(path);
  if (bytes === undefined) return undefined;
  try {
    const record: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes a record, after what its outputs need to last. It is a line, so that `cat` makes a manifest of many.
 * @throws {BatchError} STORAGE_FAILED
 */
export async function writeRecord(storage: Storage, path: string, record: TaskRecord): Promise<void> {
  await storage.settle(finishedOutputs(record).map(({ path }) => path));
  await storage.write(path, [lineOf(record)]);
  await storage.settle([path]);
}

/**
 * All records of a storage, sorted by job and then by format. In memory are their paths.
 * @throws {BatchError} STORAGE_FAILED. MANIFEST_INVALID: an object, which is named, is no record.
 */
export async function* readRecords(storage: Storage): AsyncIterable<TaskRecord> {
  const paths: { readonly path: string; readonly key: string }[] = [];
  for await (const path of storage.list(RECORDS)) {
    const [, format, name] = /^records\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
    // A NUL sorts before whatever a name may go on with.
    if (name !== undefined) paths.push({ path, key: `${name}\0${format}` });
  }
  paths.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (let start = 0; start < paths.length; start += READS) {
    yield* await Promise.all(
      paths.slice(start, start + READS).map(async ({ path }) => {
        const record = await readRecord(storage, path);
        if (record !== undefined) return record;
        const remedy = "remove it and enqueue its job again";
        throw new BatchError("MANIFEST_INVALID", `${storage.name}/${path} is no record; ${remedy}`);
      }),
    );
  }
}

export interface CollectSummary {
  readonly done: number;
  readonly failed: number;
}

/**
 * Gathers the records of all workers into `manifest.jsonl`, a line each, as the local batch writes it: whatever reads a
 * manifest reads this one. It may be made while workers are at work, and again later; the objects stay, since by them the
 * workers know what is done.
 *
 * @param collected `out` is a directory or `s3://bucket/prefix`: where the workers wrote.
 * @throws {BatchError} STORAGE_FAILED. BATCH_LOCKED. MANIFEST_INVALID: nothing was enqueued to there; or an object is no record; or the manifest has
 *   newer records than the workers', of a local batch, which would be lost.
 */
export async function collect({ out }: { readonly out: string }): Promise<CollectSummary> {
  if (typeof out !== "string" || out === "") throw invalid("out must be a directory or s3://bucket/prefix.");
  const storage = await openStorage(out);
  if (!(await hasFiles(storage, RECORDS)) && !(await hasFiles(storage, "options"))) {
    const message = `${out} has neither records of workers nor options of a queue; is it the right place?`;
    throw new BatchError("MANIFEST_INVALID", message);
  }
  const isDirectory = storage instanceof DirectoryStorage;
  const unlock = isDirectory ? await lockDirectory(out) : undefined;
  const counts = { done: 0, failed: 0 };
  try {
    // Only a local batch, in a directory, writes to a manifest by itself.
    const times = isDirectory ? await timesOfManifest(out, storage) : new Map<string, string>();
    const lines = async function* (): AsyncIterable<Uint8Array> {
      for await (const record of readRecords(storage)) {
        const key = recordPath(record.format, record.job);
        if (!((times.get(key) ?? "") > record.time)) times.delete(key);
        counts[record.status]++;
        yield lineOf(record);
      }
      // What is thrown here, before the file is whole, leaves the manifest as it was.
      if (times.size > 0) {
        const message = `${out}/${MANIFEST} has ${times.size} records of a local batch that are newer than the workers' or not among them; move it elsewhere first`;
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
