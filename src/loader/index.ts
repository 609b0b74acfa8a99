/**
 * `labelmap/loader`: thousands of masks for a training loop, decoded by workers, in memory that is used again. Re-exports
 * only.
 */

export type { ItemSource, MaskItem, PngSource } from "./items.js";
export type { LentMap, LoadedMap, MapBatch } from "./lent-map.js";
export { LoadError } from "./load-error.js";
export { loadMasks } from "./load-masks.js";
export type { LoadOptions } from "./load-options.js";
export type { FailedMask, Loaded, LoadedBatch, LoadedMask } from "./loaded.js";
export type { BytesSource, Signal, UrlSource } from "./platform.js";
export type { LoaderWorker } from "./worker-handle.js";
