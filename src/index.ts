/**
 * `labelmap`: colour-coded segmentation masks to dense label maps. Re-exports only. The client of the vendor's HTTP API is
 * a separate entry point, `labelmap/playment`.
 */

export type { ConstOnly, OrConst } from "./checks/const-options.js";
export type { ConstOptions, DecodedBy } from "./decode/const-options.js";
export { decodeMask, decodeMaskSync, type InitOptions, init } from "./decode/decode.js";
export {
  type AsyncDecodeOptions,
  checkDecodeOptions,
  type DecodeOptions,
} from "./decode/decode-options.js";
export type { MaskInfo } from "./decode/described.js";
export type {
  BlobInput,
  MaskInput,
  PngSource,
  RequestInput,
  ResponseInput,
  SignalInput,
  SignalOptions,
  StreamInput,
  UrlInput,
} from "./decode/input-types.js";
export { labelPixels } from "./decode/label-pixels.js";
export { DEFAULT_LIMITS, type LimitOptions } from "./decode/limits.js";
export type { Transparent } from "./decode/mask-info.js";
export type { SnapToNeighbours } from "./decode/neighbours.js";
export type { PngInput } from "./decode/png-input.js";
export type { ResultInput } from "./decode/result-input.js";
export type { SnapOptions, SnapToNearest } from "./decode/snap.js";
export type {
  Decoded,
  DenseTarget,
  ReusedArrays,
  RunsMap,
  RunsTarget,
  Target,
  TargetMap,
} from "./decode/targets.js";
export type { ModuleSource, ResponseSource, UrlSource, WasmSource } from "./decode/wasm/source.js";
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
export type { Crop, Resize } from "./geometry/area.js";
export {
  type ClassEntry,
  ClassList,
  type ClassListJSON,
  type ClassListOptions,
} from "./legend/class-list.js";
export type { CountedColor, Legend, LegendEntry, LegendInput } from "./legend/legend.js";
export {
  type ClassBy,
  type Identity,
  type Instance,
  identifyEntries,
  parseResult,
  type SegmentationResult,
} from "./legend/result.js";
export type { DenseMap, LabelArray } from "./maps/dense-map.js";
export type { Label, Snapped, Unlabelled } from "./maps/label.js";
export {
  type ImageDataShape,
  LabelMap,
  type LabelMapInit,
  type LabelMapSummary,
  type MaskImageData,
} from "./maps/label-map.js";
export { LabelRuns, type LabelRunsInit, type RunsInput } from "./maps/label-runs.js";
export type { Releasable } from "./maps/released.js";
export type {
  ClassViewOptions,
  Dtype,
  InstanceView,
  LabelView,
  PanopticOptions,
  PanopticView,
  SemanticView,
  SourceClassOptions,
  View,
  ViewArrays,
  ViewOptions,
} from "./maps/views.js";
export { version } from "./version.js";
