/**
 * Instances of the module for decodes that wait for their files. The module's state belongs to one decode, and others run
 * in the meantime. So each of them takes an instance, and gives it back for the next.
 */
import { withMemoryFor } from "../../checks/memory.js";
import { MAX_KEPT_BYTES, type ModuleExports, newInstance } from "./module.js";

/** As many instances are kept. There may be more while more files arrive at the same time. */
const MOST_KEPT = 4;

const spare: ModuleExports[] = [];

/** To be given back with `giveBackInstance`. The module must be loaded. @throws {DecodeError} OUT_OF_MEMORY */
export async function takeInstance(): Promise<ModuleExports> {
  const kept = spare.pop();
  if (kept !== undefined) return kept;
  try {
    return await newInstance();
  } catch (error) {
    return withMemoryFor("another instance of the module", () => {
      throw error;
    });
  }
}

/** A very wide image makes an instance's memory large. Such an instance is not kept, since a memory cannot shrink. */
export function giveBackInstance(instance: ModuleExports): void {
  if (spare.length < MOST_KEPT && instance.memory.buffer.byteLength <= MAX_KEPT_BYTES) spare.push(instance);
}
