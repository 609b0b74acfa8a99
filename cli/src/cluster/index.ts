/**
 * `labelmap-cli/cluster`: processes one dataset on many machines that share a queue on Redis, for Node. Needs the packages
 * bullmq and ioredis, and @aws-sdk/client-s3 for outputs in S3-compatible storage. Re-exports only.
 */
export { type EnqueueOptions, type EnqueueProgress, type EnqueueSummary, enqueue } from "./enqueue.js";
export {
  type DeadTask,
  deadTasks,
  type QueueStatus,
  queueStatus,
  type RetryOptions,
  retryDead,
} from "./queue.js";
export type { QueueOptions } from "./queue-options.js";
export type { QueueTask } from "./queue-task.js";
export { type CollectSummary, collect, readRecords } from "./records.js";
export { runWorker, type WorkerOptions, type WorkerSummary } from "./worker.js";
