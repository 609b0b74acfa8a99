/**
 * In Node, arrays for maps in memory that is not zeroed first, since every element is about to be written. Zeroing a 4K mask
 * would take as long as the decode.
 */
import { allocateWith } from "./allocate.js";

allocateWith((bytes) => {
  const { Buffer } = globalThis as { Buffer?: { allocUnsafeSlow?(bytes: number): Uint8Array<ArrayBuffer> } };
  // Not from Buffer's shared pool, since the caller may transfer its buffer to another thread.
  const memory = Buffer?.allocUnsafeSlow?.(bytes).buffer;
  // Other platforms may have a Buffer whose arrays do not own their memory.
  return memory?.byteLength === bytes ? memory : new ArrayBuffer(bytes);
});
