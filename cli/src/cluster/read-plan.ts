/** Reads the options that `enqueue` wrote to a place. If they are missing or damaged, it is an error. */
import { isObject } from "labelmap/checks";
import { BatchError } from "../batch/batch-error.js";
import { type OutputPlan, parsePlan } from "../batch/output-plan.js";
import type { Storage } from "../batch/storage.js";

/** Codes of errors which say that the place itself does not exist any more. */
const GONE = ["NoSuchBucket", "ENOTDIR"];

/**
 * @throws {BatchError} OPTIONS_MISSING: the place has no such options, or there is no such place. STORAGE_FAILED: the
 *   storage does not answer, or refuses.
 */
export async function readPlan(storage: Storage, id: string): Promise<OutputPlan> {
  const path = `options/${id}.json`;
  const bytes = await storage.read(path).catch((error: unknown) => {
    const cause = error instanceof BatchError ? error.cause : undefined;
    if (isObject(cause) && GONE.includes(String(cause.code))) return undefined;
    throw error;
  });
  const plan = bytes && parsePlan(new TextDecoder().decode(bytes), id);
  if (plan !== undefined) return plan;
  const problem = bytes === undefined ? "is missing" : "is damaged";
  const message = `${storage.name}/${path} ${problem}; enqueue the list again to write it`;
  throw new BatchError("OPTIONS_MISSING", message);
}
