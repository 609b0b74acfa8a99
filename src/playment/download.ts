/**
 * A response's body to bytes. The size is limited while the body streams, progress is reported, and an incomplete body is
 * an error. A download that ends early or stalls is repeated, as often as the retries allow.
 */
import { PlaymentError, type PlaymentErrorContext } from "../errors.js";
import { type HttpOptions, retryDelay, sleep } from "./http.js";

export interface DownloadProgress {
  /** Bytes received in the current attempt. It starts again when a download that ended early is repeated. */
  readonly receivedBytes: number;
  /** From `Content-Length`, or null if the server does not say. */
  readonly totalBytes: number | null;
}

export interface DownloadOptions {
  /** Most bytes that are accepted. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** The name of what is downloaded, for messages. */
  readonly what: string;
  readonly context: PlaymentErrorContext;
}

/**
 * Reads the body of the response that `open` returns. Each attempt calls `open` again.
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
      if (!isTransient(error) || attempt >= http.retry.limit) throw error;
    }
    await sleep(retryDelay(attempt, http.retry), options.signal);
  }
}

/** Whether another attempt may succeed. All other errors are final, including those of the caller's `onProgress`. */
function isTransient(error: unknown): boolean {
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
  // With a content encoding, the header gives the length of the encoded bytes, but decoded bytes arrive here.
  const totalBytes = length === null || response.headers.has("content-encoding") ? null : Number(length);
  const reader = response.body?.getReader();
  const pieces: Uint8Array[] = [];
  let receivedBytes = 0;
  const checkSize = (bytes: number) => {
    if (bytes <= maxBytes) return;
    throw new PlaymentError(
      "PLAYMENT_TOO_LARGE",
      `${what}: more than ${maxBytes} bytes; raise \`maxBytes\` if that is expected`,
      context,
    );
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
    // Not awaited: a stalled stream may never answer.
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

/** The stream's next piece. Throws if it does not come in time or the caller aborts. */
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
      `${what}: the download stalled; try a longer \`timeout\``,
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
    `${what}: the download ended after ${received}${of} bytes; try again`,
    context,
  );
}
