/** The jobs that the sample server has: a list, or whatever finds one by its ids; and the paths of their files. */
import { invalid, isObject } from "labelmap/checks";
import type { Faults } from "./faults.js";

export interface ServedJob {
  readonly projectId: string;
  readonly jobId: string;
  /** In the vendor's form; its `url` is filled in. */
  readonly result: object;
  /** The bytes that its `url` gives. */
  readonly mask: Uint8Array;
  /** What goes wrong with this job alone, beside the server's own `faults`. The server counts a copy down. */
  readonly faults?: Faults | undefined;
}

/** Jobs that need not all be in memory. A job is asked for at each of its requests, so `find` keeps the latest ones. */
export interface JobSource {
  find(projectId: string, jobId: string): ServedJob | undefined;
}

export interface JobIds {
  readonly projectId: string;
  readonly jobId: string;
}

/** @throws DecodeError OPTION_INVALID: no jobs. */
export function toSource(jobs: readonly ServedJob[] | JobSource): JobSource {
  if (!Array.isArray(jobs)) {
    if (isObject(jobs) && typeof jobs.find === "function") return jobs as JobSource;
    throw invalid("jobs must be an array of jobs, or an object with the method `find`.");
  }
  const byIds = new Map<string, ServedJob>();
  jobs.forEach((job: unknown, place) => {
    if (!isServedJob(job)) {
      throw invalid(`jobs[${place}] must be { projectId, jobId, result, mask }, the mask as a Uint8Array.`);
    }
    byIds.set(keyOf(job), job);
  });
  return { find: (projectId, jobId) => byIds.get(keyOf({ projectId, jobId })) };
}

function isServedJob(job: unknown): job is ServedJob {
  if (!isObject(job)) return false;
  const { projectId, jobId, result, mask } = job;
  const hasIds = typeof projectId === "string" && typeof jobId === "string";
  return hasIds && isObject(result) && mask instanceof Uint8Array;
}

/** Both ids as the key of a map. */
export function keyOf({ projectId, jobId }: JobIds): string {
  return JSON.stringify([projectId, jobId]);
}

/** The path that a job's files have at the storage: `/PROJECT/JOB`. */
export function folderOf({ projectId, jobId }: JobIds): string {
  return `/${encodeURIComponent(projectId)}/${encodeURIComponent(jobId)}`;
}

/** Of whose file a path at the storage is, or undefined where it has another form than `/PROJECT/JOB/FILE`. */
export function parseStoragePath(path: string): (JobIds & { readonly file: string }) | undefined {
  const match = /^\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path);
  const ids = decodeIds(match);
  return ids && { ...ids, file: match![3]! };
}

/** Which job a path of the API asks for, or undefined where it is none of a job. */
export function parseJobPath(path: string): JobIds | undefined {
  return decodeIds(/^\/v1\/projects\/([^/]+)\/jobs\/([^/]+)$/.exec(path));
}

function decodeIds(match: RegExpExecArray | null): JobIds | undefined {
  if (match === null) return undefined;
  try {
    return { projectId: decodeURIComponent(match[1]!), jobId: decodeURIComponent(match[2]!) };
  } catch {
    // A "%" that is no escape: no path of ours.
    return undefined;
  }
}
