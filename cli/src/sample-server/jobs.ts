/**
 * The jobs of the sample server, as a list or as an object that finds a job by its ids; and the paths of their files.
 */
import { invalid, isObject } from "labelmap/checks";
import type { Faults } from "./faults.js";

export interface ServedJob {
  readonly projectId: string;
  readonly jobId: string;
  /** The result in the vendor's form. The server fills in its `url`. */
  readonly result: object;
  /** The bytes behind this `url`. */
  readonly mask: Uint8Array;
  /** The faults of this job, in addition to the server's own `faults`. The server counts down a copy of them. */
  readonly faults?: Faults | undefined;
}

/**
 * Jobs that need not all be in memory. `find` is called at each request for a job, so it should keep the latest jobs.
 */
export interface JobSource {
  find(projectId: string, jobId: string): ServedJob | undefined;
}

export interface JobIds {
  readonly projectId: string;
  readonly jobId: string;
}

/** @throws DecodeError OPTION_INVALID: the value is not a list or source of jobs. */
export function toSource(jobs: readonly ServedJob[] | JobSource): JobSource {
  if (!Array.isArray(jobs)) {
    if (isObject(jobs) && typeof jobs.find === "function") return jobs as JobSource;
    throw invalid("jobs must be an array of jobs, or an object with the method `find`.");
  }
  const byIds = new Map<string, ServedJob>();
  jobs.forEach((job: unknown, place) => {
    if (!isServedJob(job)) {
      throw invalid(
        `jobs[${place}] must have projectId, jobId, result and mask; the mask must be a Uint8Array.`,
      );
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

/** The key of a job in a map. */
export function keyOf({ projectId, jobId }: JobIds): string {
  return JSON.stringify([projectId, jobId]);
}

/** The folder of a job's files in the storage: `/PROJECT/JOB`. */
export function folderOf({ projectId, jobId }: JobIds): string {
  return `/${encodeURIComponent(projectId)}/${encodeURIComponent(jobId)}`;
}

/** The job and file of a path in the storage; undefined if it does not have the form `/PROJECT/JOB/FILE`. */
export function parseStoragePath(path: string): (JobIds & { readonly file: string }) | undefined {
  const match = /^\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path);
  const ids = decodeIds(match);
  return ids && { ...ids, file: match![3]! };
}

/** The job of a path of the API; undefined if the path is not the path of a job. */
export function parseJobPath(path: string): JobIds | undefined {
  return decodeIds(/^\/v1\/projects\/([^/]+)\/jobs\/([^/]+)$/.exec(path));
}

function decodeIds(match: RegExpExecArray | null): JobIds | undefined {
  if (match === null) return undefined;
  try {
    return { projectId: decodeURIComponent(match[1]!), jobId: decodeURIComponent(match[2]!) };
  } catch {
    // A "%" that does not start an escape, so the path is not ours.
    return undefined;
  }
}
