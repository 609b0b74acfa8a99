/// <reference types="node" />
/**
 * What runs in a worker thread: reads the source where it is a file, decodes, encodes, and writes the outputs. Only
 * hashes and sizes go back, so that no pixel crosses from thread to thread.
 *
 * Errors go back as plain data: between threads they would lose their class and code.
 */

import { createHash } from "node:crypto";
import { LabelMapError } from "labelmap";
import { ArrayPool } from "./array-pool.js";
import { openStorage } from "./open-storage.js";
import { encodeOutputs } from "./output-files.js";
import type { OutputPlan } from "./output-options.js";
import { readSource } from "./read-source.js";
import type { FileRecord, TaskRecord } from "./record.js";
import type { Source } from "./sources.js";
import type { Storage } from "./storage.js";

export interface WorkerTask extends Source {
  readonly job: string;
  readonly plan: OutputPlan;
  /** As `openStorage` takes it. */
  readonly place: string;
  /** The hashes of an earlier task: the source is compared with them, and nothing else is done. */
  readonly known?: { readonly [Part in "mask" | "result"]: TaskRecord[Part] | undefined };
}

/** What a record says of the decoding. */
export type Outcome = Pick<
  TaskRecord,
  "status" | "mask" | "result" | "outputs" | "unlabelledPixels" | "issues" | "error"
>;

export type WorkerAnswer = { readonly outcome: Outcome } | { readonly comparison: "unchanged" | "changed" };

const arrays = new ArrayPool();
const storages = new Map<string, Promise<Storage>>();

export default async function decodeTask(task: WorkerTask): Promise<WorkerAnswer> {
  let hashes: Pick<TaskRecord, "mask" | "result"> = {};
  try {
    const [mask, result] = await Promise.all([bytesOf(task.mask), bytesOf(task.result)]);
    hashes = { mask: measure(mask), result: measure(result) };
    const { known } = task;
    if (known !== undefined) {
      const isSame = (["mask", "result"] as const).every(
        (part) => known[part]?.sha256 === hashes[part]!.sha256,
      );
      return { comparison: isSame ? "unchanged" : "changed" };
    }
    const text = new TextDecoder().decode(result);
    const storage = await storageOf(task.place);
    const input = { name: task.job, png: mask, result: text, plan: task.plan };
    const written = await encodeOutputs(input, arrays, async ({ files, ...about }) => {
      const outputs: FileRecord[] = [];
      for (const { pieces, ...file } of files) {
        await storage.write(file.path, pieces);
        outputs.push({ ...file, ...measure(...pieces) });
      }
      return { outputs, ...about };
    });
    return { outcome: { status: "done", ...hashes, ...written } };
  } catch (error) {
    return { outcome: { status: "failed", ...hashes, outputs: [], error: plainError(error) } };
  }
}

function storageOf(place: string): Promise<Storage> {
  const opened = storages.get(place);
  if (opened !== undefined) return opened;
  const storage = openStorage(place);
  storages.set(place, storage);
  // What could not be opened may be there for the next task.
  storage.catch(() => storages.delete(place));
  return storage;
}

async function bytesOf(source: Source["mask"] | Source["result"]): Promise<Uint8Array> {
  if (typeof source === "string") return new TextEncoder().encode(source);
  return source instanceof Uint8Array ? source : readSource(source.file);
}

function measure(...pieces: readonly Uint8Array[]): Omit<FileRecord, "path"> {
  const hash = createHash("sha256");
  let bytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** A code and a message, of whatever was thrown. */
export function plainError(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof LabelMapError) return { code: error.code, message: error.message };
  return { code: "INTERNAL", message: kindAndPlace(error) };
}

/**
 * Of an error that is not ours what it is and where it was thrown. Its text is left out, since it may hold what no record
 * shall: that of a failed request has the signed URL.
 */
export function kindAndPlace(error: unknown): string {
  const { name, code, stack } = Object(error) as { name?: unknown; code?: unknown; stack?: unknown };
  const [, place] = /\n +at .*?([\w.-]+\.m?[jt]s:\d+:\d+)\)?$/m.exec(String(stack)) ?? [];
  const words = [name, code].filter((word) => /^\w{1,40}$/.test(String(word ?? "")));
  return `${words.join(" ") || "something that is no error"}${place === undefined ? "" : `, thrown at ${place}`}`;
}
