/**
 * What callers have in hand (a Blob, a Response, a URL, a promise of one of them) to the bytes of a mask and its legend, or
 * to a mask that is decoded while it arrives. Streams are read until they end, fail or are aborted.
 */
import { joinBytes } from "../checks/join-bytes.js";
import { tagOf } from "../checks/tag-of.js";
import { DecodeError } from "../errors.js";
import type { SignalInput, StreamInput, Wait } from "./input-types.js";
import { checkOrder, checkStatus, failed, toBytes } from "./png-input.js";
import { tooLong } from "./read-png.js";
import { type DecodeCall, decodeStream, readPieces } from "./stream.js";

/** A legend is a text. Longer ones do not fit into a string. */
const MOST_LEGEND_BYTES = 2 ** 29;

let fetchUrl: typeof fetch = async (input, init) => {
  if (!(input as URL).href?.startsWith("file:")) return fetch(input, init);
  throw new DecodeError(
    "PART_MISSING",
    'labelmap itself does not read `file:` URLs; in Node, add `import "labelmap/node"` to your program',
  );
};

/** Replaces `fetch`, for platforms where it does not fetch files. */
export function fetchUrlsWith(own: typeof fetch): void {
  fetchUrl = own;
}

/**
 * `decodeInput` with all inputs. After an error or an abort, no stream is left open.
 * @param inputs the mask and its legend.
 */
export async function decodeOpened<T>(
  inputs: readonly Promise<unknown>[],
  { load, options, decode, start }: DecodeCall<T>,
): Promise<T> {
  const { signal } = options;
  const opened = inputs.map((input, index) => open(input, signal).catch((cause) => failed(cause, index)));
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
  const collect = async (given: unknown, maxBytes: number) => {
    if (!isStream(given)) return given;
    const pieces: Uint8Array[] = [];
    let length = 0;
    await readPieces(given, wait, (piece) => {
      pieces.push(piece);
      length += piece.length;
      if (length > maxBytes) throw tooLong(maxBytes);
    });
    return joinBytes(pieces);
  };
  try {
    const [file, legendFile] = await wait(Promise.all([...opened, load()]));
    const legend = await collect(legendFile, MOST_LEGEND_BYTES);
    checkOrder(legend);
    return start !== undefined && isStream(file)
      ? await decodeStream(file, wait, options, start(legend), (bytes) => decode(bytes, legend))
      : decode(toBytes(await collect(file, options.maxBytes)), legend);
  } catch (error) {
    for (const each of opened) each.then((stream) => (stream as StreamInput).cancel()).catch(() => {});
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** The stream of an input; the input itself if it has none. */
async function open(input: Promise<unknown>, signal: SignalInput | undefined): Promise<unknown> {
  let given = await input;
  const tag = tagOf(given);
  // jsdom's Blob has no stream().
  if (tag === "Blob" || tag === "File") return (given as Blob).stream?.() ?? (given as Blob).arrayBuffer();
  if (tag === "URL" || tag === "Request") {
    const signals = [signal, (given as Request).signal].filter((each) => each !== undefined) as AbortSignal[];
    given = await fetchUrl(given as URL, { signal: anyOf(signals) });
  } else if (tag !== "Response") return given;
  try {
    checkStatus(given as Response);
  } catch (error) {
    (given as Response).body?.cancel().catch(() => {});
    throw error;
  }
  // An empty answer is an empty file. `null` would be a mask without a legend.
  return (given as Response).body ?? new Uint8Array(0);
}

/** A Request has a signal of its own. `fetch` listens to one. */
function anyOf(signals: AbortSignal[]): AbortSignal | null {
  return (signals.length > 1 ? AbortSignal.any?.(signals) : undefined) ?? signals[0] ?? null;
}

function isStream(opened: unknown): opened is StreamInput {
  return tagOf(opened) === "ReadableStream";
}
