/// <reference types="node" />
/**
 * The storage behind the sample server's API. It serves files at signed URLs that expire. It must never see the API key: if
 * it does, it refuses the request and records it in `violations`.
 */

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isObject } from "labelmap/checks";
import type { FaultCounter } from "./fault-counter.js";
import { folderOf, type JobSource, parseStoragePath, type ServedJob } from "./jobs.js";
import type { RequestLog } from "./request-log.js";
import {
  answer,
  breakOff,
  drip,
  pour,
  redirect,
  sendChunked,
  stall,
  trickle,
  understate,
} from "./responses.js";

export interface StoredFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

export class Storage {
  /** `http://127.0.0.1:PORT`, when it is listening. */
  origin = "";
  readonly violations: string[] = [];
  readonly #secret = randomBytes(32);
  readonly #jobs: JobSource;
  readonly #faults: FaultCounter;
  readonly #log: RequestLog;

  constructor(jobs: JobSource, faults: FaultCounter, log: RequestLog) {
    this.#jobs = jobs;
    this.#faults = faults;
    this.#log = log;
  }

  /** The URL that opens the file at `path` for this long. */
  sign(path: string, milliseconds: number): string {
    const expires = Date.now() + milliseconds;
    return `${this.origin}${path}?expires=${expires}&signature=${this.#signatureOf(path, expires)}`;
  }

  /**
   * A job's file: `mask.png`, `frame-ID.png` of a video, `result.json`, or `no-url.json`, which is a result without the
   * mask's URL.
   */
  fileOf(job: ServedJob, name: string): StoredFile | undefined {
    const { frameMasks = {}, mask } = job;
    const masks = new Map(Object.entries(frameMasks).map(([id, bytes]) => [frameFile(id), bytes]));
    if (mask !== undefined) masks.set("mask.png", mask);
    const png = masks.get(name);
    if (png !== undefined) return { type: "image/png", bytes: png };
    const { url: _, ...result } = job.result as Record<string, unknown>;
    const folder = `${this.origin}${folderOf(job)}`;
    if (name !== "result.json" && name !== "no-url.json") return undefined;
    const isWhole = name === "result.json";
    if (isWhole && mask !== undefined) result.url = `${folder}/mask.png`;
    // A replacer sees its own answer's fields, but not the answer again.
    const text = JSON.stringify(result, (_, value: unknown) => {
      const { frame_id, legend } = isObject(value) ? value : {};
      const hasMask = isWhole && legend !== undefined && Object.hasOwn(frameMasks, String(frame_id));
      return hasMask ? { ...(value as object), url: `${folder}/${frameFile(String(frame_id))}` } : value;
    });
    return { type: "application/json", bytes: Buffer.from(text) };
  }

  handle(url: URL, request: IncomingMessage, response: ServerResponse) {
    const path = url.pathname;
    const asked = parseStoragePath(path);
    this.#log.add("storage", path);
    this.#log.count(asked, "storage");
    if (request.headers["x-api-key"] !== undefined) {
      this.violations.push(`${request.method} ${path} carried x-api-key`);
      return answer(response, 400, "the key must not come here");
    }
    const job = asked && this.#jobs.find(asked.projectId, asked.jobId);
    if (this.#faults.strike("reset", job)) {
      request.socket.destroy();
      return;
    }
    const busy = this.#faults.strike("storageError", job);
    if (busy) {
      if (busy.retryAfter !== undefined) response.setHeader("retry-after", busy.retryAfter);
      return answer(response, 503, "busy");
    }
    if (!this.#isSigned(url) || this.#faults.strike("expired", job)) {
      return answer(response, 403, "<Error><Code>AccessDenied</Code></Error>", "application/xml");
    }
    const file = job && this.fileOf(job, asked.file);
    if (file === undefined) return answer(response, 404, "no such file");
    if (file.type === "image/png") {
      if (this.#faults.strike("redirectLoop", job))
        return redirect(response, url.href.replace(url.origin, this.origin));
      return this.#sendMask(response, file, job);
    }
    answer(response, 200, file.bytes, file.type);
  }

  #sendMask(response: ServerResponse, { type, bytes }: StoredFile, job: ServedJob | undefined) {
    const strikes = (kind: Parameters<FaultCounter["strike"]>[0]) => this.#faults.strike(kind, job);
    if (strikes("htmlMask"))
      return answer(response, 200, "<!doctype html><title>Sign in</title>", "text/html");
    if (strikes("truncated")) return breakOff(response, bytes);
    if (strikes("stalled")) return stall(response, bytes);
    if (strikes("trickle")) return void trickle(response);
    if (strikes("endless")) return pour(response);
    if (strikes("endlessDeclared")) return pour(response, { "content-length": 2 ** 40 });
    if (strikes("chunked")) return sendChunked(response, bytes);
    if (strikes("inPieces")) return void drip(response, bytes);
    if (strikes("understated")) return understate(response, bytes);
    answer(response, 200, bytes, type);
  }

  #isSigned(url: URL): boolean {
    const expires = Number(url.searchParams.get("expires"));
    const given = Buffer.from(url.searchParams.get("signature") ?? "");
    const right = Buffer.from(this.#signatureOf(url.pathname, expires));
    return given.length === right.length && timingSafeEqual(given, right) && Date.now() <= expires;
  }

  #signatureOf(path: string, expires: number): string {
    return createHmac("sha256", this.#secret).update(`${path} ${expires}`).digest("hex");
  }
}

/** The file of a video's frame. */
function frameFile(frameId: string): string {
  return `frame-${encodeURIComponent(frameId)}.png`;
}
