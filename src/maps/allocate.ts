/**
 * Arrays for new maps, by dtype, in fresh memory or in the memory of maps that were released. A fresh large array costs more
 * time than a decode, because the system provides its memory page by page.
 */
import type { Dtype, ViewArrays } from "./views.js";

export const ARRAYS = { int32: Int32Array, uint8: Uint8Array, uint16: Uint16Array } as const;

/** At most this many arrays wait for a map of their size, and this many bytes: an int32 map of 8K, or four of 4K. */
const MOST_SPARE = 4;
const MOST_SPARE_BYTES = 2 ** 27;

/** The memory of the arrays that were handed out. Only this is recycled, never what a caller has allocated. */
const handedOut = new WeakSet<ArrayBufferLike>();
/** The memory of released maps, which no array shows. */
const spare: ArrayBuffer[] = [];

/** An array with arbitrary content. The caller gets it only once it has been filled. */
export function allocate<D extends Dtype>(dtype: D, length: number): ViewArrays[D] {
  const type = ARRAYS[dtype];
  const byteLength = length * type.BYTES_PER_ELEMENT;
  const place = spare.findIndex((memory) => memory.byteLength === byteLength);
  const buffer = place < 0 ? freshMemory(byteLength) : spare.splice(place, 1)[0]!;
  handedOut.add(buffer);
  return new type(buffer) as ViewArrays[D];
}

let freshMemory = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes);

/** For platforms that have memory at less cost: its content may be arbitrary, but it must belong to no other array. */
export function allocateWith(own: (bytes: number) => ArrayBuffer): void {
  freshMemory = own;
}

/**
 * Takes the memory of an array for later arrays of the same size, if `allocate` has made it. The array, and all others that
 * show its memory, are empty afterwards, so they never show another map.
 */
export function recycle({ buffer, length }: ArrayBufferView & { readonly length: number }): void {
  if (!handedOut.delete(buffer) || length === 0) return;
  spare.push(detach(buffer as ArrayBuffer));
  const bytes = () => spare.reduce((sum, { byteLength }) => sum + byteLength, 0);
  while (spare.length > MOST_SPARE || bytes() > MOST_SPARE_BYTES) spare.shift();
}

/** From now on an array is the caller's, who has given it as `into`: its memory is not recycled. */
export function leaveToCaller({ buffer }: ArrayBufferView): void {
  handedOut.delete(buffer);
}

/** Takes the memory away from all arrays that show it. They have no elements afterwards. */
export function detach(buffer: ArrayBuffer): ArrayBuffer {
  return structuredClone(buffer, { transfer: [buffer] });
}
