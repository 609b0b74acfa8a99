/** Failed allocations as typed errors. */
import { DecodeError } from "../errors.js";

/**
 * Turns the platform's error for a failed allocation, a RangeError, into ours. A stack overflow and an offset outside an
 * array are RangeErrors too, but have nothing to do with memory.
 *
 * @param what what the memory is for, as in `memory for 8×8 pixels`.
 * @throws {DecodeError} OUT_OF_MEMORY
 */
export function withMemoryFor<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof RangeError) || /call stack|bounds/i.test(cause.message)) throw cause;
    throw new DecodeError("OUT_OF_MEMORY", `cannot allocate memory for ${what}`, { cause });
  }
}
