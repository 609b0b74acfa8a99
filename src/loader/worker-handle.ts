/**
 * A worker, with the same methods in pages and in Node. A page has Web Workers; so do Bun and Deno. Node has worker threads.
 */

import { type AnswerBox, openAnswerBox } from "./answer-box.js";
import { type NodeWorker, nodeModule, type WorkerThreads } from "./node-modules.js";
import type { FromWorker, ToWorker } from "./protocol.js";

/** A Web Worker, or a worker thread of Node. */
export interface LoaderWorker {
  // biome-ignore lint/suspicious/noExplicitAny: the types of both kinds of workers must fit.
  postMessage(message: any, transfer?: any): void;
  terminate(): unknown;
}

export interface WorkerListener {
  onMessage(message: FromWorker): void;
  /** The worker has ended, or has failed in a way that it cannot recover from. */
  onEnd(reason: string): void;
}

export interface WorkerHandle {
  /** `null`: answers are in the messages. */
  readonly answers: AnswerBox | null;
  post(message: ToWorker, transfer: readonly unknown[]): void;
  terminate(): Promise<unknown>;
  /** Whether the process waits for this worker before it exits. Pages do not exit. */
  hold(isHeld: boolean): void;
}

/** @throws whatever the runtime throws, such as a violation of the content security policy. */
export function startWorker(start: (() => LoaderWorker) | null, listener: WorkerListener): WorkerHandle {
  const worker = start === null ? startOwnWorker() : start();
  return "on" in worker
    ? handleOfThread(worker as NodeWorker, listener)
    : handleOfWeb(worker as Worker, listener);
}

export function canStartWorkers(): boolean {
  return typeof Worker === "function" || nodeModule("node:worker_threads") !== undefined;
}

/** How many threads the machine can run at the same time. */
export function parallelism(): number {
  return nodeModule("node:os")?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}

function startOwnWorker(): LoaderWorker {
  // Bundlers find the worker's file by the form of this expression. The file is one without imports; see scripts/build.mjs.
  if (typeof Worker === "function") {
    return new Worker(new URL("../browser/loader-worker.js", import.meta.url), { type: "module" });
  }
  const threads: WorkerThreads | undefined = nodeModule("node:worker_threads");
  if (threads === undefined) throw new Error("this runtime has no workers");
  // Not in that form, so that bundlers for pages do not copy the file a second time.
  const here = import.meta.url;
  return new threads.Worker(new URL("./loader-worker.js", here), ...flagsForThreads());
}

/**
 * Threads inherit the flags of the process. But Node refuses to load a file with the flag that says what the text after
 * `--eval` is. Given flags must be few, since Node refuses those of V8, so there are none then.
 */
function flagsForThreads(): [] | [{ readonly execArgv: readonly string[] }] {
  const { execArgv } = (globalThis as unknown as { process: { execArgv: readonly string[] } }).process;
  return execArgv.some((flag) => flag.startsWith("--input-type")) ? [{ execArgv: [] }] : [];
}

function handleOfWeb(worker: Worker, { onMessage, onEnd }: WorkerListener): WorkerHandle {
  worker.addEventListener("message", ({ data }) => onMessage(data));
  worker.addEventListener("messageerror", () => onEnd("a message could not be read"));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    // The event of a file that cannot be loaded has no message.
    onEnd(event.message || "its file cannot be loaded");
  });
  return {
    answers: null,
    post: (message, transfer) => worker.postMessage(message, transfer as ArrayBuffer[]),
    terminate: async () => worker.terminate(),
    hold: () => {},
  };
}

function handleOfThread(thread: NodeWorker, { onMessage, onEnd }: WorkerListener): WorkerHandle {
  thread.on("message", onMessage);
  thread.on("messageerror", () => onEnd("a message could not be read"));
  thread.on("error", (error: Error) => onEnd(error?.message ?? String(error)));
  thread.on("exit", (code: number) => onEnd(`it ended with the exit code ${code}`));
  const answers = openAnswerBox();
  return {
    answers,
    post: (message, transfer) => thread.postMessage(message, transfer),
    terminate: () => {
      answers?.close();
      return thread.terminate();
    },
    hold: (isHeld) => (isHeld ? thread.ref() : thread.unref()),
  };
}
