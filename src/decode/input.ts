/**
 * What callers have in hand to the bytes of a mask and its legend. Here it is bytes, a Blob, a Response, or a promise of
 * one of them. `labelmap/stream` takes the other inputs, and decodes while they arrive: see open-input.ts.
 */
import { findPart } from "./parts.js";
import { checkOrder, checkStatus, failed, tagOf, toBytes } from "./png-input.js";
import type { DecodeCall } from "./stream.js";

/**
 * Gets the bytes of a mask and of its legend, and decodes them.
 * @throws {DecodeError} OPTION_INVALID, INPUT_FAILED, WASM_UNAVAILABLE; the signal's reason
 */
export async function decodeInput<T>(call: DecodeCall<T>): Promise<T> {
  const part = findPart("stream");
  if (part) return part(call);
  const { signal } = call.options;
  signal?.throwIfAborted();
  const [file, legend] = await Promise.all([
    ...[call.png, call.result].map((input) => read(input).catch(failed)),
    call.load(),
  ]);
  signal?.throwIfAborted();
  checkOrder(legend);
  return call.decode(toBytes(file), legend);
}

async function read(input: unknown): Promise<unknown> {
  const given = await input;
  if (!/^(Blob|File|Response)$/.test(tagOf(given))) return given;
  checkStatus(given as Response);
  return (given as Response).arrayBuffer();
}
