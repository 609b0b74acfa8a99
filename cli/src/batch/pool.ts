/// <reference types="node" />
/**
 * Worker threads that decode, with a bounded queue in front of them. If downloads are faster than the decoding, they wait
 * in `reserve`, so that memory holds only the masks that the threads will need soon.
 */
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { TASKS_PER_THREAD } from "./array-pool.js";
import { BatchError } from "./batch-error.js";
import type { WorkerAnswer, WorkerTask } from "./decode-worker.js";

/**
 * Piscina first calls `require` for the worker's module, for each of the first tasks. Node 20 may crash if the module is
 * still being loaded ("IsGraphAsync must be used on an instantiated module"). Without `require` of ES modules it is imported.
 */
const NO_REQUIRE_OF_MODULES = process.allowedNodeEnvironmentFlags.has("--experimental-require-module")
  ? { execArgv: ["--no-experimental-require-module"] }
  : {};

export class DecodePool {
  readonly threads: number;
  /** The most tasks in the threads and in the queue. */
  readonly mostTasks: number;
  readonly #piscina: Piscina<WorkerTask, WorkerAnswer>;
  readonly #waiting: (() => void)[] = [];
  #tasks = 0;

  /** @param threads Default: as many as the machine can run at the same time. */
  constructor(threads = availableParallelism()) {
    this.threads = threads;
    // Each thread works on its tasks, and as many wait for it.
    this.mostTasks = threads * TASKS_PER_THREAD * 2;
    this.#piscina = new Piscina({
      filename: new URL("./decode-worker.js", import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: TASKS_PER_THREAD,
      recordTiming: false,
      ...NO_REQUIRE_OF_MODULES,
    });
  }

  /** Waits for a free place and reserves it. `run` must follow. */
  async reserve(): Promise<void> {
    if (this.#tasks < this.mostTasks) {
      this.#tasks++;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Releases a place that `reserve` took. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#tasks--;
    else next();
  }

  /**
   * Decodes one task in a thread. The mask's bytes are transferred to the thread, so the array here becomes empty. A part
   * of a larger array is copied instead, because its other parts belong to the caller.
   *
   * @throws {BatchError} SOURCE_MISSING: the mask's bytes were already transferred.
   * @throws {BatchError} WORKER_LOST: the thread ended. Any of its tasks may be the cause.
   */
  async run(task: WorkerTask): Promise<WorkerAnswer> {
    try {
      if (!(task.mask instanceof Uint8Array)) return await this.#piscina.run(task);
      const mask = ownBytes(task.mask, task.job);
      return await this.#piscina.run({ ...task, mask }, { transferList: [mask.buffer] });
    } catch (error) {
      if (error instanceof BatchError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new BatchError(
        "WORKER_LOST",
        `job ${task.job}: ${reason}; try a smaller \`maxPixels\` or fewer threads`,
        {
          cause: error,
        },
      );
    } finally {
      this.release();
    }
  }

  /** Ends the threads and abandons their tasks. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}

function ownBytes(mask: Uint8Array<ArrayBuffer>, job: string): Uint8Array<ArrayBuffer> {
  try {
    // Throws if the array was already transferred.
    const whole = new Uint8Array(mask.buffer);
    return whole.length === mask.length ? mask : new Uint8Array(mask);
  } catch (cause) {
    const message = `job ${job}: the array of its mask was already used for another task; give each task its own array`;
    throw new BatchError("SOURCE_MISSING", message, { cause });
  }
}
