/**
 * The vendor's API: job id → job → result → mask → label map.
 *
 * The API key goes to the host of `baseUrl` and to no other. An attachment answers with a redirect to a signed URL
 * of the storage, and `fetch` would send the key on to there; so the redirect is read, not followed, and the storage
 * is asked without the key. A page cannot read redirects: there, `baseUrl` is a proxy that answers with the bytes, or
 * `resolveAttachment` says where they are.
 */
import { type DecodeOptions, decodeMask } from "../decode.js";
import { DecodeError, PlaymentError, type PlaymentErrorContext } from "../errors.js";
import type { LabelMap } from "../label-map.js";
import { parseResult, type SegmentationResult } from "../result.js";
import { type DownloadProgress, download } from "./download.js";
import { get, type HttpOptions, publicUrl, type RetryOptions, sleep } from "./http.js";
import { type Job, parseJob, parseJson } from "./job.js";

export interface PlaymentClientOptions {
  /** Sent as `x-api-key`. Leave it out only where `baseUrl` is a proxy of yours that adds it. */
  apiKey?: string;
  /** Default `https://api.playment.io/v1`. With a key it must be https, or on this very machine. */
  baseUrl?: string | URL;
  /** Default the platform's `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Takes a private URL to a public (signed) one, or straight to a response, in place of the vendor's endpoint. */
  resolveAttachment?: (url: string, options: { signal?: AbortSignal }) => Promise<string | URL | Response>;
  retry?: RetryOptions;
  /** Milliseconds that one try may wait for an answer, and for each further piece of a body. Default 30,000. */
  timeout?: number;
  /** Most bytes of a mask or result that are downloaded. Default 2^30. */
  maxBytes?: number;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface WaitOptions extends CallOptions {
  /** Milliseconds from now, or a point in time. Default one hour. */
  deadline?: number | Date;
  /** Milliseconds before the second look; each further wait is half as long again. Default 2,000. */
  minInterval?: number;
  /** Longest wait between two looks, in milliseconds. Default 60,000. */
  maxInterval?: number;
}

export interface MaskOptions extends CallOptions {
  onProgress?: (progress: DownloadProgress) => void;
}

const DEFAULT_BASE_URL = "https://api.playment.io/v1";
const COMPLETED = "completed";
/** How storages answer to a signature whose time is over (S3: 403, or 400 for an expired token). */
const EXPIRED_STATUS_CODES = [400, 401, 403, 410];
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export class PlaymentClient {
  // Private to the engine, not only to TypeScript: a key must not show when a client is printed or serialised.
  readonly #apiKey: string | undefined;
  readonly #baseUrl: URL;
  readonly #http: HttpOptions;
  readonly #resolveAttachment: PlaymentClientOptions["resolveAttachment"];
  readonly #maxBytes: number;

  /** @throws DecodeError OPTION_INVALID */
  constructor(options: PlaymentClientOptions) {
    const { apiKey, baseUrl, retry = {}, timeout = 30_000, maxBytes = 2 ** 30 } = options;
    if (apiKey === undefined && baseUrl === undefined) {
      throw optionError("apiKey is missing; only a `baseUrl` of your own proxy can do without");
    }
    if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
      throw optionError("apiKey is empty or has characters that no header can carry, such as a line break");
    }
    this.#apiKey = apiKey;
    const base = httpUrl(baseUrl ?? DEFAULT_BASE_URL);
    if (base === undefined) throw optionError("baseUrl is not of the form https://…");
    this.#baseUrl = base;
    const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(this.#baseUrl.hostname);
    if (apiKey !== undefined && this.#baseUrl.protocol !== "https:" && !isLocal) {
      throw optionError("baseUrl is not https, so the API key would cross the network in the clear");
    }
    const { limit = 4, minDelay = 300, maxDelay = 10_000, maxRetryAfter = 60_000 } = retry;
    for (const [name, value] of Object.entries({
      limit,
      minDelay,
      maxDelay,
      maxRetryAfter,
      timeout,
      maxBytes,
    })) {
      if (!(value >= 0)) throw optionError(`${name} must be a number of at least 0`);
    }
    this.#http = {
      fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
      retry: { limit, minDelay, maxDelay, maxRetryAfter },
      timeout,
    };
    this.#resolveAttachment = options.resolveAttachment;
    this.#maxBytes = maxBytes;
  }

  /**
   * The job, whatever its status.
   * @throws PlaymentError PLAYMENT_UNAUTHORISED, PLAYMENT_NOT_FOUND, PLAYMENT_API, PLAYMENT_RESPONSE_INVALID, …
   */
  async job(projectId: string, jobId: string, { signal }: CallOptions = {}): Promise<Job> {
    const context = { projectId, jobId };
    const what = `job ${jobId} of project ${projectId}`;
    const url = this.#apiUrl("projects", projectId, "jobs", jobId);
    const open = async () => {
      const response = await this.#askVendor(url, what, context, signal);
      if (response.ok) return response;
      await response.body?.cancel();
      const message = `${what}: the vendor redirects, and the key must not follow; is \`baseUrl\` right?`;
      throw new PlaymentError("PLAYMENT_RESPONSE_INVALID", message, { ...context, status: response.status });
    };
    const bytes = await download(open, this.#http, { maxBytes: this.#maxBytes, signal, what, context });
    return parseJob(new TextDecoder().decode(bytes), what, context);
  }

  /**
   * Looks at the job, at growing intervals, until it is completed.
   * @throws PlaymentError PLAYMENT_WAIT_TIMEOUT at the deadline, and what `job` throws
   */
  async waitForJob(projectId: string, jobId: string, options: WaitOptions = {}): Promise<Job> {
    const { signal, deadline = 3_600_000, minInterval = 2000, maxInterval = 60_000 } = options;
    const end = deadline instanceof Date ? deadline.getTime() : Date.now() + deadline;
    for (let interval = minInterval; ; interval = Math.min(maxInterval, interval * 1.5)) {
      const job = await this.job(projectId, jobId, signal ? { signal } : {});
      if (job.status === COMPLETED) return job;
      if (Date.now() + interval > end) {
        const message = `job ${jobId} of project ${projectId}: still "${job.status}" at the deadline`;
        throw new PlaymentError("PLAYMENT_WAIT_TIMEOUT", message, { projectId, jobId });
      }
      await sleep(interval, signal);
    }
  }

  /**
   * The checked result of a completed job.
   * @throws PlaymentError PLAYMENT_JOB_NOT_COMPLETED, PLAYMENT_RESULT_MISSING, and what `job` throws; ResultError, LegendError
   */
  async result(
    projectId: string,
    jobId: string,
    options: CallOptions & { strict?: boolean } = {},
  ): Promise<SegmentationResult> {
    const { signal, strict = false } = options;
    const context = { projectId, jobId };
    const job = await this.job(projectId, jobId, signal ? { signal } : {});
    const what = `job ${jobId} of project ${projectId}`;
    if (job.status !== COMPLETED) {
      const message = `${what}: its status is "${job.status}"; wait for it with \`waitForJob\``;
      throw new PlaymentError("PLAYMENT_JOB_NOT_COMPLETED", message, context);
    }
    if (!job.result)
      throw new PlaymentError("PLAYMENT_RESULT_MISSING", `${what}: it has no result URL`, context);
    const bytes = await this.#attachment(job.result, `the result of ${what}`, context, { signal });
    return parseResult(parseJson(new TextDecoder().decode(bytes), `the result of ${what}`, context), {
      strict,
    });
  }

  /**
   * The PNG of a result, or of a private URL.
   * @throws PlaymentError PLAYMENT_RESULT_MISSING, PLAYMENT_NOT_PNG, PLAYMENT_URL_EXPIRED, PLAYMENT_BODY_INCOMPLETE, …
   */
  mask(
    source: Pick<SegmentationResult, "url"> | string,
    options: MaskOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    return this.#mask(typeof source === "string" ? source : source.url, "the mask", {}, options);
  }

  /**
   * Fetches a completed job's result and mask, and decodes them.
   * @throws what `result`, `mask` and `decodeMask` throw
   */
  async labelMap(
    projectId: string,
    jobId: string,
    options: DecodeOptions & MaskOptions = {},
  ): Promise<LabelMap> {
    const { signal, onProgress, ...decodeOptions } = options;
    const call = signal ? { signal } : {};
    const result = await this.result(projectId, jobId, { ...call, strict: decodeOptions.strict ?? false });
    const what = `the mask of job ${jobId} of project ${projectId}`;
    const progress = onProgress ? { onProgress } : {};
    const png = await this.#mask(result.url, what, { projectId, jobId }, { ...call, ...progress });
    return decodeMask(png, result, decodeOptions);
  }

  async #mask(url: string | null, what: string, context: PlaymentErrorContext, options: MaskOptions) {
    if (!url)
      throw new PlaymentError("PLAYMENT_RESULT_MISSING", `${what}: the result has no mask URL`, context);
    const bytes = await this.#attachment(url, what, context, options);
    if (PNG_SIGNATURE.every((byte, index) => bytes[index] === byte)) return bytes;
    const kind = /^\s*</.test(new TextDecoder().decode(bytes.subarray(0, 100)))
      ? "a page of HTML or XML"
      : "no PNG";
    throw new PlaymentError(
      "PLAYMENT_NOT_PNG",
      `${what}: the URL gave ${kind} of ${bytes.length} bytes`,
      context,
    );
  }

  /** The bytes behind a private URL. A signed URL that is expired is asked for anew, once. */
  async #attachment(
    privateUrl: string,
    what: string,
    context: PlaymentErrorContext,
    { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: MaskOptions["onProgress"] },
  ): Promise<Uint8Array<ArrayBuffer>> {
    vendorUrl(privateUrl, what, context);
    let renewed = false;
    const open = async (): Promise<Response> => {
      const target = await this.#resolve(privateUrl, what, context, signal);
      if (target instanceof Response) return target;
      try {
        return await get(target, this.#http, { what, context, signal });
      } catch (error) {
        const isExpired = error instanceof PlaymentError && EXPIRED_STATUS_CODES.includes(error.status ?? 0);
        if (!isExpired) throw error;
        if (!renewed) {
          renewed = true;
          return open();
        }
        const message = `${what} (${publicUrl(target)}): the signed URL is refused, and so is a new one; check the clocks`;
        throw new PlaymentError("PLAYMENT_URL_EXPIRED", message, { ...context, status: error.status ?? 0 });
      }
    };
    return download(open, this.#http, { maxBytes: this.#maxBytes, signal, onProgress, what, context });
  }

  /** Where the bytes behind a private URL are (to be asked without the key), or the response that has them. */
  async #resolve(
    privateUrl: string,
    what: string,
    context: PlaymentErrorContext,
    signal: AbortSignal | undefined,
  ): Promise<URL | Response> {
    if (this.#resolveAttachment !== undefined) {
      const resolved = await this.#resolveAttachment(privateUrl, signal ? { signal } : {});
      return resolved instanceof Response ? resolved : vendorUrl(resolved, what, context);
    }
    const url = this.#apiUrl("attachments");
    url.searchParams.set("url", privateUrl);
    const response = await this.#askVendor(url, what, context, signal);
    if (response.ok) return response;
    await response.body?.cancel();
    const location = response.headers.get("location");
    if (location !== null) return vendorUrl(location, what, context, url);
    const hidden = response.type === "opaqueredirect";
    const message = hidden
      ? `${what}: a page cannot see where the vendor redirects; give \`resolveAttachment\`, or a \`baseUrl\` of your proxy that answers with the bytes`
      : `${what}: the vendor redirects, but does not say where`;
    throw new PlaymentError("PLAYMENT_RESPONSE_INVALID", message, { ...context, status: response.status });
  }

  /** A request with the key. It follows no redirect: the key would go along. */
  #askVendor(url: URL, what: string, context: PlaymentErrorContext, signal: AbortSignal | undefined) {
    const headers: Record<string, string> = this.#apiKey === undefined ? {} : { "x-api-key": this.#apiKey };
    return get(url, this.#http, { headers, redirect: "manual", what, context, signal });
  }

  #apiUrl(...path: string[]): URL {
    const url = new URL(this.#baseUrl);
    const parts = path.map((part) => {
      // "." and ".." would be taken for steps in the path, encoded or not.
      if (typeof part !== "string" || /^\.{0,2}$/.test(part))
        throw optionError("project and job id must be given");
      return encodeURIComponent(part);
    });
    url.pathname = [url.pathname.replace(/\/+$/, ""), ...parts].join("/");
    return url;
  }
}

/** An http(s) URL, or undefined. */
function httpUrl(input: string | URL, base?: URL): URL | undefined {
  if (!URL.canParse(input, base)) return undefined;
  const url = new URL(input, base);
  return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
}

/** A URL that came from the vendor. The message does not quote it: it may hold a signature. */
function vendorUrl(input: string | URL, what: string, context: PlaymentErrorContext, base?: URL): URL {
  const url = httpUrl(input, base);
  if (url !== undefined) return url;
  throw new PlaymentError(
    "PLAYMENT_RESPONSE_INVALID",
    `${what}: its URL is not of the form https://…`,
    context,
  );
}

function optionError(message: string): DecodeError {
  return new DecodeError("OPTION_INVALID", message);
}
