/**
 * `labelmap`: colour-coded segmentation masks to dense label maps. The public interface, re-exports only;
 * the vendor's HTTP API is a separate entry point, `labelmap/playment`.
 */
export { type ClassEntry, ClassList, type ClassListJSON, type ClassListOptions } from "./classes.js";
export {
  type DecodeOptions,
  decodeMask,
  decodeMaskSync,
  type InitOptions,
  init,
  labelPixels,
  type PngInput,
  type ResultInput,
} from "./decode.js";
export type { DenseMap, LabelArray } from "./dense-map.js";
export {
  ClassError,
  DecodeError,
  ERROR_CODES,
  type ErrorCode,
  FormatError,
  type Issue,
  LabelMapError,
  LegendError,
  PlaymentError,
  PngError,
  ResultError,
  ValueRangeError,
} from "./errors.js";
export {
  type ClassViewOptions,
  type Dtype,
  type Label,
  LabelMap,
  type LabelMapInit,
  type PanopticOptions,
  type Unlabelled,
  type ViewArrays,
  type ViewOptions,
} from "./label-map.js";
export { LabelRuns, type LabelRunsInit, type RunsInput } from "./label-runs.js";
export { type Legend, type LegendEntry, type LegendInput, parseLegend } from "./legend.js";
export { type ClassBy, type Instance, parseResult, type SegmentationResult } from "./result.js";
