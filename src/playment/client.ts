/**
 * The vendor's API: job id → job → result → mask → label map.
 *
 * The API key is sent only to the host of `baseUrl`. The vendor answers a request for an attachment with a redirect to a
 * signed URL of the storage. `fetch` would send the key there too, so the redirect is read but not followed, and the
 * storage is asked without the key. A web page cannot read redirects. There, `baseUrl` must be a proxy that answers with
 * the bytes, or `resolveAttachment` must say where they are.
 */

import { isObject, kindOf, quote } from "../checks/describe.js";
import { decodeMask } from "../decode/decode.js";
import { checkOptions, type DecodeOptions } from "../decode/decode-options.js";
import type { Decoded, Target } from "../decode/targets.js";
import { DecodeError, PlaymentError, type PlaymentErrorContext } from "../errors.js";
import { parseResult, type SegmentationResult } from "../legend/result.js";
import type { LabelMap } from "../maps/label-map.js";
import { type DownloadProgress, download } from "./download.js";
import {
  get,
  type HttpOptions,
  MAX_TIMER_MILLISECONDS,
  publicUrl,
  type RetryOptions,
  sleep,
  statusError,
  type Throttle,
  wrapThrottle,
} from "./http.js";
import { checkSuccess, type Job, parseJob, parseJson } from "./job.js";
import { type Redact, redactError, redactor } from "./redact.js";
import { type RelayedSignal, relaySignal } from "./relay-signal.js";
import { type AllowedPlaces, checkPlace, getFromStorage, placesLike } from "./storage.js";
import { isKnownCode, readVendorCode } from "./vendor-failure.js";

export interface PlaymentClientOptions {
  /** Sent as `x-api-key`. Leave it out only if `baseUrl` is your own proxy that adds it. */
  apiKey?: string | undefined;
  /** Default `https://api.playment.io/v1`. With a key it must be https, or on this machine. */
  baseUrl?: string | URL | undefined;
  /** Default the platform's `fetch`. */
  fetch?: typeof globalThis.fetch;
  /**
   * Turns a private URL into a public (signed) one, or directly into a response, instead of the vendor's endpoint. It is
   * called again if the storage refuses a signed URL or a download ends early. An error that it throws becomes the `cause`
   * of a PLAYMENT_RESOLVER_FAILED. The message does not quote it, since its text may contain the signed URL.
   */
  resolveAttachment?: (url: string, options: { signal?: AbortSignal }) => Promise<string | URL | Response>;
  retry?: RetryOptions;
  /** Delays requests: `limitRate` of `labelmap-cli/batch`, or your own. An error that it throws ends the call unchanged. */
  throttle?: Throttle | undefined;
  /** Milliseconds that an attempt may wait for its answer, and for each piece of a body. Default 30,000; max. 2^31 - 1. */
  timeout?: number;
  /**
   * Milliseconds that a whole body may take. A storage that sends a byte now and then would hold a call for ever.
   * Default 1,800,000, half an hour.
   */
  downloadTimeout?: number;
  /** Most bytes that a mask or result may have. Default 2^30. */
  maxBytes?: number;
  /** Most bytes that a job or result may have, unpacked. Default 2^25 (32 MiB); max. 2^28. */
  maxJsonBytes?: number;
  /** Whether the vendor and the storage may lead to URLs that are not https. Default: whether `baseUrl` is not https. */
  allowHttp?: boolean;
  /**
   * Whether the vendor and the storage may lead to hosts in private networks: `localhost`, `10.0.0.1`, `169.254.169.254`,
   * names without a dot. Default: whether `baseUrl` itself is such a host. Names are not looked up.
   */
  allowPrivateHosts?: boolean;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface WaitOptions extends CallOptions {
  /** Milliseconds from now, or a point in time. The last check is made up to a second earlier. Default one hour. */
  deadline?: number | Date;
  /** Milliseconds before the second check. Each further wait is half as long again. Default 2,000. */
  minInterval?: number;
  /** The longest wait between two checks, in milliseconds. Default 60,000. */
  maxInterval?: number;
}

export interface MaskOptions extends CallOptions {
  /**
   * Called for each piece that arrives. If a download ends early and is retried, `receivedBytes` starts again at 0. An
   * error that it throws ends the download and is passed on unchanged.
   */
  onProgress?: (progress: DownloadProgress) => void;
}

/** `MaskOptions` as passed on internally: an absent option is undefined. */
interface AttachmentOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: MaskOptions["onProgress"] | undefined;
}

const DEFAULT_BASE_URL = "https://api.playment.io/v1";
const COMPLETED = "completed";
/** How long before the deadline the last check is made. It is then nearly always answered in time. */
const LAST_CHECK_MILLISECONDS = 1000;
/** The vendor reports a failure in a few lines, so a larger download need not be parsed to look for one. */
const MAX_ENVELOPE_BYTES = 65_536;
/** How storages answer to an expired signature (S3: 403, or 400 for an expired token). */
const EXPIRED_STATUS_CODES = [400, 401, 403, 410];
/** The longest JSON that surely fits a string, also with characters that need more than a byte. */
const MAX_JSON_BYTES = 2 ** 28;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export class PlaymentClient {
  // Private at run time, not only in TypeScript: the key must not show when a client is printed or serialised.
  readonly #apiKey: string | undefined;
  readonly #redact: Redact;
  readonly #baseUrl: URL;
  readonly #http: HttpOptions;
  readonly #resolveAttachment: PlaymentClientOptions["resolveAttachment"];
  readonly #maxBytes: number;
  readonly #maxJsonBytes: number;
  readonly #allowHttp: boolean | undefined;
  readonly #allowPrivateHosts: boolean | undefined;

  /** @throws DecodeError OPTION_INVALID */
  constructor(options: PlaymentClientOptions) {
    requireObject(options, "the client's options");
    const { apiKey, baseUrl, retry = {}, timeout = 30_000, downloadTimeout = 1_800_000 } = options;
    const { maxBytes = 2 ** 30, maxJsonBytes = 2 ** 25, allowHttp, allowPrivateHosts } = options;
    requireObject(retry, "retry");
    for (const [name, value] of Object.entries({ allowHttp, allowPrivateHosts })) {
      if (value !== undefined && typeof value !== "boolean")
        throw optionError(`${name} must be true or false`);
    }
    if (apiKey === undefined && baseUrl === undefined) {
      throw optionError("apiKey is missing; leave it out only if `baseUrl` is your own proxy");
    }
    if (apiKey !== undefined && (typeof apiKey !== "string" || !/^[\x21-\x7e]+$/.test(apiKey))) {
      throw optionError(
        "apiKey is empty or has characters that are not allowed in a header, such as a line break",
      );
    }
    this.#apiKey = apiKey;
    this.#redact = redactor(apiKey);
    const base = httpUrl(baseUrl ?? DEFAULT_BASE_URL);
    if (base === undefined) throw optionError("baseUrl must have the form https://…");
    this.#baseUrl = base;
    const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(this.#baseUrl.hostname);
    if (apiKey !== undefined && this.#baseUrl.protocol !== "https:" && !isLocal) {
      throw optionError("baseUrl is not https, so the API key would be sent unencrypted; use https");
    }
    const { limit = 4, minDelay = 300, maxDelay = 10_000, maxRetryAfter = 60_000 } = retry;
    for (const [name, value] of Object.entries({
      limit,
      minDelay,
      maxDelay,
      maxRetryAfter,
      timeout,
      downloadTimeout,
      maxBytes,
      maxJsonBytes,
    })) {
      if (!(value >= 0)) throw optionError(`${name} must be a number of at least 0`);
    }
    if (maxJsonBytes > MAX_JSON_BYTES) {
      throw optionError(
        `maxJsonBytes must be at most ${MAX_JSON_BYTES}; a longer text does not fit a string`,
      );
    }
    if (timeout > MAX_TIMER_MILLISECONDS) {
      throw optionError(
        `timeout must be at most ${MAX_TIMER_MILLISECONDS} milliseconds, the longest time of a timer`,
      );
    }
    const { throttle } = options;
    const isThrottle = [throttle?.beforeRequest, throttle?.afterResponse].every(
      (part: unknown) => typeof part === "function",
    );
    if (throttle !== undefined && !isThrottle) {
      throw optionError("throttle must be an object with the functions beforeRequest and afterResponse");
    }
    this.#http = {
      fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
      throttle: throttle && wrapThrottle(throttle),
      retry: { limit, minDelay, maxDelay, maxRetryAfter },
      timeout,
      downloadTimeout,
    };
    this.#resolveAttachment = options.resolveAttachment;
    this.#maxBytes = maxBytes;
    this.#maxJsonBytes = maxJsonBytes;
    this.#allowHttp = allowHttp;
    this.#allowPrivateHosts = allowPrivateHosts;
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
    const open = async () => {
      const response = await this.#askVendor(url, what, context, signal);
      if (response.ok) return response;
      await response.body?.cancel();
      const message = `${what}: the vendor redirects, but the API key must not go elsewhere; is \`baseUrl\` right?`;
      throw new PlaymentError("PLAYMENT_RESPONSE_INVALID", message, { ...context, status: response.status });
    };
    let job: Job | undefined;
    const check = (bytes: Uint8Array) => {
      job = parseJob(new TextDecoder().decode(bytes), { projectId, jobId }, what, context);
    };
    await download(open, this.#http, { ...this.#jsonLimit(), signal, check, what, context });
    return job!;
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
    return parseResult((await this.#resultJson(projectId, jobId, signal)).json, { strict });
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
   * @throws what `job` and `mask` throw; PlaymentError PLAYMENT_JOB_NOT_COMPLETED; ResultError: `url` is not a string
   */
  download(
    projectId: string,
    jobId: string,
    options: MaskOptions = {},
  ): Promise<{ readonly result: string; readonly mask: Uint8Array<ArrayBuffer> }> {
    return this.#guard(options, async ({ signal, onProgress }) => {
      const { text, json } = await this.#resultJson(projectId, jobId, signal);
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
  labelMap<const T extends Target | readonly Target[]>(
    projectId: string,
    jobId: string,
    options: DecodeOptions & MaskOptions & { readonly target: T },
  ): Promise<Decoded<T>>;
  labelMap(projectId: string, jobId: string, options: DecodeOptions & MaskOptions = {}): Promise<unknown> {
    return this.#guard(options, async ({ signal, onProgress, ...decodeOptions }) => {
      // Checked first, so that nothing is downloaded in vain.
      checkOptions(decodeOptions);
      const result = await this.#result(projectId, jobId, signal, decodeOptions.strict ?? false);
      const mask = await this.#maskOfJob(result.url, projectId, jobId, { signal, onProgress });
      return decodeMask(mask, result, decodeOptions);
    });
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
        throw optionError('project and job id must be strings other than "", "." and ".."');
      return encodeURIComponent(part);
    });
    url.pathname = [url.pathname.replace(/\/+$/, ""), ...parts].join("/");
    return url;
  }
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

/** An http(s) URL, or undefined. */
function httpUrl(input: string | URL, base?: URL): URL | undefined {
  if (!URL.canParse(input, base)) return undefined;
  const url = new URL(input, base);
  return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
}

/** Checks a URL from the vendor. The error's message does not quote it, since it may contain a signature. */
function vendorUrl(input: string | URL, what: string, context: PlaymentErrorContext, base?: URL): URL {
  const url = httpUrl(input, base);
  if (url !== undefined) return url;
  throw new PlaymentError(
    "PLAYMENT_RESPONSE_INVALID",
    `${what}: its URL does not have the form https://…`,
    context,
  );
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

function requireObject(value: unknown, name: string): void {
  if (!isObject(value)) throw optionError(`${name}: is ${kindOf(value)}; give an object`);
}

/** Not `instanceof`: a test environment or another window has its own class. */
function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = isObject(value) ? value : {};
  return typeof aborted === "boolean" && typeof addEventListener === "function";
}

function optionError(message: string): DecodeError {
  return new DecodeError("OPTION_INVALID", message);
}
