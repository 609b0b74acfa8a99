/// <reference types="node" />
/**
 * A task in Redis. It contains ids and places, but no key and no pixels. The options of the output are not in it either:
 * they are written once, to `options/<id>.json` of the output storage.
 */
import { createHash } from "node:crypto";
import { isAbsolute } from "node:path";
import { isObject } from "labelmap/checks";
import { BatchError } from "../batch/batch-error.js";
import type { OutputFormat } from "../batch/output-options.js";
import type { Task } from "../batch/sources.js";
import { checkTask } from "../batch/task-names.js";
import { parseS3 } from "./s3-address.js";

export interface QueueTask extends Task {
  /** The id of the options. */
  readonly options: string;
  /** The output storage, in the form that `openStorage` takes. It is the same for all workers. */
  readonly out: string;
}

/**
 * Checks a task that comes from the queue. Other programs can write to Redis too.
 * @throws {BatchError} TASK_INVALID
 */
export function checkQueueTask(data: unknown): QueueTask {
  const { job, project, options, out }: Partial<Record<string, unknown>> = isObject(data) ? data : {};
  const problem = [
    [typeof job === "string" && job !== "", "job must be a text"],
    [project === undefined || typeof project === "string", "project must be a text"],
    [typeof options === "string" && /^[0-9a-f]{16}$/.test(options), "options must be 16 hex digits"],
    [
      typeof out === "string" && !out.includes("\0") && (isAbsolute(out) || parseS3(out) !== undefined),
      "out must be an absolute path or s3://bucket/prefix",
    ],
  ].find(([isRight]) => !isRight);
  if (problem !== undefined) {
    const message = `the task in the queue is malformed: ${problem[1]}; enqueue the job again`;
    throw new BatchError("TASK_INVALID", message);
  }
  const task = checkTask({ job, ...(project === undefined ? {} : { project }) } as Task);
  return { ...task, options: options as string, out: out as string };
}

/**
 * The id of a task. It is the same for all tasks that write the same files, whatever their options are. The queue holds an
 * id once and gives it to one worker, so two workers never write the same files.
 */
export function idOf({ job, out }: QueueTask, format: OutputFormat): string {
  return createHash("sha256")
    .update(JSON.stringify([job, format, out]))
    .digest("hex")
    .slice(0, 32);
}

/** Puts the code and message of an error into one text, because a failed task in the queue has only a text. */
export function reasonOf({ code, message }: { readonly code: string; readonly message: string }): string {
  return `${code}: ${message}`;
}

/** Splits a text from `reasonOf` into code and message. A text from the queue itself has no code. */
export function parseReason(reason: string): { readonly code: string; readonly message: string } {
  const [, code = "QUEUE_FAILED", message = reason] = /^([A-Z][A-Z0-9_]*): (.*)$/s.exec(reason) ?? [];
  return { code, message };
}
