/** Records the requests to the sample server: only the latest, so that it can run for days, and counts for each job. */
import { type JobIds, keyOf } from "./jobs.js";

export interface RecordedRequest {
  readonly origin: "api" | "storage";
  /** Without the query, which contains signatures. */
  readonly path: string;
  /** The time of `performance.now()`, in milliseconds. */
  readonly time: number;
}

/** The numbers of requests for a job, its attachments (result and mask), and its files in the storage. */
export interface RequestCounts {
  readonly job: number;
  readonly attachment: number;
  readonly storage: number;
}

export class RequestLog {
  readonly requests: RecordedRequest[] = [];
  readonly #counts = new Map<string, Record<keyof RequestCounts, number>>();
  readonly #keepRequests: number;
  readonly #countByJob: boolean;

  constructor(keepRequests: number, countByJob: boolean) {
    this.#keepRequests = keepRequests;
    this.#countByJob = countByJob;
  }

  add(origin: RecordedRequest["origin"], path: string): void {
    this.requests.push({ origin, path, time: performance.now() });
    if (this.requests.length > this.#keepRequests) this.requests.shift();
  }

  count(ids: JobIds | undefined, kind: keyof RequestCounts): void {
    if (!this.#countByJob || ids === undefined) return;
    const key = keyOf(ids);
    const counts = this.#counts.get(key) ?? { job: 0, attachment: 0, storage: 0 };
    counts[kind]++;
    this.#counts.set(key, counts);
  }

  countsOf(projectId: string, jobId: string): RequestCounts {
    return { job: 0, attachment: 0, storage: 0, ...this.#counts.get(keyOf({ projectId, jobId })) };
  }
}
