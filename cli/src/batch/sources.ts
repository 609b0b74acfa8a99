/**
 * The sources of masks and results: files, or the vendor. The vendor's files are kept beside the outputs, so that other
 * formats can be made from them without another download.
 */
import { PlaymentError } from "labelmap";
import { invalid, isObject, kindOf } from "labelmap/checks";
import type { PlaymentClient } from "labelmap/playment";
import { BatchError } from "./batch-error.js";
import { type Storage, writeText } from "./storage.js";

/** One mask to decode. */
export interface Task {
  /** The job's id, or the name of the mask's files without their endings. The outputs have this name. */
  readonly job: string;
  readonly project?: string;
  /** The file name of the photo, for `file_name` in COCO's JSON. Default: the job's id with `.jpg`. */
  readonly photo?: string;
}

/** A mask and its result: their content, or the files that contain them. The worker thread reads the files. */
export interface Source {
  /** An array is transferred to the thread and is empty afterwards. So each task needs its own array. */
  readonly mask: Uint8Array<ArrayBuffer> | { readonly file: string };
  /** The result, or a legend in any form. `null`: the mask has none, and its numbers are the names. */
  readonly result: string | { readonly file: string } | null;
}

export interface LoadOptions {
  readonly signal?: AbortSignal;
  /** Whether to fetch the source again even if a copy is kept, because an earlier try failed with that copy. */
  readonly isFresh: boolean;
}

export interface SourceProvider {
  /**
   * Whether each run checks the sources of finished tasks, and redoes a task if its source has changed. This reads the files
   * again. Sources from the vendor are not checked.
   */
  readonly isRechecked: boolean;
  /**
   * @throws LabelMapError, whose code and message are recorded; the signal's reason. For other errors only the kind is
   *   recorded, because their text may contain a key or a signed URL.
   */
  load(task: Task, options: LoadOptions): Promise<Source>;
}

/** The folder of the vendor's files in an output directory. */
export const SOURCES = "sources";
export const sourcePaths = (job: string) => ({
  mask: `${SOURCES}/${job}.png`,
  result: `${SOURCES}/${job}.json`,
});

/** A key that was refused this often, and never accepted, is wrong for all jobs. */
const MOST_REFUSALS = 10;
/** With these codes the vendor says that the key itself is wrong. One refusal is enough. */
const CODES_OF_WRONG_KEY = ["auth-failure", "core.webutil.token_auth"];
/** Errors about a job that the vendor reports only to a valid key. */
const ANSWERS_TO_VALID_KEYS = ["PLAYMENT_JOB_NOT_COMPLETED", "PLAYMENT_RESULT_MISSING"];

/** PLAYMENT_UNAUTHORISED for the key as a whole, not for one job. */
class KeyRefused extends PlaymentError {}

/** Whether an error of a source ends the run, because it affects all tasks and not only one. */
export function endsRun(error: unknown): boolean {
  return error instanceof KeyRefused || (error instanceof BatchError && error.code === "STORAGE_FAILED");
}

/**
 * Fetches jobs from the vendor and keeps their files in `sources/` of a storage. If both files of a job are already there,
 * no request is sent. The signature is removed from the result's `url` before it is kept. No more requests are
 * sent if the vendor says that the key is wrong, or if the key was refused for ten jobs and accepted for none.
 *
 * @param keep the storage for the files; `null` to keep nothing.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function fromVendor(client: PlaymentClient, keep: Storage | null): SourceProvider {
  if (!isObject(client) || typeof client.download !== "function") {
    throw invalid(`fromVendor: client is ${kindOf(client)}; give a PlaymentClient.`);
  }
  if (
    keep !== null &&
    (!isObject(keep) || typeof keep.read !== "function" || typeof keep.write !== "function")
  ) {
    throw invalid(`fromVendor: keep is ${kindOf(keep)}; give a storage, or null to keep nothing.`);
  }
  let [isAccepted, refusals] = [false, 0];
  let refused: KeyRefused | undefined;
  const download: PlaymentClient["download"] = async (...request) => {
    if (refused !== undefined) throw refused;
    try {
      const files = await client.download(...request);
      isAccepted = true;
      return files;
    } catch (error) {
      if (!(error instanceof PlaymentError)) throw error;
      isAccepted ||= ANSWERS_TO_VALID_KEYS.includes(error.code);
      if (error.code !== "PLAYMENT_UNAUTHORISED") throw error;
      const isWrong = CODES_OF_WRONG_KEY.includes(error.vendorCode ?? "");
      if (!isWrong && (isAccepted || ++refusals < MOST_REFUSALS)) throw error;
      refused ??= new KeyRefused(error.code, error.message, contextOf(error));
      throw refused;
    }
  };
  const load: SourceProvider["load"] = async ({ job, project }, { signal, isFresh }) => {
    if (project === undefined)
      throw new BatchError("JOB_ID_INVALID", `job ${job} has no project; give the task a project`);
    const paths = sourcePaths(job);
    const kept = isFresh || keep === null ? undefined : await keptSource(keep, paths);
    if (kept !== undefined) return kept;
    const { mask, result: text } = await download(project, job, signal === undefined ? {} : { signal });
    const result = withoutSignature(text);
    if (keep !== null) {
      // Write the result last: if it exists, the mask exists too.
      await keep.write(paths.mask, [mask]);
      await writeText(keep, paths.result, result);
    }
    return { mask, result };
  };
  return { isRechecked: false, load };
}

function contextOf({ status, vendorCode }: PlaymentError) {
  return { ...(status !== undefined && { status }), ...(vendorCode !== undefined && { vendorCode }) };
}

/** Removes the signature from the mask's URL: with it, anyone who reads the file could open the mask. */
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

/**
 * Reads masks and results from files, which may be anywhere. A missing file is noticed when a worker thread reads it.
 * @throws {DecodeError} OPTION_INVALID: `filesOf` is not a function. When a job is loaded: it gives no paths for the job.
 */
export function fromFiles(
  filesOf: (job: string) => {
    readonly mask: string;
    /** A file; or the content of one, such as the name of a palette; or `null` for a mask without a legend. */
    readonly result: string | { readonly text: string } | null;
  },
): SourceProvider {
  if (typeof filesOf !== "function") {
    throw invalid(
      `fromFiles: the argument is ${kindOf(filesOf)}; give a function from a job's id to its files.`,
    );
  }
  const load: SourceProvider["load"] = async ({ job }) => {
    const files: unknown = filesOf(job);
    if (!isObject(files)) {
      throw invalid(`fromFiles: the files of job ${job} are ${kindOf(files)}; return { mask, result }.`);
    }
    const { mask, result } = files;
    const text = isObject(result) ? result.text : undefined;
    const isResult = typeof result === "string" || typeof text === "string" || result === null;
    if (typeof mask !== "string" || !isResult) {
      const [name, path] = typeof mask === "string" ? ["result", result] : ["mask", mask];
      throw invalid(`fromFiles: the ${name} of job ${job} is ${kindOf(path)}; give the path of a file.`);
    }
    const source = typeof result === "string" ? { file: result } : typeof text === "string" ? text : null;
    return { mask: { file: mask }, result: source };
  };
  return { isRechecked: true, load };
}
