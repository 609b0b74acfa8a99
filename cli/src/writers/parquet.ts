/**
 * Parquet for Hugging Face's `datasets`: `load_dataset(FOLDER)` gives images, masks and the names of the classes.
 *
 * hyparquet-writer writes it: 540 KB with the reader that it needs, and no other dependency. parquet-wasm and Arrow take
 * several megabytes.
 */

import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { ClassList, Issue } from "labelmap";
import { invalid } from "labelmap/checks";
import type { FileSink, ItemsToWrite, WrittenSet } from "labelmap/formats";
import { classLabels, featuresOf, schemaOf } from "./hugging-face-schema.js";
import { Losses } from "./losses.js";
import { checkSampleOptions, classesOf, type Sample, type SampleOptions, samplesOf } from "./samples.js";

export interface ParquetOptions extends SampleOptions {
  /** How names and numbers are packed. PNGs and photos are packed already. Default `"snappy"`. */
  readonly codec?: "snappy" | "uncompressed";
}

/** Readers unpack a group at once. Hugging Face advises groups of 100 images (`ParquetWriter` of datasets). */
const ROWS_OF_GROUP = 100;
const BYTES_OF_GROUP = 2 ** 25;

/**
 * Writes a set as `data/SPLIT-00000.parquet`, `data/SPLIT-00001.parquet` …, and a `README.md` that tells `datasets` which file
 * belongs to which part. Images without a part are in `train`. The columns:
 *
 *   name           the image's name
 *   image          the photo, if `photos` is given: its bytes as they are, and its name
 *   mask           a grey PNG of 8 or 16 bits, whose samples are class ids
 *   width, height  in pixels
 *   classes        the ids of the classes that have pixels; the features have their names
 *
 * The metadata `labelmap` is the class list as JSON. Pixels of the masks are class ids, so objects are lost. The issues count
 * them.
 *
 * @param options.classes the class list. Default: the list of the set
 * @param options.maxImages the most images of a file. Default 10,000
 * @param options.maxBytes the bytes after which the next file begins. Default 2^28 (256 MiB). For each part, a file is in memory.
 * @throws {ClassError} CLASS_UNKNOWN: the class list lacks a class that has pixels.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id is larger than 65,535.
 * @throws {FormatError} FORMAT_INVALID: two images have the same name, or a name may leave the folder.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function writeParquet(
  items: ItemsToWrite,
  sink: FileSink,
  options: ParquetOptions = {},
): Promise<WrittenSet> {
  checkSampleOptions(options, "codec");
  const { maxImages = 10_000, maxBytes = 2 ** 28, codec = "snappy", photos } = options;
  if (codec !== "snappy" && codec !== "uncompressed")
    throw invalid('codec must be "snappy" or "uncompressed".');
  const classes = await classesOf(items, options);
  const losses = new Losses();
  const open = () => new ParquetFile(classes, photos !== undefined, codec);
  const parts = new Map<string, { file: ParquetFile; number: number }>();
  let [images, files] = [0, 1];
  const flush = async (split: string, { file, number }: { file: ParquetFile; number: number }) => {
    await sink.write(`data/${split}-${String(number).padStart(5, "0")}.parquet`, file.finish());
    files++;
    parts.set(split, { file: open(), number: number + 1 });
  };
  for await (const sample of samplesOf(items, classes, options, losses)) {
    const { split } = sample;
    const part = parts.get(split ?? "train") ?? { file: open(), number: 0 };
    parts.set(split ?? "train", part);
    part.file.add(sample);
    images++;
    if (part.file.images >= maxImages || part.file.bytes >= maxBytes) await flush(split ?? "train", part);
  }
  for (const [split, part] of parts) if (part.file.images > 0) await flush(split, part);
  await sink.write("README.md", cardOf([...parts.keys()], classes));
  return { images, files, issues: [...losses.issues(), ...nameIssues(classes)] };
}

/** A file that is being written, in memory. */
class ParquetFile {
  readonly #bytes = new ByteWriter();
  readonly #hasPhotos: boolean;
  readonly #writer: ParquetWriter;
  /** The group of rows that is not written yet. */
  #rows: Sample[] = [];
  #groupBytes = 0;
  images = 0;
  /** About so many bytes, including the waiting rows. */
  bytes = 0;

  constructor(classes: ClassList, hasPhotos: boolean, codec: "snappy" | "uncompressed") {
    this.#hasPhotos = hasPhotos;
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaOf(hasPhotos),
      codec: codec === "snappy" ? "SNAPPY" : "UNCOMPRESSED",
      kvMetadata: [
        { key: "huggingface", value: featuresOf(hasPhotos, classLabels(classes)) },
        { key: "labelmap", value: JSON.stringify(classes) },
      ],
      createdBy: "labelmap",
    });
  }

  add(sample: Sample): void {
    const size = sample.mask.length + (sample.photo?.bytes.length ?? 0) + sample.name.length;
    this.#rows.push(sample);
    this.images++;
    this.bytes += size;
    this.#groupBytes += size;
    if (this.#rows.length >= ROWS_OF_GROUP || this.#groupBytes >= BYTES_OF_GROUP) this.#writeGroup();
  }

  #writeGroup(): void {
    const rows = this.#rows;
    if (rows.length === 0) return;
    const column = <T>(name: string, take: (row: Sample) => T) => ({ name, data: rows.map(take) });
    // Bytes of images have no useful minimum, and no two are the same.
    const images = (name: string, take: (row: Sample) => { bytes: Uint8Array; path: string } | null) => ({
      ...column(name, take),
      ...{ codec: "UNCOMPRESSED" as const, encoding: "PLAIN" as const, statistics: false },
    });
    const photo = ({ name, photo: found }: Sample) =>
      found === null ? null : { bytes: found.bytes, path: `${baseOf(name)}${found.ending}` };
    this.#writer.write({
      columnData: [
        column("name", ({ name }) => name),
        ...(this.#hasPhotos ? [images("image", photo)] : []),
        images("mask", ({ name, mask }) => ({ bytes: mask, path: `${baseOf(name)}.png` })),
        column("width", ({ width }) => width),
        column("height", ({ height }) => height),
        column("classes", ({ classes }) => classes.map(({ id }) => BigInt(id))),
      ],
      rowGroupSize: rows.length,
    });
    this.#rows = [];
    this.#groupBytes = 0;
  }

  finish(): Uint8Array {
    this.#writeGroup();
    this.#writer.finish();
    return this.#bytes.getBytes();
  }
}

const baseOf = (name: string) => name.slice(name.lastIndexOf("/") + 1);

/** The dataset card: YAML that `datasets` reads, and a text for people. JSON strings are YAML strings. */
function cardOf(splits: readonly string[], { classes, voidId, ignoreId }: ClassList): string {
  const files = splits.map(
    (split) =>
      `  - split: ${JSON.stringify(split)}\n    path: ${JSON.stringify(`data/${split}-*.parquet`)}\n`,
  );
  const rows = classes.map(
    ({ id, name }) =>
      `| ${id} | ${name.replaceAll(/[|\\]|\s/g, (mark) => (/\s/.test(mark) ? " " : `\\${mark}`))} |\n`,
  );
  return `---
task_categories:
- image-segmentation
configs:
- config_name: default
  data_files:
${files.join("")}---

The pixels of \`mask\` are class ids. Pixels without a class are ${voidId}, and pixels to ignore are ${ignoreId}.

| id | class |
| --- | --- |
${rows.join("")}`;
}

function nameIssues(classes: ClassList): Issue[] {
  if (classLabels(classes) !== null) return [];
  const message =
    "some class ids are negative or above 4095, so the column `classes` has no names. They are in the README and in the metadata `labelmap`.";
  return [{ code: "class-names-not-in-features", message }];
}
