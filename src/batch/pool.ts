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
   * Decodes one task in a thread.
   *
   * @throws {BatchError} WORKER_LOST: the thread ended, which its other task, if it had one, cannot be blamed for.
   */
  async run(task: WorkerTask): Promise<WorkerAnswer> {
    try {
      if (!(task.mask instanceof Uint8Array)) return await this.#piscina.run(task);
      // A copy is handed over: the bytes may be a part of a larger array, or needed by their owner once more.
      const mask = new Uint8Array(task.mask);
      return await this.#piscina.run({ ...task, mask }, { transferList: [mask.buffer] });
    } catch (error) {
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
