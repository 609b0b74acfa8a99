/** What fails while a mask is decoded, as typed errors. */
import { withMemoryFor } from "../../checks/memory.js";
import { DecodeError } from "../../errors.js";

/** Turns failed allocations and traps of the module into typed errors. */
export function withMemory<T>(width: number, height: number, work: () => T): T {
  try {
    return withMemoryFor(`${width}×${height} pixels`, work);
  } catch (cause) {
    if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
    throw new DecodeError("INTERNAL", `the module failed (${cause.message}); please report it`, { cause });
  }
}
