/// <reference types="node" />
/** The flags that choose a queue. All commands of the cluster have them. */
import type { Command } from "commander";
import type { QueueOptions } from "./cluster/queue-options.js";
import { refusePassword } from "./secrets.js";

export interface QueueFlags {
  readonly redis?: string;
  readonly queue?: string;
}

const DEFAULT_REDIS = "redis://127.0.0.1:6379";

export function addQueueFlags(command: Command): void {
  command
    .option(
      "--redis <url>",
      `the address of Redis, without a password (default: the variable REDIS_URL, or ${DEFAULT_REDIS})`,
    )
    .option("--queue <name>", "the name of the queue, if one Redis has several (default: labelmap)");
}

/** @throws {UsageError} */
export function queueOptions({ redis, queue }: QueueFlags): QueueOptions {
  refusePassword(redis, "REDIS_URL");
  return {
    redis: redis ?? process.env.REDIS_URL ?? DEFAULT_REDIS,
    ...(queue === undefined ? {} : { queue }),
  };
}
