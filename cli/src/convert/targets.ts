/**
 * What `labelmap convert` writes: the formats of the library, and two that need packages which the library does not: Parquet
 * and WebDataset.
 */
import {
  type FileSink,
  FORMATS,
  type ItemsToWrite,
  type WritableSetFormat,
  type WrittenSet,
  writeSet,
} from "labelmap/formats";

/** The name of a format that is written. */
export type TargetName = WritableSetFormat | "parquet" | "webdataset";

/** A format that is written, for people. */
export interface Target {
  readonly name: TargetName;
  readonly title: string;
  readonly files: readonly string[];
  /** What is lost, in words. */
  readonly loses: string;
}

const OBJECTS_LOST = "objects: the pixels are class ids";

export const TARGETS: readonly Target[] = [
  ...FORMATS.flatMap(({ name, title, set, writes }) =>
    set !== undefined && writes
      ? [{ name: name as WritableSetFormat, title, files: set.files, loses: set.loses }]
      : [],
  ),
  {
    name: "parquet",
    title: "Parquet for Hugging Face datasets",
    files: ["data/SPLIT-00000.parquet: names, masks and photos", "README.md: which file is which part"],
    loses: OBJECTS_LOST,
  },
  {
    name: "webdataset",
    title: "WebDataset",
    files: ["SPLIT/shard-000000.tar: NAME.png, NAME.json and the photo", "classes.json: the classes"],
    loses: OBJECTS_LOST,
  },
];

/** @throws what `writeSet`, `writeParquet` and `writeWebDataset` throw */
export async function writeTarget(
  name: TargetName,
  items: ItemsToWrite,
  sink: FileSink,
  options: object,
): Promise<WrittenSet> {
  if (name === "parquet") return (await import("../writers/parquet.js")).writeParquet(items, sink, options);
  if (name === "webdataset") {
    return (await import("../writers/webdataset.js")).writeWebDataset(items, sink, options);
  }
  return writeSet(items, sink, { ...options, format: name } as never);
}
