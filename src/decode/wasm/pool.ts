/**
 * Instances of the module for decodes that wait for their files. The module's state belongs to one decode, and others run
 * in the meantime. So each of them takes an instance, and gives it back for the next.
 */
import { MAX_KEPT_BYTES, type ModuleExports, newInstance } from "./module.js";

/** As many instances are kept. There may be more while more files arrive at the same time. */
const MOST_KEPT = 4;

const spare: ModuleExports[] = [];

/** To be given back with `giveBackInstance`. The module must be loaded. */
export async function takeInstance(): Promise<ModuleExports> {
  return spare.pop() ?? newInstance();
}

/** A very wide image makes an instance's memory large. Such an instance is not kept, since a memory cannot shrink. */
export function giveBackInstance(instance: ModuleExports): void {
  if (spare.length < MOST_KEPT && instance.memory.buffer.byteLength <= MAX_KEPT_BYTES) spare.push(instance);
}
