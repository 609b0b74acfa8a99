/**
 * The vendor's API: job id → job → result → mask → label map.
 *
 * The API key is sent only to the host of `baseUrl`. The vendor answers a request for an attachment with a redirect to a
 * signed URL of the storage. `fetch` would send the key there too, so the redirect is read but not followed, and the
 * storage is asked without the key. A web page cannot read redirects. There, `baseUrl` must be a proxy that answers with
 * the bytes, or `resolveAttachment` must say where they are.
 */

import type { OrConst } from "../checks/const-options.js";
import { isObject, kindOf, quote } from "../checks/describe.js";
import type { ConstOptions, DecodedBy } from "../decode/const-options.js";
import { decodeMask } from "../decode/decode.js";
import { checkWithParts, type DecodeOptions } from "../decode/decode-options.js";
import type { Decoded, Target } from "../decode/targets.js";
import { PlaymentError, type PlaymentErrorContext, ResultError } from "../errors.js";
import { parseResult, type SegmentationResult } from "../legend/result.js";
import type { LabelMap } from "../maps/label-map.js";
import { type BatchJob, listJobs, type PageRequest, parseBatchPage } from "./batch.js";
import {
  type CallOptions,
  checkClientOptions,
  isSignal,
  type MaskOptions,
  optionError,
  type PlaymentClientOptions,
  requireObject,
  type WaitOptions,
} from "./client-options.js";
import { download } from "./download.js";
import { get, type HttpOptions, MAX_TIMER_MILLISECONDS, publicUrl, sleep, statusError } from "./http.js";
import { checkSuccess, type Job, parseJob, parseJson } from "./job.js";
import { type Redact, redactError, redactor } from "./redact.js";
import { type RelayedSignal, relaySignal } from "./relay-signal.js";
import { type AllowedPlaces, checkPlace, getFromStorage, placesLike } from "./storage.js";
import { isKnownCode, readVendorCode } from "./vendor-failure.js";
import { vendorUrl } from "./vendor-url.js";
import { checkFramesOptions, type DecodedFrame, decodeFrame, type FramesOptions } from "./video-frame.js";
import {
  isVideoResult,
  parseVideoResult,
  type VideoResult,
  type VideoResultOptions,
} from "./video-result.js";

/** `MaskOptions` as passed on internally: an absent option is undefined. */
interface AttachmentOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: MaskOptions["onProgress"] | undefined;
}

const COMPLETED = "completed";
/** How long before the deadline the last check is made. It is then nearly always answered in time. */
const LAST_CHECK_MILLISECONDS = 1000;
/** The vendor reports a failure in a few lines, so a larger download need not be parsed to look for one. */
const MAX_ENVELOPE_BYTES = 65_536;
/** How storages answer to an expired signature (S3: 403, or 400 for an expired token). */
const EXPIRED_STATUS_CODES = [400, 401, 403, 410];
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export class PlaymentClient {
  // Private at run time, not only in TypeScript: the key must not show when a client is printed or serialised.
  readonly #apiKey: string | undefined;
  readonly #redact: Redact;
  readonly #baseUrl: URL;
  readonly #http: HttpOptions;
  readonly #resolveAttachment: PlaymentClientOptions["resolveAttachment"] | undefined;
  readonly #maxBytes: number;
  readonly #maxJsonBytes: number;
  readonly #allowHttp: boolean | undefined;
  readonly #allowPrivateHosts: boolean | undefined;

  /** @throws DecodeError OPTION_INVALID */
  constructor(options: PlaymentClientOptions) {
    const settings = checkClientOptions(options);
    this.#apiKey = settings.apiKey;
    this.#redact = redactor(settings.apiKey);
    this.#baseUrl = settings.baseUrl;
    this.#http = settings.http;
    this.#resolveAttachment = settings.resolveAttachment;
    this.#maxBytes = settings.maxBytes;
    this.#maxJsonBytes = settings.maxJsonBytes;
    this.#allowHttp = settings.allowHttp;
    this.#allowPrivateHosts = settings.allowPrivateHosts;
  }

  /**
   * Fetches a job, whatever its status.
   * @throws PlaymentError PLAYMENT_UNAUTHORISED, PLAYMENT_NOT_FOUND, PLAYMENT_API, PLAYMENT_RESPONSE_INVALID, …
   */
  job(projectId: string, jobId: string, options: CallOptions = {}): Promise<Job> {
    return this.#guard(options, ({ signal }) => this.#job(projectId, jobId, signal));
  }

  async #job(projectId: string, jobId: string, signal: AbortSignal | undefined): Promise<Job> {
    const context = { projectId, jobId };
    const what = `job ${jobId} of project ${projectId}`;
    const url = this.#apiUrl("projects", projectId, "jobs", jobId);
    return this.#vendorJson(url, what, context, signal, (text) =>
      parseJob(text, { projectId, jobId }, what, context),
    );
  }

  /**
   * The jobs of a batch, page by page: the next page is requested when the jobs of the last one are used up. A job that the
   * vendor lists twice is taken once. The list is a look at a batch that others may be changing: a job may be gone when
   * you ask for it.
   *
   * @throws PlaymentError PLAYMENT_UNAUTHORISED, PLAYMENT_REQUEST_INVALID, PLAYMENT_RESPONSE_INVALID, …
   */
  jobs(
    projectId: string,
    batchId: string,
    options: CallOptions = {},
  ): AsyncGenerator<BatchJob, void, undefined> {
    const what = `batch ${batchId} of project ${projectId}`;
    const context = { projectId, batchId };
    const readPage = (page: PageRequest) =>
      this.#guard(options, ({ signal }) => this.#batchPage(projectId, batchId, page, signal));
    return listJobs(readPage, () => options.signal?.throwIfAborted(), what, context);
  }

  async #batchPage(
    projectId: string,
    batchId: string,
    { number, token }: PageRequest,
    signal: AbortSignal | undefined,
  ) {
    const context = { projectId, batchId };
    const what = `page ${number} of batch ${batchId} of project ${projectId}`;
    const url = this.#apiUrl("projects", projectId, "batch", batchId);
    if (token !== null) url.searchParams.set("page_token", token);
    const page = await this.#vendorJson(url, what, context, signal, (text) =>
      parseBatchPage(text, { projectId, batchId }, what, context),
    );
    // Callers count and print statuses. A server that echoes the key must not make them print it.
    const jobs = page.jobs.map((job) => ({ ...job, status: this.#redact(job.status) }));
    return { ...page, jobs };
  }

  /**
   * Fetches JSON from the vendor.
   * @param read checks and reads the text. If it throws an error that may go away, the request is repeated.
   */
  async #vendorJson<T>(
    url: URL,
    what: string,
    context: PlaymentErrorContext,
    signal: AbortSignal | undefined,
    read: (text: string) => T,
  ): Promise<T> {
    const open = async () => {
      const response = await this.#askVendor(url, what, context, signal);
      if (response.ok) return response;
      await response.body?.cancel();
      const message = `${what}: the vendor redirects, but the API key must not go elsewhere; is \`baseUrl\` right?`;
      throw new PlaymentError("PLAYMENT_RESPONSE_INVALID", message, { ...context, status: response.status });
    };
    let value: T | undefined;
    const check = (bytes: Uint8Array) => {
      value = read(new TextDecoder().decode(bytes));
    };
    await download(open, this.#http, { ...this.#jsonLimit(), signal, check, what, context });
    return value!;
  }

  #jsonLimit() {
    if (this.#maxBytes < this.#maxJsonBytes) return { maxBytes: this.#maxBytes };
    return { maxBytes: this.#maxJsonBytes, limitName: "maxJsonBytes" };
  }

  /**
   * Checks the job at growing intervals until it is completed.
   * @throws PlaymentError PLAYMENT_WAIT_TIMEOUT at the deadline, and what `job` throws; DecodeError OPTION_INVALID
   */
  waitForJob(projectId: string, jobId: string, options: WaitOptions = {}): Promise<Job> {
    return this.#guard(options, (guarded) => this.#waitForJob(projectId, jobId, guarded));
  }

  async #waitForJob(projectId: string, jobId: string, options: WaitOptions): Promise<Job> {
    const { signal, deadline = 3_600_000, minInterval = 2000, maxInterval = 60_000 } = options;
    for (const [name, value] of Object.entries({ minInterval, maxInterval })) {
      if (!(value > 0)) throw optionError(`${name} must be a number above 0`);
    }
    const start = Date.now();
    const end = deadline instanceof Date ? deadline.getTime() : start + deadline;
    if (typeof end !== "number" || Number.isNaN(end)) {
      throw optionError("deadline must be a number of milliseconds or a valid Date");
    }
    let status: string | undefined;
    const tooLate = () => {
      const seen = status === undefined ? "no answer" : `still ${quote(this.#redact(status))}`;
      const message = `job ${jobId} of project ${projectId}: ${seen} at the deadline`;
      return new PlaymentError("PLAYMENT_WAIT_TIMEOUT", message, { projectId, jobId });
    };
    if (start >= end) throw tooLate();
    // A request that is not answered at the deadline is aborted, so the last check is made a little earlier.
    const lastCheck = end - Math.min(LAST_CHECK_MILLISECONDS, (end - start) / 10);
    const stop = new AbortController();
    const isTimed = end - start <= MAX_TIMER_MILLISECONDS;
    const timer = isTimed ? setTimeout(() => stop.abort(tooLate()), end - start) : undefined;
    const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    try {
      for (let interval = minInterval; ; interval *= 1.5) {
        const job = await this.#job(projectId, jobId, stopped);
        if (job.status === COMPLETED) return job;
        status = job.status;
        const left = lastCheck - Date.now();
        if (left <= 0) throw tooLate();
        await sleep(Math.min(interval, maxInterval, left), stopped);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Fetches and checks the result of a completed job.
   * @throws PlaymentError PLAYMENT_JOB_NOT_COMPLETED, PLAYMENT_RESULT_MISSING, and what `job` throws; ResultError, LegendError
   */
  result(
    projectId: string,
    jobId: string,
    options: CallOptions & { strict?: boolean } = {},
  ): Promise<SegmentationResult> {
    return this.#guard(options, ({ signal, strict = false }) =>
      this.#result(projectId, jobId, signal, strict),
    );
  }

  async #result(projectId: string, jobId: string, signal: AbortSignal | undefined, strict: boolean) {
    const { json } = await this.#resultJson(projectId, jobId, signal);
    refuseVideo(json);
    return parseResult(json, { strict });
  }

  async #resultJson(projectId: string, jobId: string, signal: AbortSignal | undefined) {
    const context = { projectId, jobId };
    const job = await this.#job(projectId, jobId, signal);
    const what = `job ${jobId} of project ${projectId}`;
    if (job.status !== COMPLETED) {
      const status = quote(this.#redact(job.status));
      const message = `${what}: its status is ${status}; wait for it with \`waitForJob\``;
      throw new PlaymentError("PLAYMENT_JOB_NOT_COMPLETED", message, context);
    }
    if (!job.result)
      throw new PlaymentError("PLAYMENT_RESULT_MISSING", `${what}: it has no result URL`, context);
    const bytes = await this.#attachment(
      job.result,
      `the result of ${what}`,
      context,
      { signal },
      this.#jsonLimit(),
    );
    const text = new TextDecoder().decode(bytes);
    return { text, json: parseJson(text, `the result of ${what}`, context) };
  }

  /**
   * Fetches the PNG of a result or of a private URL.
   * @throws PlaymentError PLAYMENT_RESULT_MISSING, PLAYMENT_NOT_PNG, PLAYMENT_URL_EXPIRED, PLAYMENT_BODY_INCOMPLETE, …
   */
  mask(
    source: Pick<SegmentationResult, "url"> | string,
    options: MaskOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    return this.#guard(options, (guarded) => {
      const url: unknown = isObject(source as unknown) ? (source as { url?: unknown }).url : source;
      if (typeof url === "string" || (url == null && isObject(source as unknown))) {
        return this.#mask(url ?? null, "the mask", {}, guarded);
      }
      throw optionError(`the source of the mask is ${kindOf(source)}; give a result or its URL`);
    });
  }

  /**
   * Fetches a completed job's result, as JSON text, and its mask, both as the vendor delivers them, to be stored or decoded
   * elsewhere. Only `url` is checked in the result. Decoding will report other defects, such as those of the legend.
   * @throws what `job` and `mask` throw; PlaymentError PLAYMENT_JOB_NOT_COMPLETED; ResultError: `url` is not a string, or it
   *   is the result of a video
   */
  async download(
    projectId: string,
    jobId: string,
    options: MaskOptions = {},
  ): Promise<{ readonly result: string; readonly mask: Uint8Array<ArrayBuffer> }> {
    const { result, mask } = await this.#download(projectId, jobId, options, refuseVideo);
    return { result, mask: mask! };
  }

  /**
   * As `download`, for a job that may be a video. The masks of a video belong to its frames, so `mask` is then null.
   * `parseVideoResult` lists the frames, and `mask` of the client fetches the mask of one.
   * @throws what `download` throws
   */
  downloadJob(
    projectId: string,
    jobId: string,
    options: MaskOptions = {},
  ): Promise<{ readonly result: string; readonly mask: Uint8Array<ArrayBuffer> | null }> {
    return this.#download(projectId, jobId, options);
  }

  #download(
    projectId: string,
    jobId: string,
    options: MaskOptions,
    check?: (json: Record<string, unknown>) => void,
  ) {
    return this.#guard(options, async ({ signal, onProgress }) => {
      const { text, json } = await this.#resultJson(projectId, jobId, signal);
      check?.(json);
      if (isVideoResult(json)) return { result: text, mask: null };
      const url = typeof json.url === "string" ? json.url : parseResult(json).url;
      const mask = await this.#maskOfJob(url, projectId, jobId, { signal, onProgress });
      return { result: text, mask };
    });
  }

  #maskOfJob(url: string | null, projectId: string, jobId: string, options: AttachmentOptions) {
    return this.#mask(url, `the mask of job ${jobId} of project ${projectId}`, { projectId, jobId }, options);
  }

  /**
   * Fetches a completed job's result and mask and decodes them; with `target`, straight to other maps like `decodeMask`.
   * @throws what `result`, `mask` and `decodeMask` throw
   */
  labelMap(
    projectId: string,
    jobId: string,
    options?: DecodeOptions & MaskOptions & { readonly target?: undefined },
  ): Promise<LabelMap>;
  labelMap<const Options extends object>(
    projectId: string,
    jobId: string,
    options: ConstOptions<Options, DecodeOptions & MaskOptions>,
  ): Promise<DecodedBy<Options>>;
  labelMap<const T extends Target | readonly Target[]>(
    projectId: string,
    jobId: string,
    options: DecodeOptions & MaskOptions & { readonly target: T },
  ): Promise<Decoded<T>>;
  labelMap(projectId: string, jobId: string, options: DecodeOptions & MaskOptions = {}): Promise<unknown> {
    return this.#guard(options, async ({ signal, onProgress, ...decodeOptions }) => {
      // Checked first, so that nothing is downloaded in vain.
      checkWithParts(decodeOptions);
      const result = await this.#result(projectId, jobId, signal, decodeOptions.strict ?? false);
      const mask = await this.#maskOfJob(result.url, projectId, jobId, { signal, onProgress });
      return decodeMask(mask, result, { ...decodeOptions, signal });
    });
  }

  /**
   * Fetches and reads the result of a completed video job. No mask is fetched.
   * @throws what `result` throws
   */
  video<const Given extends object = CallOptions & VideoResultOptions>(
    projectId: string,
    jobId: string,
    options?: OrConst<Given, CallOptions & VideoResultOptions>,
  ): Promise<VideoResult>;
  video(
    projectId: string,
    jobId: string,
    options: CallOptions & VideoResultOptions = {},
  ): Promise<VideoResult> {
    return this.#guard(options, ({ signal, ...readOptions }) =>
      this.#video(projectId, jobId, signal, readOptions),
    );
  }

  async #video(
    projectId: string,
    jobId: string,
    signal: AbortSignal | undefined,
    options: VideoResultOptions,
  ) {
    return parseVideoResult((await this.#resultJson(projectId, jobId, signal)).json, options);
  }

  /**
   * The frames of a completed video job, in the order of the video. A frame's mask is fetched and decoded when you ask for
   * the frame, so only one is in memory. The labels are as `decodeFrame` says. If a frame fails, the sequence ends there;
   * with `only` you can go on after it.
   *
   * @throws what `video`, `mask` and `decodeFrame` throw
   */
  frames<const Given extends object = FramesOptions>(
    projectId: string,
    jobId: string,
    options?: OrConst<Given, FramesOptions>,
  ): AsyncGenerator<DecodedFrame, void, undefined>;
  async *frames(
    projectId: string,
    jobId: string,
    options: FramesOptions = {},
  ): AsyncGenerator<DecodedFrame, void, undefined> {
    const { frames, decode } = await this.#guard(options, async ({ signal }) => {
      // Checked first, so that nothing is downloaded in vain.
      const { read, decode, only } = checkFramesOptions(options);
      const { frames } = await this.#video(projectId, jobId, signal, read);
      return { frames: frames.filter(only), decode };
    });
    for (const frame of frames) {
      yield await this.#guard(options, async ({ signal, onProgress }) => {
        const what = `the mask of frame ${quote(frame.id)} of job ${jobId} of project ${projectId}`;
        const png = await this.#mask(frame.url, what, { projectId, jobId }, { signal, onProgress });
        return { frame, url: frame.url, png, map: await decodeFrame(frame, png, { ...decode, signal }) };
      });
    }
  }

  /**
   * Runs a call with its options. Their signal is replaced by one that follows it. Every failure is a rejected promise, and
   * our errors do not contain the key.
   */
  async #guard<O extends CallOptions, T>(options: O, work: (options: O) => Promise<T>): Promise<T> {
    let relayed: RelayedSignal | undefined;
    try {
      requireObject(options, "the call's options");
      const signal: unknown = options.signal;
      if (signal === undefined || signal === null) return await work(options);
      if (!isSignal(signal)) throw optionError(`signal: is ${kindOf(signal)}; give an AbortSignal`);
      relayed = relaySignal(signal);
      return await work({ ...options, signal: relayed.signal });
    } catch (error) {
      redactError(error, this.#redact);
      throw error;
    } finally {
      relayed?.release();
    }
  }

  async #mask(url: string | null, what: string, context: PlaymentErrorContext, options: AttachmentOptions) {
    if (!url)
      throw new PlaymentError("PLAYMENT_RESULT_MISSING", `${what}: the result has no mask URL`, context);
    const bytes = await this.#attachment(url, what, context, options);
    if (PNG_SIGNATURE.every((byte, index) => bytes[index] === byte)) return bytes;
    const kind = /^\s*</.test(new TextDecoder().decode(bytes.subarray(0, 100)))
      ? "an HTML or XML page"
      : "not a PNG";
    throw new PlaymentError(
      "PLAYMENT_NOT_PNG",
      `${what}: the ${bytes.length} bytes behind the URL are ${kind}`,
      context,
    );
  }

  /** The bytes behind a private URL. If the signed URL has expired, requests a new one, once. */
  async #attachment(
    privateUrl: string,
    what: string,
    context: PlaymentErrorContext,
    { signal, onProgress }: AttachmentOptions,
    limit: { readonly maxBytes: number; readonly limitName?: string } = { maxBytes: this.#maxBytes },
  ): Promise<Uint8Array<ArrayBuffer>> {
    vendorUrl(privateUrl, what, context);
    let renewed = false;
    let fromStorage = true;
    const open = async (): Promise<Response> => {
      const target = await this.#resolve(privateUrl, what, context, signal);
      fromStorage = !(target instanceof Response);
      try {
        if (!(target instanceof Response)) {
          const allowed = this.#allowedFrom(this.#resolveAttachment === undefined ? this.#baseUrl : target);
          return await getFromStorage(target, allowed, this.#http, { what, context, signal });
        }
        if (target.ok) return target;
        const vendorCode = await readVendorCode(target, this.#http.timeout, signal);
        signal?.throwIfAborted();
        throw statusError(target, what, context, vendorCode);
      } catch (error) {
        const isExpired = error instanceof PlaymentError && EXPIRED_STATUS_CODES.includes(error.status ?? 0);
        if (!isExpired || isKnownCode(error.vendorCode)) throw error;
        if (!renewed) {
          renewed = true;
          return open();
        }
        const place = target instanceof Response ? what : `${what} (${publicUrl(target)})`;
        const message = `${place}: the signed URL was refused, and so was a new one; check this machine's clock`;
        throw new PlaymentError("PLAYMENT_URL_EXPIRED", message, { ...context, status: error.status ?? 0 });
      }
    };
    const check = (bytes: Uint8Array) => {
      if (!fromStorage) checkEnvelope(bytes, what, context);
    };
    return download(open, this.#http, { ...limit, signal, onProgress, check, what, context });
  }

  /** The places that the storage may redirect to, if it was `trusted` that named the storage. */
  #allowedFrom(trusted: URL): AllowedPlaces {
    const like = placesLike(trusted);
    return {
      http: this.#allowHttp ?? like.http,
      privateHosts: this.#allowPrivateHosts ?? like.privateHosts,
    };
  }

  /** The URL of the bytes behind a private URL (to be requested without the key), or the response with the bytes. */
  async #resolve(
    privateUrl: string,
    what: string,
    context: PlaymentErrorContext,
    signal: AbortSignal | undefined,
  ): Promise<URL | Response> {
    if (this.#resolveAttachment !== undefined) {
      const resolved = await askResolver(this.#resolveAttachment, privateUrl, what, context, signal);
      return resolved instanceof Response ? resolved : vendorUrl(resolved, what, context);
    }
    const url = this.#apiUrl("attachments");
    url.searchParams.set("url", privateUrl);
    const response = await this.#askVendor(url, what, context, signal);
    if (response.ok) return response;
    await response.body?.cancel();
    const location = response.headers.get("location");
    if (location !== null) {
      const target = vendorUrl(location, what, context, url);
      checkPlace(target, this.#allowedFrom(this.#baseUrl), what, context);
      return target;
    }
    const hidden = response.type === "opaqueredirect";
    const message = hidden
      ? `${what}: a web page cannot see where the vendor redirects; give \`resolveAttachment\`, or as \`baseUrl\` a proxy that answers with the bytes`
      : `${what}: the vendor redirects but does not say where; try again later`;
    throw new PlaymentError("PLAYMENT_RESPONSE_INVALID", message, { ...context, status: response.status });
  }

  /** Sends a request with the key. It follows no redirect, which would send the key elsewhere. */
  #askVendor(url: URL, what: string, context: PlaymentErrorContext, signal: AbortSignal | undefined) {
    const headers: Record<string, string> = this.#apiKey === undefined ? {} : { "x-api-key": this.#apiKey };
    return get(url, this.#http, { headers, redirect: "manual", isVendor: true, what, context, signal });
  }

  #apiUrl(...path: string[]): URL {
    const url = new URL(this.#baseUrl);
    const parts = path.map((part) => {
      // URL would treat "." and ".." as steps in the path, encoded or not.
      if (typeof part !== "string" || /^\.{0,2}$/.test(part))
        throw optionError('the ids of project, batch and job must be strings other than "", "." and ".."');
      return encodeURIComponent(part);
    });
    url.pathname = [url.pathname.replace(/\/+$/, ""), ...parts].join("/");
    return url;
  }
}

/** Without this, the error would only say that the legend is missing. @throws ResultError RESULT_INVALID */
function refuseVideo(json: Record<string, unknown>): void {
  if (!isVideoResult(json)) return;
  const message =
    "This is the result of a video, with a mask for each frame; use `frames` or `video` of the client.";
  throw new ResultError("RESULT_INVALID", "", message);
}

/** @throws PlaymentError PLAYMENT_RESOLVER_FAILED; the signal's reason */
async function askResolver(
  resolve: NonNullable<PlaymentClientOptions["resolveAttachment"]>,
  privateUrl: string,
  what: string,
  context: PlaymentErrorContext,
  signal: AbortSignal | undefined,
): Promise<string | URL | Response> {
  try {
    return await resolve(privateUrl, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    const message = `${what}: \`resolveAttachment\` failed; the error's \`cause\` says why`;
    throw new PlaymentError("PLAYMENT_RESOLVER_FAILED", message, context, { cause });
  }
}

/**
 * A proxy or the vendor may answer with an error in JSON instead of the file, and yet with a status of 200.
 * @throws PlaymentError PLAYMENT_API if the answer says `success: false`
 */
function checkEnvelope(bytes: Uint8Array, what: string, context: PlaymentErrorContext): void {
  if (bytes.length > MAX_ENVELOPE_BYTES) return;
  let json: Record<string, unknown>;
  try {
    json = parseJson(new TextDecoder().decode(bytes), what, context);
  } catch {
    // Not an envelope. If the file is bad, its reader reports that.
    return;
  }
  if (json.legend === undefined) checkSuccess(json, what, context);
}
