/** Memory that cannot be had as a typed error. */
import { DecodeError } from "../errors.js";

/**
 * Turns the platform's word for "no memory", a RangeError, into ours. A stack that overflows and an offset outside of an
 * array are RangeErrors too, but say nothing of memory.
 *
 * @param what the memory is for, as in `memory for 8×8 pixels`.
 * @throws {DecodeError} OUT_OF_MEMORY
 */
export function withMemoryFor<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof RangeError) || /call stack|bounds/i.test(cause.message)) throw cause;
    throw new DecodeError("OUT_OF_MEMORY", `memory for ${what} cannot be had`, { cause });
  }
}
