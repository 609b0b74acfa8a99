/**
 * One GET request with time-out and retries, on top of `ky`. Its failures become `PlaymentError`s.
 *
 * ky's own errors contain the request's whole URL, whose query may have the attachment's address or a signature. None of
 * them leaves this file, not even as a `cause`.
 */
import ky, { HTTPError, TimeoutError } from "ky";
import { type ErrorCode, PlaymentError, type PlaymentErrorContext } from "../errors.js";
import { failureWith, isKnownCode, isRetriedCode, readVendorCode, vendorFailure } from "./vendor-failure.js";

/**
 * How often to retry, and how long to wait. Times are in milliseconds. The actual delay is a random share, at least half,
 * of the given one, so that clients which failed together do not return together. A `Retry-After` is observed exactly.
 */
export interface RetryOptions {
  /** Attempts after the first. Default 4. */
  limit?: number;
  /** The first delay. Each further delay is twice as long. Default 300. */
  minDelay?: number;
  /** The longest delay, apart from `Retry-After`. Default 10,000. */
  maxDelay?: number;
  /** The longest `Retry-After` that is observed. Default 60,000. */
  maxRetryAfter?: number;
}

/** Delays requests, so that a host does not get too many. */
export interface Throttle {
  /** Awaited before each attempt of a request. The time-out of the attempt begins afterwards. */
  beforeRequest(url: URL, signal: AbortSignal | undefined): Promise<void>;
  /** Called with the answer to each attempt, including errors. It must not read the body. */
  afterResponse(url: URL, response: Response): void;
}

/** Wraps an error of a function of the caller. It is not retried and not reported as a network failure. */
class CallersError extends Error {
  constructor(cause: unknown) {
    super(undefined, { cause });
  }
}

/** The throttle, with its errors wrapped as `CallersError`. `get` unwraps them again. */
export function wrapThrottle(throttle: Throttle): Throttle {
  return {
    async beforeRequest(url, signal) {
      try {
        await throttle.beforeRequest(url, signal);
      } catch (cause) {
        throw new CallersError(cause);
      }
    },
    afterResponse(url, response) {
      try {
        throttle.afterResponse(url, response);
      } catch (cause) {
        throw new CallersError(cause);
      }
    },
  };
}

export interface HttpOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Made by `wrapThrottle`. */
  readonly throttle: Throttle | undefined;
  readonly retry: Required<RetryOptions>;
  /** Milliseconds that one attempt may wait for its headers, and for each further piece of its body. */
  readonly timeout: number;
  /** Milliseconds that a whole body may take. */
  readonly downloadTimeout: number;
}

export interface GetOptions {
  readonly headers?: Record<string, string>;
  readonly redirect: "follow" | "error" | "manual";
  readonly signal?: AbortSignal | undefined;
  /** Whether the vendor answers, whose failures have a code in the body. Default false. */
  readonly isVendor?: boolean;
  /** The name of what is fetched, for messages: "job abc", "the mask of job abc". */
  readonly what: string;
  readonly context: PlaymentErrorContext;
}

/** The longest time that setTimeout supports. A longer one would fire at once. */
export const MAX_TIMER_MILLISECONDS = 2 ** 31 - 1;

/**
 * Statuses worth a retry: time-outs, rate limits, a proxy's temporary refusal (413, RFC 9110, 15.5.14), server errors
 * (5xx), and 443 and 444, which the vendor's Python SDK retries too. Each answer may say by `Retry-After` when.
 */
const RETRIED_STATUS_CODES = [
  408,
  413,
  429,
  443,
  444,
  ...Array.from({ length: 100 }, (_, index) => 500 + index),
];

const ERROR_STATUS_CODES = Array.from({ length: 200 }, (_, index) => 400 + index);

/** Milliseconds to wait after attempt 0, 1, …: a random share, at least half, of what the options say. */
export function retryDelay(attempt: number, { minDelay, maxDelay }: Required<RetryOptions>): number {
  return Math.min(maxDelay, minDelay * 2 ** attempt) * (0.5 + Math.random() / 2);
}

/** The URL without user, query and fragment: the part that a message may contain. */
export function publicUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/**
 * Fetches the headers of `url`; the caller reads the body. A redirect that is not followed is an answer too.
 * @throws PlaymentError by status, or PLAYMENT_TIMEOUT, PLAYMENT_NETWORK; the platform's own error after an abort; what the
 *   throttle throws
 */
export async function get(url: URL, http: HttpOptions, options: GetOptions): Promise<Response> {
  const { headers = {}, redirect, signal, isVendor = false } = options;
  const { limit, maxRetryAfter } = http.retry;
  const vendorCodes = new WeakMap<Response, string | undefined>();
  try {
    return await ky.get(url, {
      fetch: async (...request) => {
        const response = await http.fetch(...request);
        // Not in ky's hook, which gets a clone of the response. If the signal then aborts before the next attempt, Node's
        // fetch cancels a body of which neither branch was read. That fails where nobody can catch it, and Node exits.
        http.throttle?.afterResponse(url, response);
        if (!isVendor || response.status < 400 || response.status > 599) return response;
        // Read here, so that the attempt's time-out covers the body too.
        const vendorCode = await readVendorCode(response, http.timeout, signal);
        const { status, headers } = response;
        const answer = new Response(null, { status, headers });
        vendorCodes.set(answer, vendorCode);
        return answer;
      },
      headers,
      redirect,
      signal: signal ?? null,
      timeout: http.timeout,
      hooks: { beforeRequest: [() => http.throttle?.beforeRequest(url, signal)] },
      // A key or a signature is the only credential of these requests.
      credentials: "omit",
      // An attachment answers with 3xx. A browser shows a hidden redirect as 0.
      throwHttpErrors: (status) => status >= 400,
      retry: {
        limit,
        methods: ["get"],
        // All of them: `shouldRetry` decides which are retried, and ky when.
        statusCodes: ERROR_STATUS_CODES,
        afterStatusCodes: ERROR_STATUS_CODES,
        shouldRetry({ error }) {
          if (error instanceof CallersError) return false;
          if (!(error instanceof HTTPError)) return undefined;
          const { response } = error;
          const isRetried =
            isRetriedCode(vendorCodes.get(response)) ?? RETRIED_STATUS_CODES.includes(response.status);
          if (!isRetried) return false;
          // By default, ky does not retry a 413 without Retry-After.
          return response.status === 413 && !response.headers.has("retry-after") ? true : undefined;
        },
        maxRetryAfter,
        // Not ky's `jitter`: `backoffLimit` is applied after it, so many delays would be equal to the limit.
        delay: (attempt) => retryDelay(attempt - 1, http.retry),
        retryOnTimeout: true,
      },
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CallersError) throw error.cause;
    const vendorCode = error instanceof HTTPError ? vendorCodes.get(error.response) : undefined;
    throw toPlaymentError(error, url, vendorCode, options);
  }
}

function toPlaymentError(
  error: unknown,
  url: URL,
  vendorCode: string | undefined,
  { what, context }: Pick<GetOptions, "what" | "context">,
): PlaymentError {
  const place = `${what} (${publicUrl(url)})`;
  if (error instanceof HTTPError) return statusError(error.response, place, context, vendorCode);
  if (error instanceof TimeoutError) {
    return new PlaymentError(
      "PLAYMENT_TIMEOUT",
      `${place}: no answer in time; try a longer \`timeout\``,
      context,
    );
  }
  // Node's fetch says in `cause` what went wrong: ECONNREFUSED, ENOTFOUND.
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  const reason = typeof cause?.code === "string" ? ` (${cause.code})` : "";
  const message = `${place}: the host cannot be reached${reason}; check the network and, in a web page, CORS`;
  return new PlaymentError("PLAYMENT_NETWORK", message, context);
}

/** The error for a response with an HTTP error status. Cancels its body. */
export function statusError(
  response: Response,
  place: string,
  context: PlaymentErrorContext,
  vendorCode?: string,
): PlaymentError {
  const { status } = response;
  // Not awaited: a stalled stream may never answer.
  response.body?.cancel().catch(() => {});
  const told = `${place}: HTTP status ${status}`;
  const [code, advice] = meaningOf(status);
  if (isKnownCode(vendorCode) || (vendorCode !== undefined && code === "PLAYMENT_HTTP" && status < 500)) {
    return vendorFailure(vendorCode, told, { ...context, status });
  }
  return failureWith(vendorCode, code, `${told}; ${advice}`, { ...context, status });
}

function meaningOf(status: number): [ErrorCode, string] {
  if (status === 401 || status === 403)
    return ["PLAYMENT_UNAUTHORISED", "check the API key and which projects it may read"];
  if (status === 404) return ["PLAYMENT_NOT_FOUND", "check the ids"];
  if (status === 429) return ["PLAYMENT_RATE_LIMITED", "send fewer requests, or allow more retries"];
  return [
    "PLAYMENT_HTTP",
    status >= 500 ? "the server failed, try again later" : "the server refused the request",
  ];
}

/** Waits, 24 days at most, or rejects with the signal's reason at once. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      },
      Math.min(milliseconds, MAX_TIMER_MILLISECONDS),
    );
    signal?.addEventListener("abort", abort, { once: true });
  });
}
