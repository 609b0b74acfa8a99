/** The options of `PlaymentClient` and of its calls, and their checks. */

import { isObject, kindOf } from "../checks/describe.js";
import { DecodeError } from "../errors.js";
import type { DownloadProgress } from "./download.js";
import {
  type HttpOptions,
  MAX_TIMER_MILLISECONDS,
  type RetryOptions,
  type Throttle,
  wrapThrottle,
} from "./http.js";
import { httpUrl } from "./vendor-url.js";

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

/** Checked options, with defaults. */
export interface ClientSettings {
  readonly apiKey: string | undefined;
  readonly resolveAttachment: PlaymentClientOptions["resolveAttachment"] | undefined;
  readonly allowHttp: boolean | undefined;
  readonly allowPrivateHosts: boolean | undefined;
  readonly baseUrl: URL;
  readonly http: HttpOptions;
  readonly maxBytes: number;
  readonly maxJsonBytes: number;
}

const DEFAULT_BASE_URL = "https://api.playment.io/v1";
/** The longest JSON that surely fits a string, also with characters that need more than a byte. */
const MAX_JSON_BYTES = 2 ** 28;

/** @throws DecodeError OPTION_INVALID */
export function checkClientOptions(options: PlaymentClientOptions): ClientSettings {
  requireObject(options, "the client's options");
  const { apiKey, baseUrl, retry = {}, timeout = 30_000, downloadTimeout = 1_800_000 } = options;
  const { maxBytes = 2 ** 30, maxJsonBytes = 2 ** 25, allowHttp, allowPrivateHosts } = options;
  requireObject(retry, "retry");
  for (const [name, value] of Object.entries({ allowHttp, allowPrivateHosts })) {
    if (value !== undefined && typeof value !== "boolean") throw optionError(`${name} must be true or false`);
  }
  if (apiKey === undefined && baseUrl === undefined) {
    throw optionError("apiKey is missing; leave it out only if `baseUrl` is your own proxy");
  }
  if (apiKey !== undefined && (typeof apiKey !== "string" || !/^[\x21-\x7e]+$/.test(apiKey))) {
    throw optionError(
      "apiKey is empty or has characters that are not allowed in a header, such as a line break",
    );
  }
  const base = httpUrl(baseUrl ?? DEFAULT_BASE_URL);
  if (base === undefined) throw optionError("baseUrl must have the form https://…");
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(base.hostname);
  if (apiKey !== undefined && base.protocol !== "https:" && !isLocal) {
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
    throw optionError(`maxJsonBytes must be at most ${MAX_JSON_BYTES}; a longer text does not fit a string`);
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
  return {
    apiKey,
    baseUrl: base,
    http: {
      fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
      throttle: throttle && wrapThrottle(throttle),
      retry: { limit, minDelay, maxDelay, maxRetryAfter },
      timeout,
      downloadTimeout,
    },
    resolveAttachment: options.resolveAttachment,
    maxBytes,
    maxJsonBytes,
    allowHttp,
    allowPrivateHosts,
  };
}

export function requireObject(value: unknown, name: string): void {
  if (!isObject(value)) throw optionError(`${name}: is ${kindOf(value)}; give an object`);
}

/** Not `instanceof`: a test environment or another window has its own class. */
export function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = isObject(value) ? value : {};
  return typeof aborted === "boolean" && typeof addEventListener === "function";
}

export function optionError(message: string): DecodeError {
  return new DecodeError("OPTION_INVALID", message);
}
