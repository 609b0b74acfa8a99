/** Which queue to use. It has a file of its own, so that the declarations of the package need no type of bullmq or ioredis. */

export interface QueueOptions {
  /**
   * `redis://host:port`, or `rediss:` for TLS. It may contain a user and a password: read it from the environment, and do
   * not write it in code.
   */
  readonly redis: string;
  /** The name of the queue, if one Redis has several. Default `"labelmap"`. */
  readonly queue?: string;
}
