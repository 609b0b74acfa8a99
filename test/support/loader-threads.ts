/** Worker threads of the built loader, for tests that load everything else from its source. */
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

export const BUILT_WORKER: URL = pathToFileURL(
  fileURLToPath(new URL("../../dist/loader/loader-worker.js", import.meta.url)),
);

/** For the option `worker`. */
export const startThread = (): Worker => new Worker(BUILT_WORKER);

/** Starts threads, and knows which of them are left. */
export class Threads {
  readonly started: Worker[] = [];
  readonly living = new Set<Worker>();
  readonly start: () => Worker;

  constructor(file: URL = BUILT_WORKER) {
    this.start = () => {
      const thread = new Worker(file);
      this.started.push(thread);
      this.living.add(thread);
      thread.on("exit", () => this.living.delete(thread));
      return thread;
    };
  }
}
