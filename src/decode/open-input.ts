/**
 * What callers have in hand (a Blob, a Response, a URL, a promise of one of them) to the bytes of a mask and its legend, or
 * to a mask that is decoded while it arrives. Streams are read until they end, fail or are aborted.
 */
import { invalid } from "../checks/invalid.js";
import type { SignalInput, StreamInput, Wait } from "./input-types.js";
import { checkOrder, checkStatus, failed, tagOf, toBytes } from "./png-input.js";
import { type DecodeCall, decodeStream } from "./stream.js";

let fetchUrl: typeof fetch = (input, init) => fetch(input, init);

/** Replaces `fetch`, for platforms where it does not fetch files. */
export function fetchUrlsWith(own: typeof fetch): void {
  fetchUrl = own;
}

/** `decodeInput` with all inputs. After an error or an abort, no stream is left open. */
export async function decodeOpened<T>({
  load,
  png,
  result,
  options,
  decode,
  start,
}: DecodeCall<T>): Promise<T> {
  const { signal } = options;
  if (signal !== undefined && tagOf(signal) !== "AbortSignal") throw invalid("signal must be an AbortSignal");
  signal?.throwIfAborted();
  const opened = [png, result].map((input) => open(input, signal).catch(failed));
  let stop = (_reason: unknown) => {};
  const abort = () => stop(signal?.reason);
  signal?.addEventListener("abort", abort);
  // Not a race with one promise for the abort. It would keep the outcome of every race, and so the whole file.
  const wait: Wait = (promise) =>
    new Promise((resolve, reject) => {
      stop = reject;
      if (signal?.aborted) abort();
      promise.then(resolve, reject);
    });
  const collect = async (given: unknown) => {
    if (!isStream(given)) return given;
    const stopped = (given as ReadableStream).pipeThrough(new TransformStream(), { signal } as object);
    return new Response(stopped).arrayBuffer();
  };
  try {
    const [file, legendFile] = await wait(Promise.all([...opened, load()]));
    const legend = await collect(legendFile).catch(failed);
    checkOrder(legend);
    return start !== undefined && isStream(file)
      ? await decodeStream(file, wait, options, start(legend), (bytes) => decode(bytes, legend))
      : decode(toBytes(await collect(file).catch(failed)), legend);
  } catch (error) {
    for (const each of opened) each.then((stream) => (stream as StreamInput).cancel()).catch(() => {});
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** The stream of an input; the input itself if it has none. */
async function open(input: unknown, signal: SignalInput | undefined): Promise<unknown> {
  let given = await input;
  const tag = tagOf(given);
  if (tag === "Blob" || tag === "File") return (given as Blob).stream();
  if (tag === "URL" || tag === "Request") {
    given = await fetchUrl(given as URL, { signal: signal as AbortSignal });
  } else if (tag !== "Response") return given;
  try {
    checkStatus(given as Response);
  } catch (error) {
    (given as Response).body?.cancel().catch(() => {});
    throw error;
  }
  return (given as Response).body;
}

function isStream(opened: unknown): opened is StreamInput {
  return tagOf(opened) === "ReadableStream";
}
