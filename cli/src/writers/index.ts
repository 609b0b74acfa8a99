/** Files that training code reads as a whole: Parquet and WebDataset. Re-exports only. */

export { type ParquetOptions, writeParquet } from "./parquet.js";
export type { SampleOptions } from "./samples.js";
export { writeWebDataset } from "./webdataset.js";
