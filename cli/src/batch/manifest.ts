/// <reference types="node" />
/**
 * `manifest.jsonl`: one record per line, appended when the task's outputs are on the disk. For each job and format the last
 * line counts.
 *
 * Why JSON lines and not SQLite: there is one writer, which only appends. Nothing must be compiled or downloaded during the
 * install. `jq`, `pandas.read_json(lines=True)` and `tail -f` can read the file. A crash can only cut the last line short;
 * such a line is removed when the file is opened again. Any other malformed line means that the file is not our manifest,
 * and it is left as it is. Records that arrive within 20 ms are appended together.
 *
 * Memory holds only the position of each job's last record, not the record itself: some 180 bytes per job.
 */
import { constants, existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { BatchError } from "./batch-error.js";
import { DirectoryStorage, storageError } from "./directory-storage.js";
import { finishedOutputs, isRecord, type TaskRecord } from "./record.js";
import type { Storage } from "./storage.js";

export const MANIFEST = "manifest.jsonl";
const LINE_BREAK = 0x0a;
/** A record has a few hundred bytes. A file without a line break for this long is not a manifest. */
const LONGEST_LINE = 2 ** 24;
/**
 * Between the beginnings of two writes. Each write syncs a folder and the manifest, whatever the number of its records. So
 * a run that does hundreds of tasks a second writes them in groups.
 */
const WRITE_INTERVAL_MILLISECONDS = 20;
/** The beginning of each record. */
const HEAD = '{"job":"';

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
  /** The records to append after the current write. */
  #next: { readonly records: TaskRecord[]; readonly written: Promise<void> } | undefined;
  #last: Promise<void> = Promise.resolve();
  #lastStart = Number.NEGATIVE_INFINITY;

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
   * Opens a directory's manifest to append to it. Only one process at a time may do so (see `lock.ts`).
   *
   * @throws {BatchError} MANIFEST_INVALID: a line is not a record; the message names the line. STORAGE_FAILED.
   */
  static async open(directory: string, storage: Storage): Promise<Manifest> {
    return Manifest.#index(directory, storage, constants.O_RDWR | constants.O_CREAT);
  }

  /**
   * Opens a directory's manifest without changing it, even while a run appends to it.
   *
   * @throws {BatchError} MANIFEST_INVALID: there is no manifest, or a line is not a record. STORAGE_FAILED.
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
      let isBroken = true;
      for await (const line of readLines(file, path)) {
        const record = parseLine(line, path);
        if (record === undefined) break;
        const { start, bytes } = line;
        places.set(keyOf(record), { start, length: bytes.length });
        ({ isBroken } = line);
        end = start + bytes.length + (isBroken ? 1 : 0);
      }
      if (flags !== constants.O_RDONLY) {
        await file.truncate(end);
        // The last record is complete; only its line break is missing.
        if (!isBroken) end += (await file.write(new Uint8Array([LINE_BREAK]), 0, 1, end)).bytesWritten;
      }
      return new Manifest(file, path, storage, places, end);
    } catch (error) {
      await file?.close();
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        const problem = existsSync(directory) ? `has no ${MANIFEST}` : "does not exist";
        throw new BatchError(
          "MANIFEST_INVALID",
          `${directory} ${problem}; give an output directory of \`labelmap decode\`, \`fetch\` or \`convert\``,
        );
      }
      throw error instanceof BatchError ? error : storageError(path, error);
    }
  }

  /** The last record of a job in this format. */
  async latest(job: string, format: string): Promise<TaskRecord | undefined> {
    const place = this.#places.get(keyOf({ job, format }));
    return place === undefined ? undefined : this.#read(place);
  }

  /** The last record of each job and format, in no particular order. */
  async *records(): AsyncIterable<TaskRecord> {
    for (const place of this.#places.values()) yield await this.#read(place);
  }

  /**
   * Appends a record. When the promise is fulfilled, the outputs and the record survive a power cut.
   * @throws {BatchError} STORAGE_FAILED
   */
  append(record: TaskRecord): Promise<void> {
    if (this.#next === undefined) {
      const records: TaskRecord[] = [];
      const written = this.#last.then(async () => {
        const wait = this.#lastStart + WRITE_INTERVAL_MILLISECONDS - performance.now();
        if (wait > 0) await setTimeout(wait);
        this.#lastStart = performance.now();
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
      // A full disk accepts a part of the bytes and fails only at the rest.
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#file.write(bytes, done, bytes.length - done, this.#end + done)).bytesWritten;
      }
      await this.#file.datasync();
    } catch (error) {
      // Remove the part that was written: the next write may be shorter and would leave its end.
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

interface Line {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** From 1. */
  readonly number: number;
  /** Whether a line break follows. It is missing at the end of a file that was cut short. */
  readonly isBroken: boolean;
}

async function* readLines(file: FileHandle, path: string): AsyncIterable<Line> {
  let start = 0;
  let number = 1;
  /** The parts of the current line. */
  let pieces: Uint8Array[] = [];
  let length = 0;
  const line = (isBroken: boolean): Line => ({ bytes: Buffer.concat(pieces), start, number, isBroken });
  for (let position = 0; ; ) {
    const piece = new Uint8Array(2 ** 18);
    const { bytesRead } = await file.read(piece, 0, piece.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    let bytes = piece.subarray(0, bytesRead);
    for (let end = bytes.indexOf(LINE_BREAK); end >= 0; end = bytes.indexOf(LINE_BREAK)) {
      pieces.push(bytes.subarray(0, end));
      yield line(true);
      start += length + end + 1;
      number++;
      pieces = [];
      length = 0;
      bytes = bytes.subarray(end + 1);
    }
    pieces.push(bytes);
    length += bytes.length;
    if (length > LONGEST_LINE) throw invalid(path, number, `has more than ${LONGEST_LINE} bytes`);
  }
  if (length > 0) yield line(false);
}

/** The last record of each job and format in a manifest's bytes, by `keyOf`. */
export function parseRecords(bytes: Uint8Array, path: string): ReadonlyMap<string, TaskRecord> {
  const records = new Map<string, TaskRecord>();
  for (let start = 0, number = 1; start < bytes.length; number++) {
    const lineBreak = bytes.indexOf(LINE_BREAK, start);
    const isBroken = lineBreak >= 0;
    const end = isBroken ? lineBreak : bytes.length;
    const record = parseLine({ bytes: bytes.subarray(start, end), start, number, isBroken }, path);
    if (record !== undefined) records.set(keyOf(record), record);
    start = end + 1;
  }
  return records;
}

/** @returns `undefined` if this is the last line and it is cut short. @throws {BatchError} MANIFEST_INVALID */
function parseLine({ bytes, number, isBroken }: Line, path: string): TaskRecord | undefined {
  let record: unknown;
  try {
    record = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    if (!isBroken && isTorn(bytes)) return undefined;
    throw invalid(path, number, "is not JSON", cause);
  }
  if (isRecord(record)) return record;
  throw invalid(path, number, "is not a record");
}

/**
 * Whether this may be the beginning of a record. In some file systems, a power cut leaves zeros at the end of a file.
 */
function isTorn(bytes: Uint8Array): boolean {
  const [head = ""] = new TextDecoder().decode(bytes.subarray(0, HEAD.length)).split("\0", 1);
  return HEAD.startsWith(head);
}

function invalid(path: string, number: number, problem: string, cause?: unknown): BatchError {
  const remedy =
    "remove the line, and the next run redoes its job; if another program wrote the file, choose another directory";
  return new BatchError("MANIFEST_INVALID", `${path}: line ${number} ${problem}; ${remedy}`, { cause });
}

/** The key of a job and format in a map. */
export function keyOf({ job, format }: { readonly job: string; readonly format: string }): string {
  return `${format}/${job}`;
}
