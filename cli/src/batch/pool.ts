/// <reference types="node" />
/**
 * Worker threads that decode, with a bounded queue before them: who is ahead of the decoding waits in `hasRoom`, so that
 * no more masks are in memory than the threads will soon take.
 */
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { TASKS_PER_THREAD } from "./array-pool.js";
import { BatchError } from "./batch-error.js";
import type { WorkerAnswer, WorkerTask } from "./decode-worker.js";

export class DecodePool {
  readonly threads: number;
  /** In the threads and before them. */
  readonly mostTasks: number;
  readonly #piscina: Piscina<WorkerTask, WorkerAnswer>;
  readonly #waiting: (() => void)[] = [];
  #tasks = 0;

  /** @param threads Default: as many as the machine runs at once. */
  constructor(threads = availableParallelism()) {
    this.threads = threads;
    // Each thread has its tasks in hand, and as many wait.
    this.mostTasks = threads * TASKS_PER_THREAD * 2;
    this.#piscina = new Piscina({
      filename: new URL("./decode-worker.js", import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: TASKS_PER_THREAD,
      recordTiming: false,
    });
  }

  /** Waits until a task would not wait long, and keeps the place: `run` must follow. */
  async hasRoom(): Promise<void> {
    if (this.#tasks < this.mostTasks) {
      this.#tasks++;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Gives back the place that `hasRoom` kept: a task that came to nothing. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#tasks--;
    else next();
  }

  /**
   * Decodes one task in a thread. The mask's bytes are handed over: they are gone from here, unless they are a part of a
   * larger array, whose other parts are not ours.
   *
   * @throws {BatchError} SOURCE_MISSING: the mask's bytes were handed over before.
   * @throws {BatchError} WORKER_LOST: the thread ended, which its other task, if it had one, cannot be blamed for.
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
        `job ${task.job}: ${reason}; a smaller \`maxPixels\` or fewer threads may help`,
        {
          cause: error,
        },
      );
    } finally {
      this.leave();
    }
  }

  /** Ends the threads; what they have in hand is given up. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}

function ownBytes(mask: Uint8Array<ArrayBuffer>, job: string): Uint8Array<ArrayBuffer> {
  try {
    // Throws where the array was handed over.
    const whole = new Uint8Array(mask.buffer);
    return whole.length === mask.length ? mask : new Uint8Array(mask);
  } catch (cause) {
    const message = `job ${job}: the mask's array was given for another task before, which took it; give each task its own`;
    throw new BatchError("SOURCE_MISSING", message, { cause });
  }
}
