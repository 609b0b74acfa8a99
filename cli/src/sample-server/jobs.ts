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
  /** The bytes behind this `url`. A video has `frameMasks` instead. */
  readonly mask?: Uint8Array;
  /**
   * The masks of a video's frames, by `frame_id`. In the result, each object with a `frame_id` and a `legend` gets the
   * `url` of its mask.
   */
  readonly frameMasks?: Readonly<Record<string, Uint8Array>>;
  /** The batch that lists the job. Default: none does. */
  readonly batchId?: string;
  /** Default `completed`. A job with another status has no result. */
  readonly status?: string;
  /** The faults of this job, in addition to the server's own `faults`. The server counts down a copy of them. */
  readonly faults?: Faults | undefined;
}

/**
 * Jobs that need not all be in memory. `find` is called at each request for a job, so it should keep the latest jobs.
 */
export interface JobSource {
  find(projectId: string, jobId: string): ServedJob | undefined;
  /** All jobs of a batch; `undefined` if there is no such batch. Without this method, there are no batches. */
  list?(projectId: string, batchId: string): readonly ListedJob[] | undefined;
}

/** A job in the list of a batch. */
export interface ListedJob {
  readonly jobId: string;
  /** Default `completed`. */
  readonly status?: string | undefined;
}

export interface JobIds {
  readonly projectId: string;
  readonly jobId: string;
}

export interface BatchIds {
  readonly projectId: string;
  readonly batchId: string;
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
        `jobs[${place}] must have projectId, jobId, result and mask (or frameMasks); each mask must be a Uint8Array.`,
      );
    }
    byIds.set(keyOf(job), job);
  });
  return {
    find: (projectId, jobId) => byIds.get(keyOf({ projectId, jobId })),
    list(projectId, batchId) {
      const listed = jobs.filter((job) => job.projectId === projectId && job.batchId === batchId);
      return listed.length > 0 ? listed : undefined;
    },
  };
}

function isServedJob(job: unknown): job is ServedJob {
  if (!isObject(job)) return false;
  const { projectId, jobId, result, mask, frameMasks } = job;
  const hasIds = typeof projectId === "string" && typeof jobId === "string";
  const masks = isObject(frameMasks) ? Object.values(frameMasks) : [mask];
  return hasIds && isObject(result) && masks.every((bytes) => bytes instanceof Uint8Array);
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

/** The batch of a path of the API; undefined if the path is not the path of a batch. */
export function parseBatchPath(path: string): BatchIds | undefined {
  const ids = decodeIds(/^\/v1\/projects\/([^/]+)\/batch\/([^/]+)$/.exec(path));
  return ids && { projectId: ids.projectId, batchId: ids.jobId };
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
