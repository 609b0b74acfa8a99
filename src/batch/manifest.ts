/// <reference types="node" />
/**
 * `manifest.jsonl`: a record a line, appended once the task's outputs are on the disk. The last line of a job and format
 * counts.
 *
 * JSON lines rather than SQLite: there is one writer, who only appends; nothing need be compiled or downloaded at
 * install; `jq`, `pandas.read_json(lines=True)` and `tail -f` read it. A crash can tear the last line only, which is cut
 * off when the file is opened again. Records that come while others are being synced are appended together.
 *
 * In memory is where each job's last record starts, not the record: some 150 bytes a job.
 */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { BatchError } from "./batch-error.js";
import { DirectoryStorage, storageError } from "./directory-storage.js";
import { finishedOutputs, isRecord, type TaskRecord } from "./record.js";
import type { Storage } from "./storage.js";

export const MANIFEST = "manifest.jsonl";
const LINE_BREAK = 0x0a;

interface Place {
  readonly start: number;
  readonly length: number;
}

export class Manifest {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #storage: Storage;
  readonly #places: Map<string, Place>;
  #end: number;
  /** What is appended when the write under way is done. */
  #next: { readonly records: TaskRecord[]; readonly written: Promise<void> } | undefined;
  #last: Promise<void> = Promise.resolve();

  private constructor(
    file: FileHandle,
    path: string,
    storage: Storage,
    places: Map<string, Place>,
    end: number,
  ) {
    this.#file = file;
    this.#path = path;
    this.#storage = storage;
    this.#places = places;
    this.#end = end;
  }

  /**
   * Opens a directory's manifest to go on with it; only one process may (see `lock.ts`).
   *
   * @throws {BatchError} MANIFEST_INVALID: a line, which is named, is no record. STORAGE_FAILED.
   */
  static async open(directory: string, storage: Storage): Promise<Manifest> {
    return Manifest.#index(directory, storage, constants.O_RDWR | constants.O_CREAT);
  }

  /**
   * Opens a directory's manifest without changing it, also while a run appends to it.
   *
   * @throws {BatchError} MANIFEST_INVALID: there is none, or a line is no record. STORAGE_FAILED.
   */
  static read(directory: string): Promise<Manifest> {
    return Manifest.#index(directory, new DirectoryStorage(directory), constants.O_RDONLY);
  }

  static async #index(directory: string, storage: Storage, flags: number): Promise<Manifest> {
    const path = join(directory, MANIFEST);
    let file: FileHandle | undefined;
    try {
      file = await open(path, flags);
      const places = new Map<string, Place>();
      let end = 0;
      for await (const { record, start, length } of readRecords(file, path)) {
        places.set(keyOf(record), { start, length });
        end = start + length;
      }
      if (flags !== constants.O_RDONLY) await file.truncate(end);
      return new Manifest(file, path, storage, places, end);
    } catch (error) {
      await file?.close();
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        throw new BatchError("MANIFEST_INVALID", `${directory} has no ${MANIFEST}: nothing was made here`);
      }
      throw error instanceof BatchError ? error : storageError(path, error);
    }
  }

  /** The last record of a job in this format. */
  async latest(job: string, format: string): Promise<TaskRecord | undefined> {
    const place = this.#places.get(keyOf({ job, format }));
    return place === undefined ? undefined : this.#read(place);
  }

  /** The last record of each job and format, in no order. */
  async *records(): AsyncIterable<TaskRecord> {
    for (const place of this.#places.values()) yield await this.#read(place);
  }

  /**
   * Appends a record. When the promise is fulfilled, the outputs and the record outlast a power cut.
   * @throws {BatchError} STORAGE_FAILED
   */
  append(record: TaskRecord): Promise<void> {
    if (this.#next === undefined) {
      const records: TaskRecord[] = [];
      const written = this.#last.then(() => {
        this.#next = undefined;
        return this.#write(records);
      });
      this.#last = written.catch(() => {});
      this.#next = { records, written };
    }
    this.#next.records.push(record);
    return this.#next.written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }

  async #read({ start, length }: Place): Promise<TaskRecord> {
    const bytes = new Uint8Array(length);
    await this.#file.read(bytes, 0, length, start);
    return JSON.parse(new TextDecoder().decode(bytes)) as TaskRecord;
  }

  async #write(records: readonly TaskRecord[]): Promise<void> {
    await this.#storage.settle(records.flatMap(finishedOutputs).map(({ path }) => path));
    const lines = records.map((record) => new TextEncoder().encode(`${JSON.stringify(record)}\n`));
    const bytes = Buffer.concat(lines);
    try {
      // A full disk takes a part and says no to the rest only.
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#file.write(bytes, done, bytes.length - done, this.#end + done)).bytesWritten;
      }
      await this.#file.datasync();
    } catch (error) {
      // What is written next may be shorter than this part.
      await this.#file.truncate(this.#end).catch(() => {});
      throw storageError(this.#path, error);
    }
    for (const [index, record] of records.entries()) {
      const { length } = lines[index]!;
      this.#places.set(keyOf(record), { start: this.#end, length });
      this.#end += length;
    }
  }
}

async function* readRecords(
  file: FileHandle,
  path: string,
): AsyncIterable<Place & { readonly record: TaskRecord }> {
  let rest = new Uint8Array(0);
  let start = 0;
  let line = 0;
  const piece = new Uint8Array(2 ** 18);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(piece, 0, piece.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    let bytes: Uint8Array = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
    for (let end = bytes.indexOf(LINE_BREAK); end >= 0; end = bytes.indexOf(LINE_BREAK)) {
      line++;
      yield { record: parseLine(bytes.subarray(0, end), path, line), start, length: end + 1 };
      start += end + 1;
      bytes = bytes.subarray(end + 1);
    }
    rest = new Uint8Array(bytes);
  }
}

/** The last record of each job and format in a manifest's bytes. */
export function parseRecords(bytes: Uint8Array, path: string): Iterable<TaskRecord> {
  const records = new Map<string, TaskRecord>();
  let line = 0;
  for (let start = 0, end = bytes.indexOf(LINE_BREAK); end >= 0; end = bytes.indexOf(LINE_BREAK, start)) {
    const record = parseLine(bytes.subarray(start, end), path, ++line);
    records.set(keyOf(record), record);
    start = end + 1;
  }
  return records.values();
}

function parseLine(bytes: Uint8Array, path: string, line: number): TaskRecord {
  const remedy = "take the line out, then its job is done again";
  try {
    const record: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isRecord(record)) return record;
  } catch (cause) {
    throw new BatchError("MANIFEST_INVALID", `${path}: line ${line} is no JSON; ${remedy}`, { cause });
  }
  throw new BatchError("MANIFEST_INVALID", `${path}: line ${line} is no record; ${remedy}`);
}

function keyOf({ job, format }: { readonly job: string; readonly format: string }): string {
  return `${format}/${job}`;
}
