/// <reference types="node" />
/**
 * The connection to Redis, with its errors as `BatchError`. The password may be in the address, in the fields of an error,
 * and in text that a server repeats. So only the text of an error is passed on, with the password removed.
 */

import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { invalid } from "labelmap/checks";
import { BatchError } from "../batch/batch-error.js";
import { loadPeer } from "./peers.js";
import type { QueueOptions } from "./queue-options.js";
import type { QueueTask } from "./queue-task.js";

/** Commands that inspect the queue give up after this many tries, some 20 seconds, if Redis cannot be reached. */
const MOST_TRIES = 12;
const MOST_MILLISECONDS_BETWEEN_TRIES = 3000;
/** If Redis accepts the connection but does not answer within this time, it counts as unreachable. */
const MOST_MILLISECONDS_TO_BEGIN = 10_000;
/** The limit for each answer to commands that inspect the queue. It is longer than all tries together. */
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
   * @param isLasting whether to wait without limit if the connection to Redis is lost.
   * @throws {DecodeError} OPTION_INVALID.
   * @throws {BatchError} PEER_MISSING. QUEUE_FAILED: Redis cannot be reached, or refuses the connection.
   */
  static async open({ redis, queue = "labelmap" }: QueueOptions, isLasting = false): Promise<Connection> {
    const url = addressOf(redis);
    if (typeof queue !== "string" || !/^[\w.-]+$/.test(queue)) {
      throw invalid("queue must be a name that consists of letters, digits, dots, hyphens and underscores.");
    }
    const failed = (error: unknown) =>
      error instanceof BatchError ? error : new BatchError("QUEUE_FAILED", `Redis at ${reason(url, error)}`);
    const bullmq = await loadPeer("bullmq", () => import("bullmq"));
    const ioredis = await loadPeer("ioredis", () => import("ioredis"));
    const client = new ioredis.Redis(redis, {
      // Requests wait while Redis cannot be reached. BullMQ requires this.
      maxRetriesPerRequest: null,
      // A worker's requests may take long: they wait for a task, or for Redis to come back.
      ...(isLasting ? {} : { commandTimeout: MOST_MILLISECONDS_TO_ANSWER }),
      retryStrategy: (tries) =>
        isLasting || tries <= MOST_TRIES ? Math.min(tries * 500, MOST_MILLISECONDS_BETWEEN_TRIES) : null,
    });
    // An error is emitted for each attempt to connect. Ignore them: pending requests fail in the end if no attempt succeeds.
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

  /** Runs a request to Redis. @throws {BatchError} QUEUE_FAILED */
  async ask<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Turns an error of the connection or the queue into QUEUE_FAILED. */
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

/**
 * Checks the address. The messages do not quote it, because it may contain a password.
 * @throws {DecodeError} OPTION_INVALID
 */
function addressOf(redis: unknown): URL {
  const url = typeof redis === "string" && URL.canParse(redis) ? new URL(redis) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol)) {
    throw invalid("redis must be an address of the form redis://host:port.");
  }
  // The client would also accept a password from the query, but it would not be removed from messages.
  if (/password/i.test([...url.searchParams.keys()].join())) {
    throw invalid("redis must have its password before the host: redis://:password@host:port.");
  }
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    throw invalid("redis has a user or password with an invalid % escape; write the character % as %25.");
  }
  return url;
}

/**
 * Waits for an answer that may never come.
 * @throws an error with the code ETIMEDOUT if it is late; the answer's own error
 */
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

/** The host, and what is wrong. */
function reason({ hostname, port, password }: URL, error: unknown): string {
  const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
  const advice: Record<string, string> = {
    ECONNREFUSED: "nothing listens there; start Redis, or correct the address",
    ENOTFOUND: "the host name is unknown; correct the address",
    ETIMEDOUT: "no answer",
  };
  const spellings = [password, decodeURIComponent(password)].filter((spelling) => spelling !== "");
  const clean = spellings.reduce((text, spelling) => text.replaceAll(spelling, "[password]"), message);
  return `${hostname}:${port || 6379}: ${advice[code] ?? clean}`;
}
