/// <reference types="node" />
/**
 * A folder that a conversion writes, and the record of what it wrote: `.labelmap/files.jsonl`, a line for each file. An
 * interrupted conversion is run again from its start, because files such as COCO's JSON need all images. Files that are
 * already there with the same content are kept. So nothing is lost and nothing is written twice, and a mask that changed in
 * the meantime gets its new file.
 *
 * Line 1 says what the folder was made from. A crash can only cut the last line short; such a line is ignored.
 */

import { existsSync, realpathSync } from "node:fs";
import { type FileHandle, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isObject } from "labelmap/checks";
import type { FileSink } from "labelmap/formats";
import { checkPlace } from "../batch/check-place.js";
import { DirectoryStorage, WORK_FOLDER } from "../batch/directory-storage.js";
import { makeFolder } from "../batch/make-folder.js";
import { canonical } from "../batch/output-plan.js";
import { type FileRecord, measure } from "../batch/record.js";
import { UsageError } from "../usage-error.js";

/** The record of a converted folder. */
export const FILES_RECORD = `${WORK_FOLDER}/files.jsonl`;

/** What a folder was made from and with. Two runs with equal origins make the same files from the same masks. */
export type Origin = Readonly<Record<string, unknown>>;

export class RecordedFolder implements FileSink {
  readonly #path: string;
  readonly #storage: DirectoryStorage;
  readonly #record: FileHandle;
  readonly #earlier: ReadonlyMap<string, FileRecord>;
  readonly #written = new Set<string>();
  readonly #isForced: boolean;
  /** Files that were already there. */
  kept = 0;

  private constructor(
    path: string,
    storage: DirectoryStorage,
    record: FileHandle,
    earlier: ReadonlyMap<string, FileRecord>,
    isForced: boolean,
  ) {
    this.#path = path;
    this.#storage = storage;
    this.#record = record;
    this.#earlier = earlier;
    this.#isForced = isForced;
  }

  /**
   * Call it only while the folder is locked.
   *
   * @param isForced whether files that no conversion has written may be overwritten.
   * @throws {UsageError}: the folder was made with other options; {BatchError} STORAGE_FAILED; the system's error
   */
  static async open(path: string, origin: Origin, isForced: boolean): Promise<RecordedFolder> {
    const storage = new DirectoryStorage(path);
    await storage.removeUnfinished();
    await makeFolder(join(path, WORK_FOLDER));
    const { earlier, head } = await readOwnRecord(path, origin);
    // A first line that a crash has cut short is not part of the new one.
    const record = await open(join(path, FILES_RECORD), earlier === undefined ? "w" : "a");
    // The rest of a line that a crash has cut short must not become part of the next one.
    if (earlier === undefined) await record.write(`${head}\n`);
    else if (earlier.isBroken) await record.write("\n");
    return new RecordedFolder(path, storage, record, earlier?.files ?? new Map(), isForced);
  }

  /**
   * Finds out, without writing anything, whether `open` would succeed.
   *
   * @throws what `open` throws
   */
  static async check(path: string, origin: Origin): Promise<void> {
    await checkPlace(path);
    await readOwnRecord(path, origin);
  }

  /** @throws {UsageError}: a file is in the way; {BatchError} STORAGE_FAILED */
  async write(path: string, content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const measured = measure(bytes);
    const there = await this.#storage.read(path);
    const isThere = there !== undefined && Buffer.compare(there, bytes) === 0;
    const known = this.#earlier.get(path);
    if (there !== undefined && !isThere && !this.#isForced) this.#checkOwn(path, there, known);
    this.#written.add(path);
    if (isThere) this.kept++;
    else await this.#storage.write(path, [bytes]);
    if (known?.sha256 === measured.sha256) return;
    await this.#record.write(`${JSON.stringify({ path, ...measured })}\n`);
  }

  /** @throws {UsageError}: the file is not as a conversion has left it */
  #checkOwn(path: string, there: Uint8Array, known: FileRecord | undefined): void {
    const file = join(this.#path, path);
    if (known === undefined) {
      throw new UsageError(
        `${file} exists, and labelmap has not written it; choose another output directory, or add --force to overwrite it`,
      );
    }
    if (measure(there).sha256 === known.sha256) return;
    throw new UsageError(
      `${file} has been changed since it was written; remove it, or add --force to overwrite it`,
    );
  }

  /**
   * Files of an earlier run that this run did not make, because their images are gone. Only a file that is as it was
   * recorded is removed.
   *
   * @returns how many were removed
   */
  async removeStale(): Promise<number> {
    let removed = 0;
    for (const [path, { sha256 }] of this.#earlier) {
      if (this.#written.has(path)) continue;
      const bytes = await this.#storage.read(path);
      if (bytes !== undefined && measure(bytes).sha256 === sha256) {
        await this.#storage.remove(path);
        removed++;
      }
      await this.#record.write(`${JSON.stringify({ path, removed: true })}\n`);
    }
    return removed;
  }

  /** Syncs the record and the names of the files. If there are none, the record goes too. */
  async close(): Promise<void> {
    await this.#record.datasync();
    await this.#record.close();
    if (this.#written.size === 0 && this.#earlier.size === 0) await rm(join(this.#path, FILES_RECORD));
    await this.#storage.settle(this.#written);
  }
}

/** The record of a folder that was made from the same origin, and what the record's first line is to be. @throws {UsageError} */
async function readOwnRecord(
  path: string,
  origin: Origin,
): Promise<{ readonly earlier: FolderRecord | undefined; readonly head: string }> {
  const earlier = await readRecord(path);
  const head = canonical({ convert: withRealPaths(origin) });
  if (earlier !== undefined && canonical(parse(earlier.head)) !== head) {
    throw new UsageError(
      `${path} was made from another source or with other options; choose another output directory, or remove this one`,
    );
  }
  return { earlier, head };
}

/** Where an origin has paths, alone or in a list. */
const PATHS = ["source", "overlay", "files", "legend"];

/** The origin with the places of its files on the disk, so that it is the same however their paths are written. */
function withRealPaths(origin: Origin): Origin {
  const place = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(place);
    // A text that is no file may be the name of a palette.
    return typeof value === "string" && existsSync(value) ? realpathSync(value) : value;
  };
  return Object.fromEntries(
    Object.entries(origin).map(([key, value]) => [key, PATHS.includes(key) ? place(value) : value]),
  );
}

/** What a record says. */
export interface FolderRecord {
  readonly head: string;
  readonly files: ReadonlyMap<string, FileRecord>;
  /** Whether the last line has no end. */
  readonly isBroken: boolean;
}

/** @returns `undefined` if no conversion has worked in the folder. @throws {UsageError}: the record is malformed */
export async function readRecord(folder: string): Promise<FolderRecord | undefined> {
  const text = await readFile(join(folder, FILES_RECORD), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  const [head, ...lines] = text?.split("\n") ?? [];
  // The first line may be cut short too. Then nothing was written yet.
  if (head === undefined || lines.length === 0) return undefined;
  const files = new Map<string, FileRecord>();
  const last = lines.pop()!;
  lines.forEach((line, place) => {
    const record = parse(line);
    // A line that a crash has cut short, before the next run went on.
    if (record === undefined) return;
    const isFile =
      typeof record.path === "string" && (record.removed === true || typeof record.sha256 === "string");
    if (!isFile) {
      throw new UsageError(
        `${join(folder, FILES_RECORD)}: line ${place + 2} is no record; choose another directory`,
      );
    }
    if (record.removed === true) files.delete(record.path as string);
    else files.set(record.path as string, record as unknown as FileRecord);
  });
  return { head, files, isBroken: last !== "" };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
