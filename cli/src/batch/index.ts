/** `labelmap-cli/batch`: decodes whole datasets into a directory, for Node. Re-exports only. */

export { BatchError } from "./batch-error.js";
export { type CollectedClasses, type CollectOptions, collectClasses } from "./collect-classes.js";
export type { DatasetReport, EncoderIssue, LeftOut } from "./dataset-files.js";
export { type DownloadSourcesOptions, downloadSources } from "./download-sources.js";
export { fromVendor, type VendorOptions } from "./from-vendor.js";
export { Manifest } from "./manifest.js";
export { openStorage } from "./open-storage.js";
export { FORMATS, type OutputFormat, type OutputOptions } from "./output-options.js";
export type { OutputPlan } from "./output-plan.js";
export { planOutput } from "./plan-output.js";
export { limitRate } from "./rate-limit.js";
export type { FileRecord, TaskRecord } from "./record.js";
export { type BatchOptions, type BatchProgress, type BatchSummary, runBatch } from "./run.js";
export {
  fromFiles,
  type LoadOptions,
  type MapSource,
  type Source,
  type SourceProvider,
  type Task,
  type VideoSource,
} from "./sources.js";
export type { Pieces, Storage } from "./storage.js";
export type { UnlabelledPixels } from "./unlabelled.js";
export { type Damage, type Verified, type VerifyOptions, verify } from "./verify.js";
