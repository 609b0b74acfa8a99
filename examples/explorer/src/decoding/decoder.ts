/** The page's side of the worker: requests as promises. */
import type { PlainError, ReplyMessage, RequestKind, RequestMessage, Requests } from "./protocol.js";

/** A failure that the worker has reported, with the library's code. */
export class ReportedError extends Error {
  override name = "ReportedError";
  readonly code: string;

  constructor({ code, message }: PlainError) {
    super(message);
    this.code = code;
  }
}

interface Waiting {
  resolve(reply: never): void;
  reject(error: Error): void;
}

export class Decoder {
  #worker: Worker | null = null;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** Whether an answer is still due. */
  get isBusy(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * @param buffers are handed over: the page has them no longer.
   * @throws {ReportedError}; {DOMException} AbortError after `cancel`.
   */
  ask<K extends RequestKind>(
    kind: K,
    ask: Requests[K]["ask"],
    buffers: ArrayBuffer[] = [],
  ): Promise<Requests[K]["reply"]> {
    const id = ++this.#lastId;
    const message: RequestMessage<K> = { id, kind, ask };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker ??= this.#startWorker();
      this.#worker.postMessage(message, buffers);
    });
  }

  /** Ends whatever is going on: WebAssembly cannot be interrupted, so the worker goes, and the next request has a new one. */
  cancel(): void {
    this.#end(new DOMException("Another mask was opened meanwhile.", "AbortError"));
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL("./decode-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<ReplyMessage>) => this.#settle(data);
    worker.onerror = (event) => {
      const message = event.message || "The page's worker could not be loaded; load the page again.";
      this.#end(new ReportedError({ code: "WORKER_FAILED", message }));
    };
    return worker;
  }

  #settle(message: ReplyMessage): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ("error" in message) waiting?.reject(new ReportedError(message.error));
    else waiting?.resolve(message.reply as never);
  }

  #end(error: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
