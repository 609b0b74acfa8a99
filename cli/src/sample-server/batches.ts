/// <reference types="node" />
/**
 * The sample server's list of a batch. `GET /v1/projects/PROJECT/batch/BATCH?page_token=TOKEN` answers with a page of jobs
 * and the token of the next page. A token is good only for its own batch.
 */

import { createHmac, randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { FaultCounter } from "./fault-counter.js";
import { type BatchIds, type JobSource, keyOf, type ListedJob } from "./jobs.js";
import { answerFailure, answerJson } from "./responses.js";

const WRONG_TOKEN = "no-token-of-this-server";

export class Batches {
  readonly #jobs: JobSource;
  readonly #faults: FaultCounter;
  readonly #pageSize: number;
  readonly #secret = randomBytes(32);
  /** The keys of the jobs that were deleted while a list was read. */
  readonly #vanished = new Set<string>();

  constructor(jobs: JobSource, faults: FaultCounter, pageSize: number) {
    this.#jobs = jobs;
    this.#faults = faults;
    this.#pageSize = pageSize;
  }

  hasVanished(projectId: string, jobId: string): boolean {
    return this.#vanished.has(keyOf({ projectId, jobId }));
  }

  answer(ids: BatchIds, token: string | null, response: ServerResponse) {
    const { projectId, batchId } = ids;
    const listed = this.#jobs.list?.(projectId, batchId);
    if (listed === undefined) return answerFailure(response, "GE_0001", "there is no such batch");
    const start = token === null ? 0 : this.#startOf(ids, token);
    if (start === undefined) {
      return answerFailure(response, "invalid_request_error", "the page token is invalid");
    }
    const end = start + this.#pageSize;
    const isDuplicating = start > 0 && this.#faults.strike("duplicateJob", undefined) !== undefined;
    const page = listed.slice(isDuplicating ? start - 1 : start, end);
    const jobs = page.filter(({ jobId }) => !this.hasVanished(projectId, jobId)).map(describe);
    const data = { id: batchId, project_id: projectId, name: batchId, jobs };
    const next = end < listed.length ? { next_page_token: this.#nextToken(ids, start) } : {};
    answerJson(response, 200, { success: true, data: { ...data, ...next } });
    const last = page.at(-1);
    if (last !== undefined && this.#faults.strike("vanishedJob", undefined)) {
      this.#vanished.add(keyOf({ projectId, jobId: last.jobId }));
    }
  }

  #nextToken(ids: BatchIds, start: number): string {
    if (this.#faults.strike("wrongPageToken", undefined)) return WRONG_TOKEN;
    if (this.#faults.strike("repeatedPageToken", undefined)) return this.#tokenOf(ids, start);
    return this.#tokenOf(ids, start + this.#pageSize);
  }

  #tokenOf({ projectId, batchId }: BatchIds, start: number): string {
    const text = JSON.stringify([projectId, batchId, start]);
    return `${start}.${createHmac("sha256", this.#secret).update(text).digest("base64url")}`;
  }

  /** Where the token's page starts; `undefined` if the token is not one of this batch. */
  #startOf(ids: BatchIds, token: string): number | undefined {
    const start = Number.parseInt(token, 10);
    return token === this.#tokenOf(ids, start) ? start : undefined;
  }
}

function describe({ jobId, status = "completed" }: ListedJob) {
  return { id: jobId, reference_id: "001", status };
}
