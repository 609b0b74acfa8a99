/// <reference types="node" />
/** Reads every output in a manifest and compares it with its record: size, hash, dtype and shape. */

import { LabelMapError } from "labelmap";
import { decodeNpy } from "labelmap/formats";
import { readPngHeader } from "labelmap/png";
import { BatchError } from "./batch-error.js";
import { DirectoryStorage } from "./directory-storage.js";
import { keyOf, MANIFEST, Manifest, parseRecords } from "./manifest.js";
import { openStorage } from "./open-storage.js";
import { FORMATS } from "./output-options.js";
import { recordedPaths } from "./output-paths.js";
import { type FileRecord, finishedOutputs, measure, type TaskRecord } from "./record.js";
import { sourcePaths } from "./sources.js";
import type { Storage } from "./storage.js";

/** A file that differs from the manifest. */
export interface Damage {
  readonly job: string;
  /** The path in the output directory. */
  readonly path: string;
  readonly problem: string;
}

export interface Verified {
  readonly files: number;
  readonly bytes: number;
  readonly done: number;
  readonly failed: number;
  readonly damages: number;
}

export interface VerifyOptions {
  readonly onDamage?: (damage: Damage) => void;
  readonly onProgress?: (progress: Verified) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads every output and compares it with its record.
 *
 * @param place as `openStorage` takes it.
 * @throws {BatchError} MANIFEST_INVALID, STORAGE_FAILED.
 */
export async function verify(place: string, options: VerifyOptions = {}): Promise<Verified> {
  const storage = await openStorage(place);
  const verified = { files: 0, bytes: 0, done: 0, failed: 0, damages: 0 };
  const records = await openRecords(place, storage);
  try {
    await verifyRecords(records, storage, verified, options);
  } finally {
    await records.close();
  }
  return verified;
}

type Records = Pick<Manifest, "latest" | "records" | "close">;

async function verifyRecords(
  records: Records,
  storage: Storage,
  verified: { -readonly [Key in keyof Verified]: Verified[Key] },
  options: VerifyOptions,
): Promise<void> {
  for await (const record of records.records()) {
    options.signal?.throwIfAborted();
    // The frames of a video are counted, and the video is not.
    if (record.frames === undefined) verified[record.status]++;
    const own = recordedPaths(record.format, record.job);
    for (const file of filesOf(record)) {
      if (!file.isSource && !own.includes(file.path)) {
        verified.damages++;
        const problem = "is named in the job's record, but cannot be a file of this job";
        options.onDamage?.({ job: record.job, path: file.path, problem });
        continue;
      }
      const bytes = await storage.read(file.path);
      // A missing source is no damage: the outputs do not need it.
      if (bytes === undefined && file.isSource) continue;
      verified.files++;
      verified.bytes += bytes?.length ?? 0;
      const problem = await problemOf(file, bytes);
      if (problem === undefined) continue;
      if (
        file.isSource &&
        bytes !== undefined &&
        (await matchesOtherFormat(file, bytes, record.job, records))
      )
        continue;
      verified.damages++;
      options.onDamage?.({ job: record.job, path: file.path, problem });
    }
    options.onProgress?.({ ...verified });
  }
}

/**
 * Whether a source matches the record of another format, which may have fetched it again. The outputs of this format
 * stay valid.
 */
async function matchesOtherFormat(
  { path }: ExpectedFile,
  bytes: Uint8Array,
  job: string,
  records: Records,
): Promise<boolean> {
  for (const format of FORMATS) {
    const record = await records.latest(job, format);
    const expected = record && filesOf(record).find((file) => file.path === path);
    if (expected !== undefined && (await problemOf(expected, bytes)) === undefined) return true;
  }
  return false;
}

/**
 * The manifest of a directory may be large and is read record by record. The manifest of another storage is read whole.
 */
async function openRecords(place: string, storage: Storage): Promise<Records> {
  if (storage instanceof DirectoryStorage) return Manifest.read(place);
  const bytes = await storage.read(MANIFEST);
  if (bytes === undefined) {
    throw new BatchError("MANIFEST_INVALID", `${place} has no ${MANIFEST}; \`labelmap collect\` creates it`);
  }
  const records = parseRecords(bytes, `${place}/${MANIFEST}`);
  return {
    latest: async (job, format) => records.get(keyOf({ job, format })),
    async *records() {
      yield* records.values();
    },
    close: async () => {},
  };
}

interface ExpectedFile extends FileRecord {
  readonly isSource: boolean;
}

function filesOf(record: TaskRecord): ExpectedFile[] {
  const { job, mask, result } = record;
  const paths = sourcePaths(job);
  return [
    ...finishedOutputs(record).map((file) => ({ ...file, isSource: false })),
    ...(mask === undefined ? [] : [{ ...mask, path: paths.mask, isSource: true }]),
    ...(result === undefined ? [] : [{ ...result, path: paths.result, isSource: true }]),
  ];
}

/** How a file differs from its record; `undefined` if it does not. @param bytes `undefined` if it is missing */
export async function problemOf(
  expected: FileRecord,
  bytes: Uint8Array | undefined,
): Promise<string | undefined> {
  if (bytes === undefined) return "is missing";
  if (bytes.length !== expected.bytes) return `has ${bytes.length} bytes instead of ${expected.bytes}`;
  if (measure(bytes).sha256 !== expected.sha256) return "has different content: its SHA-256 differs";
  if (expected.shape === undefined) return undefined;
  const found = await contentOf(expected.path, bytes);
  const described = `${expected.dtype ?? ""} ${expected.shape.join("×")}`.trim();
  return found === described ? undefined : `contains ${found} instead of ${described}`;
}

/** The dtype, if the file contains it, and height×width. */
async function contentOf(path: string, bytes: Uint8Array): Promise<string> {
  try {
    if (path.endsWith(".npy")) {
      const { data, shape } = decodeNpy(bytes);
      return `${data.constructor.name.replace("Array", "").toLowerCase()} ${shape.join("×")}`;
    }
    const header = await readPngHeader(bytes, { maxPixels: Number.MAX_SAFE_INTEGER, maxBytes: bytes.length });
    return `${header.height}×${header.width}`;
  } catch (error) {
    if (error instanceof LabelMapError) return `unreadable data (${error.code})`;
    throw error;
  }
}
