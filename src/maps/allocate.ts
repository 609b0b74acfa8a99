/** Fresh arrays for maps, by dtype. */
import type { Dtype, ViewArrays } from "./views.js";

export const ARRAYS = { int32: Int32Array, uint8: Uint8Array, uint16: Uint16Array } as const;

/**
 * A fresh array with arbitrary content. The caller gets it only once it has been filled.
 *
 * In Node it is not zeroed first, since every element is about to be written. Zeroing a 4K mask would take as long as the
 * decode. It does not come from Buffer's shared pool, since the caller may transfer its buffer to another thread.
 */
export function allocate<D extends Dtype>(dtype: D, length: number): ViewArrays[D] {
  const type = ARRAYS[dtype];
  const byteLength = length * type.BYTES_PER_ELEMENT;
  const { Buffer } = globalThis as { Buffer?: { allocUnsafeSlow?(bytes: number): Uint8Array<ArrayBuffer> } };
  const bytes = Buffer?.allocUnsafeSlow?.(byteLength);
  // A page may have a polyfill of Buffer, whose arrays may not own their memory.
  const isOwn = bytes?.buffer.byteLength === byteLength;
  return (isOwn ? new type(bytes.buffer) : new type(length)) as ViewArrays[D];
}
