/**
 * Modules of Node, Bun and Deno. They are not imported, because the same files run in pages, and because a bundler for pages
 * cannot resolve them.
 */

import type { ItemUrl } from "./platform.js";

/** What is used of `node:worker_threads`. */
export interface WorkerThreads {
  readonly Worker: new (file: ItemUrl, options?: { readonly execArgv: readonly string[] }) => NodeWorker;
  readonly parentPort: NodePort | null;
  readonly MessageChannel: new () => { readonly port1: AnswerPort; readonly port2: AnswerPort };
  receiveMessageOnPort(port: AnswerPort): { readonly message: unknown } | undefined;
}

/** What is used of a port in Node, or of a worker thread. */
export interface NodePort {
  on(event: string, listener: (value: never) => void): unknown;
  postMessage(message: unknown, transfer: readonly unknown[]): void;
}

/** What is used of a `MessagePort`. */
export interface AnswerPort {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  close(): void;
}

export interface NodeWorker extends NodePort {
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

interface FileHandle {
  stat(): Promise<{ readonly size: number }>;
  readFile(): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface NodeModules {
  "node:worker_threads": WorkerThreads;
  "node:fs/promises": { open(file: ItemUrl): Promise<FileHandle> };
  "node:os": { availableParallelism(): number };
}

/** The module, or `undefined` in a runtime that does not have it. */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
}
