/**
 * The page's side of the worker: requests as promises. The worker's script is fetched once and kept, so that a new worker
 * can start even if the server can no longer be reached.
 */
import scriptUrl from "./decode-worker.ts?worker&url";
import type { PlainError, ReplyMessage, RequestKind, RequestMessage, Requests } from "./protocol.js";

/** An error that the worker has reported, with the library's code. */
export class ReportedError extends Error {
  override name = "ReportedError";
  readonly code: string;

  constructor({ code, message }: PlainError) {
    super(message);
    this.code = code;
  }
}

interface Waiting {
  readonly kind: RequestKind;
  resolve(reply: never): void;
  reject(error: Error): void;
}

const NOT_LOADED = "The page's worker could not be loaded.";

/** URL of the kept script. */
let keptScript: Promise<string> | null = null;

export class Decoder {
  #worker: Promise<Worker> | null = null;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** Whether the worker still has a request that may delay the next one for long. */
  get isBusy(): boolean {
    return [...this.#waiting.values()].some(({ kind }) => kind !== "start");
  }

  /**
   * @param buffers are transferred: the page can no longer use them.
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
      this.#waiting.set(id, { kind, resolve, reject });
      this.#worker ??= this.#startWorker();
      this.#worker.then(
        // Unless it was cancelled in the meantime.
        (worker) => this.#waiting.has(id) && worker.postMessage(message, buffers),
        (error: Error) => this.#waiting.has(id) && this.#end(error),
      );
    });
  }

  /** Ends all requests. WebAssembly cannot be interrupted, so the worker is ended, and the next request starts a new one. */
  cancel(): void {
    this.#end(new DOMException("Another mask was opened in the meantime.", "AbortError"));
  }

  async #startWorker(): Promise<Worker> {
    const worker = await startWorker();
    worker.onmessage = ({ data }: MessageEvent<ReplyMessage>) => this.#settle(data);
    worker.onerror = ({ message }) => {
      this.#end(new ReportedError({ code: "WORKER_FAILED", message: message || NOT_LOADED }));
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
    this.#worker?.then(
      (worker) => worker.terminate(),
      () => {},
    );
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

/** Tries twice, because a browser on a busy machine may fail to load even a script that it has in memory. */
async function startWorker(): Promise<Worker> {
  try {
    return await loadWorker().catch(loadWorker);
  } catch (failure) {
    keptScript = null;
    const message = failure instanceof ErrorEvent ? failure.message : NOT_LOADED;
    throw new ReportedError({ code: "WORKER_FAILED", message });
  }
}

/** A worker whose script runs. Until then nothing is sent to it, because what is transferred could not be sent again. */
async function loadWorker(): Promise<Worker> {
  keptScript ??= keepScript();
  const script = await keptScript.catch((error) => {
    keptScript = null;
    throw error;
  });
  const worker = new Worker(script, { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve(worker);
    worker.onerror = reject;
  });
}

async function keepScript(): Promise<string> {
  const response = await fetch(scriptUrl);
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return URL.createObjectURL(await response.blob());
}
