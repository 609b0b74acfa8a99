/** What became of a task: a line of the manifest, or an object of its own where many machines write. */
import { isObject } from "labelmap/checks";
import type { OutputFormat } from "./output-options.js";

export interface FileRecord {
  /** In the output directory, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal, as `sha256sum` prints it. */
  readonly sha256: string;
  /** Of `.npy` files. */
  readonly dtype?: string;
  /** Height, width; of pixels. */
  readonly shape?: readonly [number, number];
}

export interface TaskRecord {
  /** The job's id, or the mask's file name without `.png`. */
  readonly job: string;
  readonly project?: string;
  readonly format: OutputFormat;
  /** The id of the options: `options/<id>.json` in the output directory. */
  readonly options: string;
  readonly status: "done" | "failed";
  /** What the outputs were made from; of a failed task where it came that far. */
  readonly mask?: Omit<FileRecord, "path">;
  readonly result?: Omit<FileRecord, "path">;
  /** Of a task that is made anew and has not ended the ones before, which may be gone; none of one that failed. */
  readonly outputs: readonly FileRecord[];
  /** Pixels whose colour the legend does not have. */
  readonly unlabelledPixels?: number;
  /** The codes of what was odd, but did not stop the decode. */
  readonly issues?: readonly string[];
  /** Of a failed task. `code` is one of `labelmap/error-codes`. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Of this package. */
  readonly version: string;
  /** When the record was made: ISO 8601, UTC. */
  readonly time: string;
}

/** Whether this is a record, as far as is needed to find the task again. */
export function isRecord(value: unknown): value is TaskRecord {
  return (
    isObject(value) &&
    ["job", "format", "options", "version", "time"].every((key) => typeof value[key] === "string") &&
    (value.status === "done" || (value.status === "failed" && isObject(value.error))) &&
    Array.isArray(value.outputs) &&
    value.outputs.every(
      (file) =>
        isObject(file) &&
        typeof file.path === "string" &&
        typeof file.bytes === "number" &&
        typeof file.sha256 === "string",
    )
  );
}

/** The files that must be there, as the record says. */
export function finishedOutputs({ status, outputs }: TaskRecord): readonly FileRecord[] {
  return status === "done" ? outputs : [];
}

/**
 * Whether the next run tries a failed task again by itself: what the network or the vendor refused may pass, what is
 * wrong in a mask, a result or a class list stays wrong.
 */
export function mayPass(record: TaskRecord): boolean {
  const { code = "" } = record.error ?? {};
  const isVendors = code.startsWith("PLAYMENT_") && code !== "PLAYMENT_NOT_PNG";
  return isVendors || ["TASK_UNFINISHED", "SOURCE_MISSING", "WORKER_LOST", "OUT_OF_MEMORY"].includes(code);
}
