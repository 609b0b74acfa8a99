/** `labelmap/playment`: the client of the vendor's HTTP API. It is separate from the core, which needs no network. */
export {
  type CallOptions,
  type MaskOptions,
  PlaymentClient,
  type PlaymentClientOptions,
  type WaitOptions,
} from "./client.js";
export type { DownloadProgress } from "./download.js";
export type { RetryOptions, Throttle } from "./http.js";
export type { Job } from "./job.js";
