/// <reference types="node" />
/**
 * The code of a worker thread. It reads the source if that is a file, decodes, encodes, and writes the outputs. It returns
 * only hashes and sizes, so that no pixels are copied between threads.
 *
 * Errors are returned as plain data, because an error object loses its class and code between threads.
 */

import { LabelMap, LabelMapError } from "labelmap";
import { isObject } from "labelmap/checks";
import { allocateAligned } from "./aligned-memory.js";
import { ArrayPool } from "./array-pool.js";
import { openStorage } from "./open-storage.js";
import { type Encoded, encodeMap, encodeOutputs } from "./output-files.js";
import { PreparedPlan } from "./prepared-plan.js";
import { readSource } from "./read-source.js";
import { type FileRecord, measure, type TaskRecord } from "./record.js";
import type { MapSource, Source } from "./sources.js";
import type { Storage } from "./storage.js";

export type WorkerTask = AnyTask & (Source | MapSource);

interface AnyTask {
  readonly job: string;
  /** As `planText` gives it. */
  readonly plan: string;
  /** As `openStorage` takes it. */
  readonly place: string;
  /** The hashes of an earlier task. If they are given, the source is only compared with them. */
  readonly known?: { readonly [Part in "mask" | "result"]: TaskRecord[Part] | undefined };
}

/** The part of a record that describes the decoding. */
export type Outcome = Pick<
  TaskRecord,
  "status" | "mask" | "result" | "outputs" | "pixels" | "unlabelledPixels" | "issues" | "error"
>;

export type WorkerAnswer = { readonly outcome: Outcome } | { readonly comparison: "unchanged" | "changed" };

const arrays = new ArrayPool();
/** For `.npy` files, which are arrays as they are in memory. V8 takes a tenth longer to make a PNG of such memory. */
const arraysToWrite = new ArrayPool(allocateAligned);
/** The plan of the latest task. Nearly all tasks of a thread have the same plan. */
let latest: { readonly text: string; readonly prepared: PreparedPlan } | undefined;
const storages = new Map<string, Promise<Storage>>();

export default async function decodeTask(task: WorkerTask): Promise<WorkerAnswer> {
  let hashes: Pick<TaskRecord, "mask" | "result"> = {};
  const { job: name, plan, place, known } = task;
  const isSame = () =>
    (["mask", "result"] as const).every((part) => known?.[part]?.sha256 === hashes[part]?.sha256);
  const write = async ({ files, ...about }: Encoded) => {
    const storage = await storageOf(place);
    const outputs: FileRecord[] = [];
    for (const { pieces, ...file } of files) {
      await storage.write(file.path, pieces);
      outputs.push({ ...file, ...measure(...pieces) });
    }
    return { outputs, ...about };
  };
  try {
    if ("map" in task) {
      const map = new LabelMap(task.map);
      hashes = { mask: measureMap(map) };
      if (known !== undefined) return { comparison: isSame() ? "unchanged" : "changed" };
      const input = { name, map, prepared: prepare(plan) };
      return { outcome: { status: "done", ...hashes, ...(await encodeMap(input, write)) } };
    }
    const [mask, result] = await Promise.all([
      bytesOf(task.mask),
      task.result === null ? null : bytesOf(task.result),
    ]);
    hashes = { mask: measure(mask), ...(result === null ? {} : { result: measure(result) }) };
    if (known !== undefined) return { comparison: isSame() ? "unchanged" : "changed" };
    const legend = result === null ? null : { name: nameOf(task), text: new TextDecoder().decode(result) };
    const { labels } = task;
    const prepared = prepare(plan);
    const pool = prepared.plan.format === "npy" ? arraysToWrite : arrays;
    const input = { name, png: mask, legend, prepared, ...(labels === undefined ? {} : { labels }) };
    return { outcome: { status: "done", ...hashes, ...(await encodeOutputs(input, pool, write)) } };
  } catch (error) {
    return { outcome: { status: "failed", ...hashes, outputs: [], error: plainError(error) } };
  }
}

/** @throws {ClassError} CLASS_LIST_INVALID */
function prepare(text: string): PreparedPlan {
  if (latest?.text !== text) latest = { text, prepared: new PreparedPlan(JSON.parse(text)) };
  return latest.prepared;
}

/** What a label map is: its size, its pixels and its labels. Equal maps give equal hashes. */
function measureMap({ width, height, data, labels }: LabelMap): ReturnType<typeof measure> {
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return measure(new TextEncoder().encode(JSON.stringify([width, height, labels])), pixels);
}

function storageOf(place: string): Promise<Storage> {
  const opened = storages.get(place);
  if (opened !== undefined) return opened;
  const storage = openStorage(place);
  storages.set(place, storage);
  // A storage that could not be opened may be available for the next task.
  storage.catch(() => storages.delete(place));
  return storage;
}

/** The name of a task's legend, for messages. */
function nameOf({ result }: Source): string {
  return isObject(result) ? result.file : "legend";
}

async function bytesOf(source: Source["mask"] | NonNullable<Source["result"]>): Promise<Uint8Array> {
  if (typeof source === "string") return new TextEncoder().encode(source);
  return source instanceof Uint8Array ? source : readSource(source.file);
}

/** The code and message of anything that was thrown. */
export function plainError(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof LabelMapError) return { code: error.code, message: error.message };
  return { code: "INTERNAL", message: kindAndPlace(error) };
}

/**
 * Describes an error that is not a `LabelMapError`: its kind, and where it was thrown. Its text is left out, because it
 * may contain a secret that must not be recorded: the text of a failed request contains the signed URL.
 */
export function kindAndPlace(error: unknown): string {
  const { name, code, stack } = Object(error) as { name?: unknown; code?: unknown; stack?: unknown };
  const [, place] = /\n +at .*?([\w.-]+\.m?[jt]s:\d+:\d+)\)?$/m.exec(String(stack)) ?? [];
  const words = [name, code].filter((word) => /^\w{1,40}$/.test(String(word ?? "")));
  return `${words.join(" ") || "a value that is not an error"}${place === undefined ? "" : `, thrown at ${place}`}`;
}
