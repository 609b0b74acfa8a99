/**
 * `labelmap/loader`: thousands of masks for a training loop, decoded by workers, in reused memory. Importing it
 * also makes the target `runs` and the options `crop` and `resize` work.
 */

import "../decode/register/geometry.js";
import "../decode/register/maps.js";

export type { ItemPng, ItemSource, MaskItem } from "./items.js";
export type { LentMap, LoadedMap, MapBatch } from "./lent-map.js";
export { LoadError } from "./load-error.js";
export { loadMasks } from "./load-masks.js";
export type { LoadOptions } from "./load-options.js";
export type { FailedMask, Loaded, LoadedBatch, LoadedMask } from "./loaded.js";
export type { PhotoContext, PhotoDecoder } from "./photos.js";
export type { BytesSource, ItemUrl, Signal } from "./platform.js";
export type { MapGeometry } from "./step-plan.js";
export {
  addStep,
  type CallStep,
  type CropStep,
  type FlipStep,
  type RandomCropStep,
  type RandomFlipStep,
  type RemapStep,
  type ResizeStep,
  type Step,
  type StepContext,
  type StepFunction,
} from "./steps.js";
export type { LoaderWorker } from "./worker-handle.js";
