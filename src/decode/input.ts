/**
 * What callers have in hand to the bytes of a mask and its legend. Here it is bytes, a Blob, a Response, or a promise of
 * one of them. `labelmap/stream` takes the other inputs, and decodes while they arrive: see open-input.ts.
 */
import { checkSignal } from "../checks/signal.js";
import { tagOf } from "../checks/tag-of.js";
import { findPart, partMissing } from "./parts.js";
import { checkOrder, checkStatus, failed, toBytes } from "./png-input.js";
import { tooLong } from "./read-png.js";
import type { DecodeCall } from "./stream.js";

/**
 * Gets the bytes of a mask and of its legend, and decodes them. Whatever happens, no stream is left open.
 *
 * @param prepare checks the options.
 * @throws {DecodeError} OPTION_INVALID, PART_MISSING, INPUT_FAILED, WASM_UNAVAILABLE; the signal's reason
 */
export async function decodeInput<T>(
  png: unknown,
  result: unknown,
  prepare: () => DecodeCall<T>,
): Promise<T> {
  const inputs = [png, result].map(async (input) => input);
  try {
    const call = prepare();
    const { signal } = call.options;
    checkSignal(signal);
    const part = findPart("stream");
    if (part) return await part(inputs, call);
    const [file, legend] = await Promise.all([
      ...inputs.map((input, index) =>
        read(input, call.options.maxBytes).catch((cause) => {
          // A fetch with the same signal fails too.
          signal?.throwIfAborted();
          failed(cause, index);
        }),
      ),
      call.load(),
    ]);
    signal?.throwIfAborted();
    checkOrder(legend);
    return call.decode(toBytes(file), legend);
  } catch (error) {
    const close = (given: unknown) => ((given as Response).body ?? (given as ReadableStream)).cancel();
    for (const input of inputs) input.then(close).catch(() => {});
    throw error;
  }
}

async function read(input: Promise<unknown>, maxBytes: number): Promise<unknown> {
  const given = await input;
  const tag = tagOf(given);
  if (/^(URL|Request|ReadableStream)$/.test(tag)) {
    throw partMissing("stream", `a ${tag} is not read by labelmap itself`);
  }
  if (!/^(Blob|File|Response)$/.test(tag)) return given;
  checkStatus(given as Response);
  if ((given as Blob).size > maxBytes) throw tooLong(maxBytes);
  return (given as Response).arrayBuffer();
}
