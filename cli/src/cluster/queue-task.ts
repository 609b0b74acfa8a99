/// <reference types="node" />
/**
 * A task in Redis. It contains ids and places, but no key and no pixels. The options of the output are not in it either:
 * they are written once, to `options/<id>.json` of the output storage.
 */
import { createHash } from "node:crypto";
import type { OutputFormat } from "../batch/output-options.js";
import type { Task } from "../batch/sources.js";

export interface QueueTask extends Task {
  /** The id of the options. */
  readonly options: string;
  /** The output storage, in the form that `openStorage` takes. It is the same for all workers. */
  readonly out: string;
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
