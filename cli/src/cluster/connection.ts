/// <reference types="node" />
/**
 * The connection to Redis, and its errors as ours. A password may be in the address, in an error's fields, and in what a
 * server repeats; so of an error only the text is passed on, without the password.
 */

import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { invalid } from "labelmap/checks";
import { BatchError } from "../batch/batch-error.js";
import { loadPeer } from "./peers.js";
import type { QueueTask } from "./queue-task.js";

export interface QueueOptions {
  /**
   * `redis://host:port`, or `rediss:` with TLS; with a user and password where needed, so do not write it down: take it
   * from the environment.
   */
  readonly redis: string;
  /** The queue's name, for several in one Redis. Default `"labelmap"`. */
  readonly queue?: string;
}

/** Who looks into the queue is told after this many tries, some 20 seconds, that Redis is gone. */
const MOST_TRIES = 12;
const MOST_MILLISECONDS_BETWEEN_TRIES = 3000;
/** A Redis that takes the connection and says nothing in this time is not there. */
const MOST_MILLISECONDS_TO_BEGIN = 10_000;
/** The same for each answer to who looks into the queue: longer than all tries together. */
const MOST_MILLISECONDS_TO_ANSWER = 60_000;

export class Connection {
  readonly client: Redis;
  readonly queue: Queue<QueueTask>;
  readonly #failed: (error: unknown) => BatchError;
  readonly #closeCopies: () => void;

  private constructor(
    client: Redis,
    queue: Queue<QueueTask>,
    failed: (error: unknown) => BatchError,
    closeCopies: () => void,
  ) {
    this.client = client;
    this.queue = queue;
    this.#failed = failed;
    this.#closeCopies = closeCopies;
  }

  /**
   * @param isLasting whether a Redis that went away is waited for as long as it takes.
   * @throws {DecodeError} OPTION_INVALID.
   * @throws {BatchError} PEER_MISSING. QUEUE_FAILED: no Redis is there, or it refuses.
   */
  static async open({ redis, queue = "labelmap" }: QueueOptions, isLasting = false): Promise<Connection> {
    const url = addressOf(redis);
    if (typeof queue !== "string" || !/^[\w.-]+$/.test(queue)) {
      throw invalid("queue must be a name of letters, digits, dots, hyphens and underscores.");
    }
    const failed = (error: unknown) =>
      error instanceof BatchError ? error : new BatchError("QUEUE_FAILED", `Redis at ${reason(url, error)}`);
    const bullmq = await loadPeer("bullmq", () => import("bullmq"));
    const ioredis = await loadPeer("ioredis", () => import("ioredis"));
    const client = new ioredis.Redis(redis, {
      // What is asked while Redis is away waits for it, as BullMQ wants it.
      maxRetriesPerRequest: null,
      // A worker's commands may wait for long: for a task, or for a Redis that is away.
      ...(isLasting ? {} : { commandTimeout: MOST_MILLISECONDS_TO_ANSWER }),
      retryStrategy: (tries) =>
        isLasting || tries <= MOST_TRIES ? Math.min(tries * 500, MOST_MILLISECONDS_BETWEEN_TRIES) : null,
    });
    // Each attempt to connect tells of itself; whoever waits for an answer is told in the end.
    client.on("error", () => {});
    try {
      const ready = new Promise<void>((resolve, reject) => {
        client.once("ready", resolve).once("error", reject);
      });
      await inTime(ready, MOST_MILLISECONDS_TO_BEGIN);
    } catch (error) {
      client.disconnect();
      throw failed(error);
    }
    const closeCopies = watchCopies(client);
    const bullQueue = new bullmq.Queue<QueueTask>(queue, { connection: client });
    bullQueue.on("error", () => {});
    return new Connection(client, bullQueue, failed, closeCopies);
  }

  /** What is asked of Redis. @throws {BatchError} QUEUE_FAILED */
  async ask<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** An error of the connection or the queue as ours: QUEUE_FAILED. */
  failed(error: unknown): BatchError {
    return this.#failed(error);
  }

  async close(): Promise<void> {
    await this.queue.close().catch(() => {});
    this.client.disconnect();
    this.#closeCopies();
  }
}

/**
 * A worker of BullMQ waits for tasks on a copy of the client. If Redis is away or says nothing while the worker closes,
 * BullMQ takes its listeners off the copy and then connects it again: it would stay open and print its errors.
 *
 * @returns a function that closes all copies for good.
 */
function watchCopies(client: Redis): () => void {
  const copies: Redis[] = [];
  let isClosed = false;
  const duplicate = client.duplicate.bind(client);
  client.duplicate = (options) => {
    const copy = duplicate(options);
    copies.push(copy);
    copy.on("error", () => {});
    copy.on("connecting", () => {
      if (isClosed) copy.disconnect();
    });
    return copy;
  };
  return () => {
    isClosed = true;
    for (const copy of copies) copy.disconnect();
  };
}

/** The messages do not quote it: it may hold a password. @throws {DecodeError} OPTION_INVALID */
function addressOf(redis: unknown): URL {
  const url = typeof redis === "string" && URL.canParse(redis) ? new URL(redis) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol)) {
    throw invalid("redis must be of the form redis://host:port.");
  }
  // The client would take it from there as well, where nobody looks for it.
  if (/password/i.test([...url.searchParams.keys()].join())) {
    throw invalid("redis must have its password before the host: redis://:password@host:port.");
  }
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    throw invalid("redis has a user or password with a % that begins no escape; a % itself is written %25.");
  }
  return url;
}

/** What may never come. @throws an error of the code ETIMEDOUT where it does not come in time; its own */
export async function inTime<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = Object.assign(new Error("no answer"), { code: "ETIMEDOUT" });
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The host and what is wrong with it. */
function reason({ hostname, port, password }: URL, error: unknown): string {
  const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
  const advice: Record<string, string> = {
    ECONNREFUSED: "nothing listens there; start Redis, or set its address right",
    ENOTFOUND: "the host's name is not known",
    ETIMEDOUT: "no answer",
  };
  const spellings = [password, decodeURIComponent(password)].filter((spelling) => spelling !== "");
  const clean = spellings.reduce((text, spelling) => text.replaceAll(spelling, "[password]"), message);
  return `${hostname}:${port || 6379}: ${advice[code] ?? clean}`;
}
