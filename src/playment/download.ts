/**
 * A response's body to bytes: bounded while it streams, with progress, and whole or an error. A body that breaks off
 * or stalls is asked for again, as often as the retries allow.
 */
import { PlaymentError, type PlaymentErrorContext } from "../errors.js";
import { type HttpOptions, retryDelay, sleep } from "./http.js";

export interface DownloadProgress {
  /** Of the try that is under way: after a body that broke off it starts again at its first piece. */
  readonly receivedBytes: number;
  /** From `Content-Length`, or null where the server does not say. */
  readonly totalBytes: number | null;
}

export interface DownloadOptions {
  /** Most bytes that are accepted. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** What is downloaded, for messages. */
  readonly what: string;
  readonly context: PlaymentErrorContext;
}

/**
 * Reads the body of the response that `open` gives, anew for each try.
 * @throws PlaymentError PLAYMENT_BODY_INCOMPLETE, PLAYMENT_TIMEOUT, PLAYMENT_TOO_LARGE, and what `open` and
 *   `onProgress` throw
 */
export async function download(
  open: () => Promise<Response>,
  http: HttpOptions,
  options: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  for (let attempt = 0; ; attempt++) {
    const response = await open();
    try {
      return await readBody(response, http.timeout, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!isPassing(error) || attempt >= http.retry.limit) throw error;
    }
    await sleep(retryDelay(attempt, http.retry), options.signal);
  }
}

/** What another try may mend. All else is final, an exception of the caller's `onProgress` as well. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof PlaymentError && ["PLAYMENT_BODY_INCOMPLETE", "PLAYMENT_TIMEOUT"].includes(error.code)
  );
}

async function readBody(
  response: Response,
  timeout: number,
  { maxBytes, signal, onProgress, what, context }: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const length = response.headers.get("content-length");
  // With a content encoding the length is that of the encoded bytes, which are not what arrives here.
  const totalBytes = length === null || response.headers.has("content-encoding") ? null : Number(length);
  const reader = response.body?.getReader();
  const pieces: Uint8Array[] = [];
  let receivedBytes = 0;
  const checkSize = (bytes: number) => {
    if (bytes <= maxBytes) return;
    throw new PlaymentError("PLAYMENT_TOO_LARGE", `${what}: more than maxBytes ${maxBytes} bytes`, context);
  };
  try {
    checkSize(totalBytes ?? 0);
    while (reader !== undefined) {
      const { done, value } = await readPiece(reader, timeout, signal, what, context).catch((error) => {
        if (error instanceof PlaymentError || signal?.aborted) throw error;
        throw incomplete(what, receivedBytes, totalBytes, context);
      });
      if (done) break;
      receivedBytes += value.length;
      checkSize(receivedBytes);
      pieces.push(value);
      onProgress?.({ receivedBytes, totalBytes });
    }
  } catch (error) {
    // Not awaited: a stream that stalls may never answer.
    reader?.cancel().catch(() => {});
    throw error;
  }
  if (totalBytes !== null && receivedBytes < totalBytes)
    throw incomplete(what, receivedBytes, totalBytes, context);

  const bytes = new Uint8Array(receivedBytes);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** The stream's next piece, or an error when it does not come in time or the caller aborts. */
async function readPiece(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  timeout: number,
  signal: AbortSignal | undefined,
  what: string,
  context: PlaymentErrorContext,
) {
  const stop = new AbortController();
  const stalled = sleep(timeout, signal ? AbortSignal.any([signal, stop.signal]) : stop.signal).then(() => {
    throw new PlaymentError(
      "PLAYMENT_TIMEOUT",
      `${what}: the download stalls; try a longer \`timeout\``,
      context,
    );
  });
  try {
    return await Promise.race([reader.read(), stalled]);
  } finally {
    stop.abort();
    stalled.catch(() => {});
  }
}

function incomplete(what: string, received: number, total: number | null, context: PlaymentErrorContext) {
  const of = total === null ? "" : ` of ${total}`;
  return new PlaymentError(
    "PLAYMENT_BODY_INCOMPLETE",
    `${what}: the body broke off after ${received}${of} bytes; try again`,
    context,
  );
}
