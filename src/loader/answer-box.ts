/**
 * Answers of a worker thread that nobody has read yet. The loader reads each when its turn has come. Until then a map is not
 * among the memory of this thread: large arrays that come and go, several at a time, make engines collect garbage again and
 * again, which takes as long as the decodes.
 *
 * Only Node lets a thread read a message when it wants to. In pages, answers are messages like all others.
 */
import { type AnswerPort, nodeModule, type WorkerThreads } from "./node-modules.js";
import type { Answered } from "./protocol.js";

export class AnswerBox {
  /** The end for the worker, to be sent to it. */
  readonly workerEnd: AnswerPort;
  readonly #ownEnd: AnswerPort;
  readonly #threads: WorkerThreads;
  /** What was read before its turn. */
  readonly #read = new Map<number, Answered>();

  constructor(threads: WorkerThreads) {
    const { port1, port2 } = new threads.MessageChannel();
    this.#ownEnd = port1;
    this.workerEnd = port2;
    this.#threads = threads;
  }

  /** @param id of a job that the worker has done. */
  take(id: number): Answered {
    while (!this.#read.has(id)) if (!this.#readNext()) throw new Error("a worker's answer is lost");
    const answered = this.#read.get(id)!;
    this.#read.delete(id);
    return answered;
  }

  /** The worker will put nothing more into it. What is there can still be taken. */
  close(): void {
    while (this.#readNext());
    this.#ownEnd.close();
  }

  #readNext(): boolean {
    const received = this.#threads.receiveMessageOnPort(this.#ownEnd);
    if (received === undefined) return false;
    const answered = received.message as Answered;
    this.#read.set(answered.id, answered);
    return true;
  }
}

/** `null`: this runtime cannot. */
export function openAnswerBox(): AnswerBox | null {
  const threads = nodeModule("node:worker_threads");
  return typeof threads?.receiveMessageOnPort === "function" ? new AnswerBox(threads) : null;
}
