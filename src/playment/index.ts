/** `labelmap/playment`: the client of the vendor's HTTP API. It is separate from the core, which needs no network. */
export type { BatchJob } from "./batch.js";
export { PlaymentClient } from "./client.js";
export type { CallOptions, MaskOptions, PlaymentClientOptions, WaitOptions } from "./client-options.js";
export type { DownloadProgress } from "./download.js";
export type { RetryOptions, Throttle } from "./http.js";
export type { Job } from "./job.js";
export type { FrameLabel } from "./track-numbers.js";
export { type DecodedFrame, decodeFrame, type FrameOptions, type FramesOptions } from "./video-frame.js";
export {
  isVideoResult,
  parseVideoResult,
  type VideoAnnotation,
  type VideoFrame,
  type VideoResult,
  type VideoResultOptions,
} from "./video-result.js";
