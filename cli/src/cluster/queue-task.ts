/// <reference types="node" />
/**
 * A task as it lies in Redis: ids and places, no key and no pixels. What is to be made of the mask is not in it either:
 * the options are written once to `options/<id>.json` of the output storage.
 */
import { createHash } from "node:crypto";
import type { OutputFormat } from "../batch/output-options.js";
import type { Task } from "../batch/sources.js";

export interface QueueTask extends Task {
  /** The id of the options. */
  readonly options: string;
  /** As `openStorage` takes it, and the same for all workers. */
  readonly out: string;
}

/**
 * The same for all that is written under the same names, whatever the options: the queue has one task of an id, and gives
 * it to one worker, so no two write to the same files.
 */
export function idOf({ job, out }: QueueTask, format: OutputFormat): string {
  return createHash("sha256")
    .update(JSON.stringify([job, format, out]))
    .digest("hex")
    .slice(0, 32);
}

/** How the code of an error is kept in the queue, whose failed tasks have but a text. */
export function reasonOf({ code, message }: { readonly code: string; readonly message: string }): string {
  return `${code}: ${message}`;
}

/** The code and message of `reasonOf`. What the queue itself says has no code of ours. */
export function parseReason(reason: string): { readonly code: string; readonly message: string } {
  const [, code = "QUEUE_FAILED", message = reason] = /^([A-Z][A-Z0-9_]*): (.*)$/s.exec(reason) ?? [];
  return { code, message };
}
