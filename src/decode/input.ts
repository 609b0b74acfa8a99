/**
 * What callers have in hand (a Blob, a Response, a URL, a promise of one of them) to the bytes of a mask and its legend.
 * Streams are read until they end, fail or are aborted.
 */
import { invalid } from "../checks/invalid.js";
import { DecodeError } from "../errors.js";
import type { SignalInput, StreamInput, Wait } from "./input-types.js";
import { findPart } from "./parts.js";
import { checkOrder, failed, tagOf, toBytes } from "./png-input.js";
import type { StartDecode, StreamOptions } from "./stream.js";
import { loadModule } from "./wasm/module.js";

/**
 * Gets the bytes of a mask and of its legend, and decodes them. After an error or an abort, no stream is left open.
 *
 * @param decode decodes a whole file. The legend is what the caller gave; a file's bytes if it was one of the other inputs.
 * @param start decodes a file that arrives, if `labelmap/stream` is there; see stream.ts
 * @throws {DecodeError} OPTION_INVALID, INPUT_FAILED, WASM_UNAVAILABLE; the signal's reason
 */
export async function decodeInput<T>(
  png: unknown,
  result: unknown,
  options: StreamOptions & { readonly signal?: SignalInput | undefined },
  decode: (bytes: Uint8Array, legend: unknown) => T,
  start?: (legend: unknown) => StartDecode<T>,
): Promise<T> {
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
    const [file, legendFile] = await wait(Promise.all([...opened, loadModule()]));
    const legend = await collect(legendFile).catch(failed);
    checkOrder(legend);
    const part = start && isStream(file) && findPart("stream");
    return part
      ? await part(file, wait, options, start(legend), (bytes) => decode(bytes, legend))
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
    given = await (findPart("fetch") ?? fetch)(given as URL, { signal: signal as AbortSignal });
  } else if (tag !== "Response") return given;
  const { ok, status, url, body } = given as Response;
  if (ok) return body;
  body?.cancel().catch(() => {});
  const place = url.replace(/[?#].*|(?<=\/\/)[^/]*@/gs, "");
  throw new DecodeError("INPUT_FAILED", `the server answered ${status} for ${place}`);
}

function isStream(opened: unknown): opened is StreamInput {
  return tagOf(opened) === "ReadableStream";
}

