/// <reference types="node" />
/** The outcome of a task: a line of the manifest, or a file of its own if many machines write. */
import { createHash } from "node:crypto";
import { isObject } from "labelmap/checks";
import type { OutputFormat } from "./output-options.js";

export interface FileRecord {
  /** The path in the output directory, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal, as `sha256sum` prints it. */
  readonly sha256: string;
  /** Only for `.npy` files. */
  readonly dtype?: string;
  /** Height and width. Only for files of pixels. */
  readonly shape?: readonly [number, number];
}

/** The size and the hash of a file, as its record has them. @param pieces its content, piece by piece */
export function measure(...pieces: readonly Uint8Array[]): Omit<FileRecord, "path"> {
  const hash = createHash("sha256");
  let bytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

export interface TaskRecord {
  /** The job's id, or the mask's file name without `.png`. */
  readonly job: string;
  readonly project?: string;
  /** The file name of the photo, if the task gives it. */
  readonly photo?: string;
  /** For a frame of a video: the job of the video, and the vendor's `frame_id`. */
  readonly video?: string;
  readonly frame?: string;
  /** For a video: the number of its frames, each of which has a record. Its output is the file that lists them. */
  readonly frames?: number;
  readonly format: OutputFormat;
  /** The id of the options: `options/<id>.json` in the output directory. */
  readonly options: string;
  readonly status: "done" | "failed";
  /** The source of the outputs. A failed task has it if the task came that far. */
  readonly mask?: Omit<FileRecord, "path">;
  readonly result?: Omit<FileRecord, "path">;
  /**
   * The output files. Empty for a failed task. For a task that is being redone (`TASK_UNFINISHED`), the old files,
   * which may be gone.
   */
  readonly outputs: readonly FileRecord[];
  /** The number of pixels of the mask, even if the outputs are resized. */
  readonly pixels?: number;
  /** The number of pixels without a label: their colour or id is not in the legend. */
  readonly unlabelledPixels?: number;
  /** The codes of problems that did not stop the decoding. */
  readonly issues?: readonly string[];
  /** Only for a failed task. `code` is one of `labelmap/error-codes`. */
  readonly error?: { readonly code: string; readonly message: string };
  /** The version of this package. */
  readonly version: string;
  /** When the record was made: ISO 8601, UTC. */
  readonly time: string;
}

/**
 * Whether this is a record. Only the fields that are needed to find the task again are checked. A finished task has made at
 * least one file.
 */
export function isRecord(value: unknown): value is TaskRecord {
  return (
    isObject(value) &&
    ["job", "format", "options", "version", "time"].every((key) => typeof value[key] === "string") &&
    Array.isArray(value.outputs) &&
    (value.status === "done"
      ? value.outputs.length > 0
      : value.status === "failed" && isObject(value.error)) &&
    value.outputs.every(
      (file) =>
        isObject(file) &&
        typeof file.path === "string" &&
        typeof file.bytes === "number" &&
        typeof file.sha256 === "string",
    )
  );
}

/** The files that must exist according to the record. */
export function finishedOutputs({ status, outputs }: TaskRecord): readonly FileRecord[] {
  return status === "done" ? outputs : [];
}

/**
 * Whether the next run retries a failed task by itself. A problem of the network or the vendor may go away; a problem in a
 * mask, a result or a class list stays.
 */
export function isTransient(record: TaskRecord): boolean {
  const { code = "" } = record.error ?? {};
  const isVendors = code.startsWith("PLAYMENT_") && code !== "PLAYMENT_NOT_PNG";
  return isVendors || ["TASK_UNFINISHED", "SOURCE_MISSING", "WORKER_LOST", "OUT_OF_MEMORY"].includes(code);
}
