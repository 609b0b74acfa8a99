/**
 * Where masks and results come from: files, or the vendor. What the vendor delivered is kept beside the outputs, so that
 * other formats can be made of it without another download.
 */
import { PlaymentError } from "labelmap";
import type { PlaymentClient } from "labelmap/playment";
import { BatchError } from "./batch-error.js";
import { type Storage, writeText } from "./storage.js";

/** One thing to do. */
export interface Task {
  /** The job's id, or what the mask's files are called. The outputs have this name. */
  readonly job: string;
  readonly project?: string;
}

/** A mask and its result: bytes, or the files that hold them, which the worker thread reads by itself. */
export interface Source {
  /** An array is handed over to the thread and empty afterwards: each task must get its own. */
  readonly mask: Uint8Array<ArrayBuffer> | { readonly file: string };
  readonly result: string | { readonly file: string };
}

export interface LoadOptions {
  readonly signal?: AbortSignal;
  /** Whether what is kept is to be fetched anew: an earlier try failed with it. */
  readonly isFresh: boolean;
}

export interface SourceProvider {
  /**
   * Whether a finished task's source is looked at again in each run, and the task redone where it has changed. It costs a
   * read of the files; the vendor's are not asked for again.
   */
  readonly isRechecked: boolean;
  /**
   * @throws LabelMapError, whose code and message become the task's record; the signal's reason. Of other errors the kind
   *   alone is recorded: their text may hold a key or a signed URL.
   */
  load(task: Task, options: LoadOptions): Promise<Source>;
}

/** A job's files as the vendor delivered them. */
export const SOURCES = "sources";
export const sourcePaths = (job: string) => ({
  mask: `${SOURCES}/${job}.png`,
  result: `${SOURCES}/${job}.json`,
});

/** A key that is refused this often, and never taken, is wrong for all jobs. */
const MOST_REFUSALS = 10;
/** The vendor's answers about a job that only a good key gets, beside the mask. */
const ANSWERS_TO_GOOD_KEYS = ["PLAYMENT_JOB_NOT_COMPLETED", "PLAYMENT_RESULT_MISSING"];

/** PLAYMENT_UNAUTHORISED of the key, not of one job. */
class KeyRefused extends PlaymentError {}

/** Whether what a source threw is no single task's fault: no other one can go well either. */
export function endsRun(error: unknown): boolean {
  return error instanceof KeyRefused || (error instanceof BatchError && error.code === "STORAGE_FAILED");
}

/**
 * Fetches jobs from the vendor and keeps what it delivered in `sources/` of a storage. Where both files are there already
 * nothing is asked of the vendor. The result's `url` is kept without what signs it. Once the key has been refused for ten jobs
 * and taken for none, it is not asked any more.
 *
 * @param keep `null`: nothing is kept.
 */
export function fromVendor(client: PlaymentClient, keep: Storage | null): SourceProvider {
  let [isTaken, refusals] = [false, 0];
  let refused: KeyRefused | undefined;
  const download: PlaymentClient["download"] = async (...request) => {
    if (refused !== undefined) throw refused;
    try {
      const files = await client.download(...request);
      isTaken = true;
      return files;
    } catch (error) {
      const { code = "", message = "" } = error instanceof PlaymentError ? error : {};
      isTaken ||= ANSWERS_TO_GOOD_KEYS.includes(code);
      if (code !== "PLAYMENT_UNAUTHORISED" || isTaken || ++refusals < MOST_REFUSALS) throw error;
      refused ??= new KeyRefused(code, message);
      throw refused;
    }
  };
  const load: SourceProvider["load"] = async ({ job, project }, { signal, isFresh }) => {
    if (project === undefined) throw new BatchError("JOB_ID_INVALID", `job ${job} has no project`);
    const paths = sourcePaths(job);
    const kept = isFresh || keep === null ? undefined : await keptSource(keep, paths);
    if (kept !== undefined) return kept;
    const { mask, result: text } = await download(project, job, signal === undefined ? {} : { signal });
    const result = withoutSignature(text);
    if (keep !== null) {
      // The result last: where it is, the mask is too.
      await keep.write(paths.mask, [mask]);
      await writeText(keep, paths.result, result);
    }
    return { mask, result };
  };
  return { isRechecked: false, load };
}

/** What signs the mask's URL opens it for whoever reads it: that is not kept. */
function withoutSignature(result: string): string {
  const json = JSON.parse(result) as { readonly url?: unknown };
  if (typeof json.url !== "string" || !/[?#]/.test(json.url)) return result;
  return JSON.stringify({ ...json, url: json.url.replace(/[?#].*/s, "") });
}

async function keptSource(keep: Storage, paths: ReturnType<typeof sourcePaths>): Promise<Source | undefined> {
  const result = await keep.read(paths.result);
  const mask = result && (await keep.read(paths.mask));
  if (result === undefined || mask === undefined) return undefined;
  return { mask: new Uint8Array(mask), result: new TextDecoder().decode(result) };
}

/** Files, which may lie anywhere; what is missing shows when a worker thread reads it. */
export function fromFiles(
  filesOf: (job: string) => { readonly mask: string; readonly result: string },
): SourceProvider {
  const load: SourceProvider["load"] = async ({ job }) => {
    const { mask, result } = filesOf(job);
    return { mask: { file: mask }, result: { file: result } };
  };
  return { isRechecked: true, load };
}
