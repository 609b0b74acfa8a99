/**
 * `labelmap/dataset`: reports what is in a dataset, changes class ids, computes loss weights, and splits it for training.
 * Re-exports only.
 */

export { type PairedPaths, type PairFilesOptions, type PathPair, pairFiles } from "../formats/pair-files.js";
export { type ClassWeightOptions, classWeights } from "./class-weights.js";
export { formatReport } from "./format-report.js";
export { type IdTable, type RemapOptions, type Remapped, type RemapTableOptions, remap } from "./remap.js";
export {
  type CountedMap,
  type DatasetEntry,
  DatasetReport,
  type DatasetReportOptions,
  reportDataset,
} from "./report.js";
export type { ClassCount, ClassOccurrence, ColorConflict, DatasetReportJSON } from "./report-data.js";
export { partOf, type Shares, type SplitOptions, split } from "./split.js";
export {
  presentClasses,
  type SplitEntry,
  type StratifiedSplitOptions,
  stratifiedSplit,
} from "./stratified-split.js";
