/**
 * `labelmap`: colour-coded segmentation masks to dense label maps. The public interface, re-exports only;
 * the vendor's HTTP API is a separate entry point, `labelmap/playment`.
 */
export { type ClassEntry, ClassList, type ClassListJSON, type ClassListOptions } from "./classes.js";
export { decodeMask, decodeMaskSync, type InitOptions, init } from "./decode.js";
export type { DecodeOptions, LimitOptions, PngInput, ResultInput } from "./decode-options.js";
export type { DenseMap, LabelArray } from "./dense-map.js";
export {
  ClassError,
  DecodeError,
  type ErrorCode,
  FormatError,
  type Issue,
  LabelMapError,
  LegendError,
  PlaymentError,
  type PlaymentErrorContext,
  PngError,
  ResultError,
  ValueRangeError,
} from "./errors.js";
export { type Label, LabelMap, type LabelMapInit, type Snapped, type Unlabelled } from "./label-map.js";
export { labelPixels } from "./label-pixels.js";
export { LabelRuns, type LabelRunsInit, type RunsInput } from "./label-runs.js";
export { type Legend, type LegendEntry, type LegendInput, parseLegend } from "./legend.js";
export type { MaskInfo } from "./mask-info.js";
export { type ClassBy, type Instance, parseResult, type SegmentationResult } from "./result.js";
export type { SnapOptions } from "./snap.js";
export type {
  Crop,
  Decoded,
  DenseTarget,
  Resize,
  ReusedArrays,
  RunsMap,
  RunsTarget,
  Target,
  TargetMap,
} from "./targets.js";
export type {
  ClassViewOptions,
  Dtype,
  InstanceView,
  LabelView,
  PanopticOptions,
  PanopticView,
  SemanticView,
  View,
  ViewArrays,
  ViewOptions,
} from "./views.js";
export type { WasmSource } from "./wasm/module.js";
