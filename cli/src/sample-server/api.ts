/// <reference types="node" />
/**
 * The sample server's API. It requires the key. `GET /v1/projects/PROJECT/jobs/JOB` describes a job. batches.ts lists jobs.
 * `GET /v1/attachments?url=URL` redirects to the storage with a signature that opens the private file for a while.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { Batches } from "./batches.js";
import type { FaultCounter } from "./fault-counter.js";
import {
  folderOf,
  type JobSource,
  parseBatchPath,
  parseJobPath,
  parseStoragePath,
  type ServedJob,
} from "./jobs.js";
import type { RequestLog } from "./request-log.js";
import { answer, answerFailure, answerJson, redirect } from "./responses.js";
import type { Storage } from "./storage.js";

/** Settings from `VendorServerOptions`. */
export interface ApiSettings {
  readonly apiKey: string;
  readonly signatureSeconds: number;
  readonly proxy: boolean;
  readonly cors: boolean;
  readonly pageSize: number;
}

export class Api {
  readonly #jobs: JobSource;
  readonly #batches: Batches;
  readonly #faults: FaultCounter;
  readonly #log: RequestLog;
  readonly #storage: Storage;
  readonly #settings: ApiSettings;

  constructor(
    jobs: JobSource,
    faults: FaultCounter,
    log: RequestLog,
    storage: Storage,
    settings: ApiSettings,
  ) {
    this.#jobs = jobs;
    this.#faults = faults;
    this.#log = log;
    this.#storage = storage;
    this.#settings = settings;
    this.#batches = new Batches(jobs, faults, settings.pageSize);
  }

  handle(url: URL, request: IncomingMessage, response: ServerResponse) {
    const { apiKey, proxy, cors } = this.#settings;
    this.#log.add("api", url.pathname);
    if (cors) {
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("access-control-allow-headers", "x-api-key");
      if (request.method === "OPTIONS") return answer(response, 204, "");
    }
    const isAttachment = url.pathname === "/v1/attachments";
    const path = isAttachment ? this.#pathOfAttachment(url) : undefined;
    const ids = isAttachment ? parseStoragePath(path ?? "") : parseJobPath(url.pathname);
    this.#log.count(ids, isAttachment ? "attachment" : "job");
    const isGone = ids !== undefined && this.#batches.hasVanished(ids.projectId, ids.jobId);
    const job = ids && !isGone ? this.#jobs.find(ids.projectId, ids.jobId) : undefined;

    if (this.#failsBeforeKey(job, request, response)) return;
    if (request.headers["x-api-key"] !== apiKey && !proxy)
      return answerFailure(response, "auth-failure", "the key is wrong");
    if (this.#failsAsVendor(job, response)) return;
    if (isAttachment) return this.#answerAttachment(path, job, response);
    if (this.#faults.strike("jobRedirect", job))
      return redirect(response, `${this.#storage.origin}/elsewhere`);
    const batch = parseBatchPath(url.pathname);
    if (batch !== undefined) {
      return this.#batches.answer(batch, url.searchParams.get("page_token"), response);
    }
    if (ids === undefined) return answerJson(response, 404, { success: false });
    if (job === undefined) return answerFailure(response, "GE_0001", "there is no such job");
    answerJson(response, 200, { success: true, data: this.#describe(job) });
  }

  /** Whether a fault struck that happens before the key is checked. */
  #failsBeforeKey(job: ServedJob | undefined, request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#faults.strike("reset", job)) {
      request.socket.destroy();
      return true;
    }
    if (this.#faults.strike("slow", job)) return true;
    const limited = this.#faults.strike("rateLimit", job);
    if (limited) {
      response.setHeader("retry-after", limited.retryAfter ?? "0");
      answer(response, 429, "slow down");
      return true;
    }
    const refused = this.#faults.strike("refused", job);
    if (refused) {
      if (refused.retryAfter !== undefined) response.setHeader("retry-after", refused.retryAfter);
      answer(response, refused.refusedStatus ?? 400, "no");
      return true;
    }
    if (!this.#faults.strike("serverError", job)) return false;
    answer(response, 500, "oops");
    return true;
  }

  /** Whether a fault struck that is answered in the vendor's form, or with a page that is not. */
  #failsAsVendor(job: ServedJob | undefined, response: ServerResponse): boolean {
    const { apiKey } = this.#settings;
    const failed = this.#faults.strike("apiFailure", job);
    if (failed) {
      answerFailure(response, failed.failureCode ?? "E42", `bad key ${apiKey}`, failed);
      return true;
    }
    const echoing = this.#faults.strike("echoCode", job);
    if (echoing) {
      answerFailure(response, apiKey, "", echoing);
      return true;
    }
    if (!this.#faults.strike("html", job)) return false;
    answer(response, 200, "<!doctype html><title>Maintenance</title>", "text/html");
    return true;
  }

  #answerAttachment(path: string | undefined, job: ServedJob | undefined, response: ServerResponse) {
    const { apiKey, proxy, signatureSeconds } = this.#settings;
    if (path === undefined) return answerFailure(response, "GE_0001", "there is no such attachment");
    if (proxy) {
      const file = job && this.#storage.fileOf(job, parseStoragePath(path)?.file ?? "");
      return file ? answer(response, 200, file.bytes, file.type) : answer(response, 404, "no such file");
    }
    const failed = this.#faults.strike("attachmentFailure", job);
    if (failed) return answerFailure(response, failed.failureCode ?? "E43", `bad key ${apiKey}`, failed);
    if (this.#faults.strike("echoLocation", job)) {
      return redirect(response, `${this.#storage.origin}/of/${apiKey}/mask.png`);
    }
    if (this.#faults.strike("noLocation", job)) return answer(response, 302, "");
    if (this.#faults.strike("badLocation", job)) return redirect(response, "file:///etc/passwd");
    redirect(response, this.#storage.sign(path, signatureSeconds * 1000));
  }

  /** The path of an attachment, if its URL belongs to our storage. */
  #pathOfAttachment(url: URL): string | undefined {
    const wanted = url.searchParams.get("url") ?? "";
    if (!URL.canParse(wanted)) return undefined;
    const { origin, pathname } = new URL(wanted);
    return origin === this.#storage.origin ? pathname : undefined;
  }

  #describe(served: ServedJob) {
    const { projectId, jobId } = served;
    const other = this.#faults.strike("otherJob", served);
    const job = {
      project_id: projectId,
      job_id: other ? `not-${jobId}` : jobId,
      reference_id: "001",
      status: served.status ?? "completed",
    };
    if (job.status !== "completed") return job;
    const pending = this.#faults.strike("notCompleted", served);
    if (pending) return { ...job, status: pending.status ?? "in_progress" };
    if (this.#faults.strike("noResult", served)) return job;
    const result = this.#faults.strike("noMaskUrl", served) ? "no-url.json" : "result.json";
    return { ...job, result: `${this.#storage.origin}${folderOf(served)}/${result}` };
  }
}
