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

  /**
   * @param threads Default: as many as the machine can run at the same time.
   * @param mostTasks the most tasks in the threads and in the queue. Default: as many as keep the threads busy.
   */
  constructor(threads = availableParallelism(), mostTasks = Number.POSITIVE_INFINITY) {
    this.threads = threads;
    // Each thread works on its tasks, and as many wait for it.
    this.mostTasks = Math.min(threads * TASKS_PER_THREAD * 2, mostTasks);
    this.#piscina = new Piscina({
      // From the folder above, since the bundle has this code in another folder.
      filename: new URL("../batch/decode-worker.js", import.meta.url).href,
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
   * of a larger array is copied instead, because its other parts belong to the caller. The array of a label map is
   * transferred as well.
   *
   * @throws {BatchError} SOURCE_MISSING: the mask's bytes were already transferred.
   * @throws {BatchError} WORKER_LOST: the thread ended. Any of its tasks may be the cause.
   */
  async run(task: WorkerTask): Promise<WorkerAnswer> {
    try {
      if ("map" in task) {
        const data = ownPixels(task.map.data);
        const map = { ...task.map, data };
        return await this.#piscina.run({ ...task, map }, { transferList: [data.buffer] });
      }
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

/** The pixels in a buffer of their own. */
function ownPixels(data: Int32Array): Int32Array<ArrayBuffer> {
  const isWhole = data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
  return isWhole ? (data as Int32Array<ArrayBuffer>) : new Int32Array(data);
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
