/**
 * A response's body to bytes. The size is limited while the body streams, progress is reported, and an incomplete body is
 * an error. A download that ends early or stalls is repeated, as often as the retries allow. A download that goes on but
 * takes too long is given up.
 */
import { joinBytes } from "../checks/join-bytes.js";
import { PlaymentError, type PlaymentErrorContext } from "../errors.js";
import { type HttpOptions, retryDelay, sleep } from "./http.js";
import { isRetriedCode } from "./vendor-failure.js";

export interface DownloadProgress {
  /** Bytes received in the current attempt. It starts again when a download that ended early is repeated. */
  readonly receivedBytes: number;
  /** From `Content-Length`, or null if the server does not say. */
  readonly totalBytes: number | null;
}

export interface DownloadOptions {
  /** Most bytes that are accepted. */
  readonly maxBytes: number;
  /** The name of the option that raises `maxBytes`. Default "maxBytes". */
  readonly limitName?: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Checks the whole body. If it throws an error that may go away, the download is repeated. */
  readonly check: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** The name of what is downloaded, for messages. */
  readonly what: string;
  readonly context: PlaymentErrorContext;
}

/**
 * Reads the body of the response that `open` returns. Each attempt calls `open` again.
 * @throws PlaymentError PLAYMENT_BODY_INCOMPLETE, PLAYMENT_TIMEOUT, PLAYMENT_TOO_SLOW, PLAYMENT_TOO_LARGE, and what
 *   `open`, `check` and `onProgress` throw
 */
export async function download(
  open: () => Promise<Response>,
  http: HttpOptions,
  options: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  for (let attempt = 0; ; attempt++) {
    const response = await open();
    try {
      const bytes = await readBody(response, http, options);
      options.check(bytes);
      return bytes;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!isTransient(error) || attempt >= http.retry.limit) throw error;
    }
    await sleep(retryDelay(attempt, http.retry), options.signal);
  }
}

/**
 * Whether another attempt may succeed. All other errors are final, including those of the caller's `onProgress`. A download
 * that is too slow is final as well: each attempt would take as long again.
 */
function isTransient(error: unknown): boolean {
  if (!(error instanceof PlaymentError)) return false;
  const isTransientCode = ["PLAYMENT_BODY_INCOMPLETE", "PLAYMENT_TIMEOUT"].includes(error.code);
  return isTransientCode || isRetriedCode(error.vendorCode) === true;
}

async function readBody(
  response: Response,
  { timeout, downloadTimeout }: HttpOptions,
  { maxBytes, limitName = "maxBytes", signal, onProgress, what, context }: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const length = response.headers.get("content-length");
  // With a content encoding, the header gives the length of the encoded bytes, but decoded bytes arrive here.
  const totalBytes = length === null || response.headers.has("content-encoding") ? null : Number(length);
  const pieces: Uint8Array[] = [];
  let receivedBytes = 0;
  const checkSize = (bytes: number) => {
    if (bytes <= maxBytes) return;
    throw new PlaymentError(
      "PLAYMENT_TOO_LARGE",
      `${what}: more than ${maxBytes} bytes; raise \`${limitName}\` if that is expected`,
      context,
    );
  };
  // Pieces come at least once per `timeout`, so it is enough to look at the clock at each piece.
  const start = performance.now();
  const checkTime = () => {
    if (performance.now() - start <= downloadTimeout) return;
    throw new PlaymentError(
      "PLAYMENT_TOO_SLOW",
      `${what}: only ${receivedBytes} bytes came in ${downloadTimeout} milliseconds; try a longer \`downloadTimeout\``,
      context,
    );
  };
  const reader = response.body && new WatchedReader(response.body, timeout, signal);
  try {
    checkSize(totalBytes ?? 0);
    while (reader) {
      const { done, value } = await reader.read(what, context).catch((error) => {
        if (error instanceof PlaymentError) throw error;
        throw incomplete(what, receivedBytes, totalBytes, context);
      });
      if (done) break;
      receivedBytes += value.length;
      checkSize(receivedBytes);
      pieces.push(value);
      onProgress?.({ receivedBytes, totalBytes });
      checkTime();
    }
  } finally {
    reader?.end();
  }
  if (receivedBytes < (totalBytes ?? 0)) throw incomplete(what, receivedBytes, totalBytes, context);

  return joinBytes(pieces);
}

/**
 * A stream's reader that waits only so long for each piece, and stops if the signal aborts. It listens to the signal once,
 * and not once for each piece.
 */
class WatchedReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #timeout: number;
  readonly #signal: AbortSignal | undefined;
  /** Cancelling ends a read that waits. It is not awaited: a stalled stream may never answer. */
  readonly #cancel = () => void this.#reader.cancel().catch(() => {});

  constructor(body: ReadableStream<Uint8Array>, timeout: number, signal: AbortSignal | undefined) {
    this.#reader = body.getReader();
    this.#timeout = timeout;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#cancel, { once: true });
  }

  /** The stream's next piece. @throws PlaymentError PLAYMENT_TIMEOUT; the signal's reason */
  async read(what: string, context: PlaymentErrorContext) {
    this.#signal?.throwIfAborted();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#cancel();
    }, this.#timeout);
    try {
      const piece = await this.#reader.read();
      this.#signal?.throwIfAborted();
      if (!isLate) return piece;
      throw new PlaymentError(
        "PLAYMENT_TIMEOUT",
        `${what}: the download stalled; try a longer \`timeout\``,
        context,
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** Stops watching. If the stream has not ended, no more of it is read. */
  end(): void {
    this.#signal?.removeEventListener("abort", this.#cancel);
    this.#cancel();
  }
}

function incomplete(what: string, received: number, total: number | null, context: PlaymentErrorContext) {
  const of = total === null ? "" : ` of ${total}`;
  return new PlaymentError(
    "PLAYMENT_BODY_INCOMPLETE",
    `${what}: the download ended after ${received}${of} bytes; try again`,
    context,
  );
}
