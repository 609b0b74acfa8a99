/** The errors of a source that end a run. Not in from-vendor.ts, so that a run without the vendor does not load its client. */

import { PlaymentError } from "labelmap";
import { BatchError } from "./batch-error.js";

/** PLAYMENT_UNAUTHORISED for the key as a whole, not for one job. */
export class KeyRefused extends PlaymentError {}

/** Whether an error of a source ends the run, because it affects all tasks and not only one. */
export function endsRun(error: unknown): boolean {
  return error instanceof KeyRefused || (error instanceof BatchError && error.code === "STORAGE_FAILED");
}
