/**
 * The vendor as a source. Its files are kept beside the outputs, so that other formats can be made from them without another
 * download. A video gives a task for each of its frames (video.ts).
 */

import { type ClassBy, LabelMapError, PlaymentError } from "labelmap";
import { invalid, isObject, kindOf } from "labelmap/checks";
import { isVideoResult, type PlaymentClient } from "labelmap/playment";
import { BatchError } from "./batch-error.js";
import { KeyRefused } from "./ends-run.js";
import { type Source, type SourceProvider, sourcePaths, type Task, type VideoSource } from "./sources.js";
import { type Storage, writeText } from "./storage.js";
import { problemOf } from "./task-names.js";
import { framesOf, resultOfFrame, withoutQuery, withoutSignatures } from "./video.js";

/** A key that was refused this often, and never accepted, is wrong for all jobs. */
const MOST_REFUSALS = 10;
/** With these codes the vendor says that the key itself is wrong. One refusal is enough. */
const CODES_OF_WRONG_KEY = ["auth-failure", "core.webutil.token_auth"];
/** Errors about a job that the vendor reports only to a valid key. */
const ANSWERS_TO_VALID_KEYS = ["PLAYMENT_JOB_NOT_COMPLETED", "PLAYMENT_RESULT_MISSING"];

export interface VendorOptions {
  /**
   * Whether jobs may be videos. A video then gives a task for each frame, which `runBatch` performs. Default false: a video
   * fails.
   */
  readonly videos?: boolean;
  /** What makes a class, as in `decodeMask`. The objects of a video are numbered within their classes. */
  readonly classBy?: ClassBy;
}

/**
 * Fetches jobs from the vendor and keeps their files in `sources/` of a storage. If both files of a job are already there,
 * no request is sent. The signature is removed from the result's `url` before it is kept. No more requests are
 * sent if the vendor says that the key is wrong, or if the key was refused for ten jobs and accepted for none.
 *
 * Of a video, its result is kept, and the mask and the legend of each frame. No request is sent if all of them are there.
 *
 * @param keep the storage for the files; `null` to keep nothing.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function fromVendor(
  client: PlaymentClient,
  keep: Storage | null,
  { videos = false, classBy = "name" }: VendorOptions = {},
): SourceProvider {
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
  const ask = async <T>(request: () => Promise<T>): Promise<T> => {
    if (refused !== undefined) throw refused;
    try {
      const answer = await request();
      isAccepted = true;
      return answer;
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
  const loadFrame = async (task: Task, signal: AbortSignal | undefined): Promise<Source> => {
    const { job, frame, video } = task;
    const { labels, url, id } = frame!;
    const options = signal === undefined ? {} : { signal };
    const mask = await ask(() => client.mask({ url }, options)).catch((error: unknown) => {
      if (error instanceof LabelMapError) error.message = `frame ${id} of job ${video}: ${error.message}`;
      throw error;
    });
    const result = resultOfFrame(frame!);
    if (keep !== null) await keepFiles(keep, job, { mask, result });
    return { mask, result, labels };
  };
  const load: SourceProvider["load"] = async (task, { signal, isFresh }) => {
    const { job, project, frame } = task;
    if (project === undefined)
      throw new BatchError("JOB_ID_INVALID", `job ${job} has no project; give the task a project`);
    const kept =
      isFresh || keep === null ? undefined : await keptSource(keep, task, videos ? classBy : undefined);
    if (kept !== undefined) return kept;
    if (frame !== undefined) return loadFrame(task, signal);
    const options = signal === undefined ? {} : { signal };
    const download = () =>
      videos ? client.downloadJob(project, job, options) : client.download(project, job, options);
    const { mask, result: text } = await ask<Awaited<ReturnType<PlaymentClient["downloadJob"]>>>(download);
    if (mask === null) {
      const frames = framesOf(text, task, classBy);
      if (keep !== null) await writeText(keep, sourcePaths(job).result, withoutSignatures(text));
      return { frames };
    }
    const result = withoutSignature(text);
    if (keep !== null) await keepFiles(keep, job, { mask, result });
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
  return JSON.stringify({ ...json, url: withoutQuery(json.url) });
}

async function keepFiles(
  keep: Storage,
  job: string,
  { mask, result }: { readonly mask: Uint8Array; readonly result: string },
): Promise<void> {
  const paths = sourcePaths(job);
  // Write the result last: if it exists, the mask exists too.
  await keep.write(paths.mask, [mask]);
  await writeText(keep, paths.result, result);
}

/** @param classBy `undefined` if jobs are no videos */
async function keptSource(
  keep: Storage,
  task: Task,
  classBy: ClassBy | undefined,
): Promise<Source | VideoSource | undefined> {
  const paths = sourcePaths(task.job);
  const result = await keep.read(paths.result);
  if (result === undefined) return undefined;
  const mask = await keep.read(paths.mask);
  const text = new TextDecoder().decode(result);
  if (mask !== undefined) {
    const labels = task.frame === undefined ? {} : { labels: task.frame.labels };
    return { mask: new Uint8Array(mask), result: text, ...labels };
  }
  return classBy === undefined || task.frame !== undefined ? undefined : keptVideo(keep, task, text, classBy);
}

/**
 * The frames of a video whose files are all kept. If any is missing, the result is requested again: the kept one has no
 * signatures, and the URLs of its masks may be useless without them.
 */
async function keptVideo(
  keep: Storage,
  task: Task,
  text: string,
  classBy: ClassBy,
): Promise<VideoSource | undefined> {
  try {
    if (!isVideoResult(JSON.parse(text))) return undefined;
    const frames = framesOf(text, task, classBy);
    for (const frame of frames) {
      // It has no files, and fails for this reason.
      if (problemOf(frame) !== undefined) continue;
      if ((await keep.size(sourcePaths(frame.job).result)) === undefined) return undefined;
    }
    return { frames };
  } catch (error) {
    // A damaged file is fetched again.
    if (error instanceof SyntaxError || error instanceof LabelMapError) return undefined;
    throw error;
  }
}
