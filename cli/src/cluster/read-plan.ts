/** Reads the options that `enqueue` wrote to a place. If they are missing or damaged, it is an error. */
import { BatchError } from "../batch/batch-error.js";
import { type OutputPlan, parsePlan } from "../batch/output-options.js";
import type { Storage } from "../batch/storage.js";

/** @throws {BatchError} STORAGE_FAILED */
export async function readPlan(storage: Storage, id: string): Promise<OutputPlan> {
  const path = `options/${id}.json`;
  const bytes = await storage.read(path);
  const plan = bytes && parsePlan(new TextDecoder().decode(bytes), id);
  if (plan !== undefined) return plan;
  const problem = bytes === undefined ? "is missing" : "is damaged";
  const message = `${storage.name}/${path} ${problem}; enqueue the list again to write it`;
  throw new BatchError("STORAGE_FAILED", message);
}
