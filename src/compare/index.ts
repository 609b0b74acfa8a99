/** `labelmap/compare`: compares a model's output or another annotator's mask with a reference. Re-exports only. */
export {
  type ClassScores,
  Comparison,
  type ComparisonOptions,
  type ComparisonResult,
  compare,
  type ImageScores,
  type PanopticMeans,
} from "./comparison.js";
export type { MeanScores, PixelScores } from "./confusion.js";
export type { ClassQuality, MeanQuality } from "./panoptic.js";
export type { ComparableMap } from "./segments.js";
export type { SupercategoryScores } from "./supercategories.js";
