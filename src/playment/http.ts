/**
 * One GET with time-out and retries, on `ky`, and its failures as `PlaymentError`s.
 *
 * ky's own errors hold the request's whole URL, with the attachment's address or the signature in its query: none of
 * them leaves this file, not even as a `cause`.
 */
import ky, { HTTPError, TimeoutError } from "ky";
import { type ErrorCode, PlaymentError, type PlaymentErrorContext } from "../errors.js";

/**
 * How often and how long to try again. Milliseconds. Each delay is in fact a random share, at least half, of
 * what these say, so that clients which failed together do not come back together. A `Retry-After` is kept as it is.
 */
export interface RetryOptions {
  /** Tries after the first. Default 4. */
  limit?: number;
  /** The first delay; each further one is twice as long. Default 300. */
  minDelay?: number;
  /** The longest delay of ours. Default 10,000. */
  maxDelay?: number;
  /** The longest `Retry-After` that is waited for. Default 60,000. */
  maxRetryAfter?: number;
}

/** Holds requests back, so that a host is not asked too often. */
export interface Throttle {
  /** Awaited before each try of a request, whose time-out begins afterwards. */
  beforeRequest(url: URL, signal: AbortSignal | undefined): Promise<void>;
  /** Told of the answer to each try, errors among them. The body must be left alone. */
  afterResponse(url: URL, response: Response): void;
}

export interface HttpOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly throttle: Throttle | undefined;
  readonly retry: Required<RetryOptions>;
  /** Milliseconds that one try may wait for its headers, and for each further piece of its body. */
  readonly timeout: number;
}

export interface GetOptions {
  readonly headers?: Record<string, string>;
  readonly redirect?: RequestRedirect;
  readonly signal?: AbortSignal | undefined;
  /** What is fetched, for messages: "job abc", "the mask of job abc". */
  readonly what: string;
  readonly context: PlaymentErrorContext;
}

/** The longest time that setTimeout knows; what is longer would come at once. */
export const MOST_MILLISECONDS = 2 ** 31 - 1;

/**
 * Requests worth trying again: time-outs, rate limits, a proxy's refusal that may pass (413, RFC 9110, 15.5.14), the
 * server's own faults (5xx), and 443 and 444, which the vendor's Python SDK retries as well. Each may say by
 * `Retry-After` when.
 */
const RETRIED_STATUS_CODES = [
  408,
  413,
  429,
  443,
  444,
  ...Array.from({ length: 100 }, (_, index) => 500 + index),
];

/** Milliseconds to wait after the try numbered so from 0: a random share, at least half, of what the options say. */
export function retryDelay(attempt: number, { minDelay, maxDelay }: Required<RetryOptions>): number {
  return Math.min(maxDelay, minDelay * 2 ** attempt) * (0.5 + Math.random() / 2);
}

/** The URL without user, query and fragment: what a message may hold. */
export function publicUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/**
 * Fetches the headers of `url`; the body is still to be read. A redirect that is not followed is an answer too.
 * @throws PlaymentError by status, or PLAYMENT_TIMEOUT, PLAYMENT_NETWORK; an abort is the platform's own error
 */
export async function get(url: URL, http: HttpOptions, options: GetOptions): Promise<Response> {
  const { headers = {}, redirect = "follow", signal } = options;
  const { limit, maxRetryAfter } = http.retry;
  try {
    return await ky.get(url, {
      fetch: async (...request) => {
        const response = await http.fetch(...request);
        // Not by ky's hook, which gets a clone: where the signal aborts before the next try, Node's fetch cancels the body
        // whose two branches nobody has read, and that fails where nobody can catch it, which ends the process.
        http.throttle?.afterResponse(url, response);
        return response;
      },
      headers,
      redirect,
      signal: signal ?? null,
      timeout: http.timeout,
      hooks: { beforeRequest: [() => http.throttle?.beforeRequest(url, signal)] },
      // A key or a signature is all the authority that these requests have.
      credentials: "omit",
      // 3xx is what an attachment answers with; 0 is how a browser shows a redirect that it hides.
      throwHttpErrors: (status) => status >= 400,
      retry: {
        limit,
        methods: ["get"],
        statusCodes: RETRIED_STATUS_CODES,
        afterStatusCodes: RETRIED_STATUS_CODES,
        // ky by itself gives up at a 413 that does not say when to come back.
        shouldRetry: ({ error }) =>
          error instanceof HTTPError &&
          error.response.status === 413 &&
          !error.response.headers.has("retry-after")
            ? true
            : undefined,
        maxRetryAfter,
        // Not ky's `jitter`, whose outcome `backoffLimit` cuts: many delays would then be the same, the longest.
        delay: (attempt) => retryDelay(attempt - 1, http.retry),
        retryOnTimeout: true,
      },
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw await toPlaymentError(error, url, options);
  }
}

async function toPlaymentError(
  error: unknown,
  url: URL,
  { what, context }: GetOptions,
): Promise<PlaymentError> {
  const place = `${what} (${publicUrl(url)})`;
  if (error instanceof HTTPError) return statusError(error.response, place, context);
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
  const message = `${place}: the host cannot be reached${reason}; check the network, and in a page CORS`;
  return new PlaymentError("PLAYMENT_NETWORK", message, context);
}

/** What a response with an HTTP error means. Its body is given up. */
export async function statusError(
  response: Response,
  place: string,
  context: PlaymentErrorContext,
): Promise<PlaymentError> {
  const { status } = response;
  await response.body?.cancel().catch(() => {});
  const [code, advice] = meaningOf(status);
  return new PlaymentError(code, `${place}: the answer is ${status}; ${advice}`, { ...context, status });
}

function meaningOf(status: number): [ErrorCode, string] {
  if (status === 401 || status === 403)
    return ["PLAYMENT_UNAUTHORISED", "check the API key and its projects"];
  if (status === 404) return ["PLAYMENT_NOT_FOUND", "check the ids"];
  if (status === 429) return ["PLAYMENT_RATE_LIMITED", "ask less often, or allow more retries"];
  return ["PLAYMENT_HTTP", status >= 500 ? "the server has a fault, try later" : "the request was refused"];
}

/** Waits, 24 days at most, or rejects with the signal's reason at once. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      },
      Math.min(milliseconds, MOST_MILLISECONDS),
    );
    signal?.addEventListener("abort", abort, { once: true });
  });
}
