/**
 * Parquet for Hugging Face's `datasets`: `load_dataset(FOLDER)` gives images, masks and the names of the classes.
 *
 * hyparquet-writer writes it: 540 KB with the reader that it needs, and no other dependency. parquet-wasm and Arrow take
 * several megabytes.
 */

import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { type ClassList, FormatError, type Issue } from "labelmap";
import { invalid, quote } from "labelmap/checks";
import type { FileSink, ItemsToWrite, WrittenSet } from "labelmap/formats";
import { classLabels, featuresOf, type MaskColumn, schemaOf } from "./hugging-face-schema.js";
import { Losses } from "./losses.js";
import { checkSampleOptions, classesOf, type Sample, type SampleOptions, samplesOf } from "./samples.js";

export interface ParquetOptions extends SampleOptions {
  /** How names and numbers are packed. PNGs and photos are packed already. Default `"snappy"`. */
  readonly codec?: "snappy" | "uncompressed";
  /**
   * What a mask is. `"png"`, the default: the bytes of a grey PNG, which `datasets` opens as an image. `"ids"`: the list of the
   * class ids, row by row, for programs without an image library.
   */
  readonly masks?: MaskColumn;
}

/** Readers unpack a group at once. Hugging Face advises groups of 100 images (`ParquetWriter` of datasets). */
const ROWS_OF_GROUP = 100;
const BYTES_OF_GROUP = 2 ** 25;
/** hyparquet-writer has about 40 bytes in memory for an id in a list, so a group has fewer ids than bytes of PNGs. */
const BYTES_OF_ID = 16;
/** A longer list would take more than a gigabyte in memory. */
const MOST_IDS = 2 ** 24;

/**
 * Writes a set as `data/SPLIT-00000.parquet`, `data/SPLIT-00001.parquet` …, and a `README.md` that tells `datasets` which file
 * belongs to which part. Images without a part are in `train`. The columns:
 *
 *   name           the image's name
 *   image          the photo, if `photos` is given: its bytes as they are, and its name
 *   mask           a grey PNG of 8 or 16 bits, whose samples are class ids; with `masks: "ids"` the list of the ids, int32
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
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id is larger than a PNG's 65,535.
 * @throws {FormatError} FORMAT_INVALID: two images have the same name, or a name may leave the folder. FORMAT_UNSUPPORTED: an
 *   image has too many pixels for a list, 2^24.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function writeParquet(
  items: ItemsToWrite,
  sink: FileSink,
  options: ParquetOptions = {},
): Promise<WrittenSet> {
  checkSampleOptions(options, "codec masks");
  const { maxImages = 10_000, maxBytes = 2 ** 28, codec = "snappy", masks = "png", photos } = options;
  if (codec !== "snappy" && codec !== "uncompressed")
    throw invalid('codec must be "snappy" or "uncompressed".');
  if (masks !== "png" && masks !== "ids") throw invalid('masks must be "png" or "ids".');
  const classes = await classesOf(items, options);
  const losses = new Losses();
  const open = () => new ParquetFile(classes, photos !== undefined, codec, masks);
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
  await sink.write("README.md", cardOf([...parts.keys()], classes, masks));
  return { images, files, issues: [...losses.issues(), ...nameIssues(classes)] };
}

/** A row that waits for its group. */
interface Row extends Omit<Sample, "mask" | "ids"> {
  /** The mask's PNG, or its ids. */
  readonly content: Uint8Array | Int32Array;
  /** The bytes that writing it takes, if these are more than its own. */
  readonly memory: number;
}

/** @throws {FormatError} FORMAT_UNSUPPORTED: the list would be too long. */
function checkLength({ name, width, height, ids }: Sample): Int32Array {
  if (ids.length <= MOST_IDS) return ids;
  const problem = `${quote(name)} has ${width}×${height} pixels, and a list of ids has at most ${MOST_IDS}`;
  const remedy = 'write PNGs with masks: "png", or make the masks smaller';
  throw new FormatError("FORMAT_UNSUPPORTED", "Parquet", `${problem}; ${remedy}.`);
}

/** A file that is being written, in memory. */
class ParquetFile {
  readonly #bytes = new ByteWriter();
  readonly #hasPhotos: boolean;
  readonly #masks: MaskColumn;
  readonly #writer: ParquetWriter;
  /** The group of rows that is not written yet. */
  #rows: Row[] = [];
  #groupBytes = 0;
  images = 0;
  /** About so many bytes, including the waiting rows. */
  bytes = 0;

  constructor(classes: ClassList, hasPhotos: boolean, codec: "snappy" | "uncompressed", masks: MaskColumn) {
    this.#hasPhotos = hasPhotos;
    this.#masks = masks;
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaOf(hasPhotos, masks),
      codec: codec === "snappy" ? "SNAPPY" : "UNCOMPRESSED",
      kvMetadata: [
        { key: "huggingface", value: featuresOf(hasPhotos, classLabels(classes), masks) },
        { key: "labelmap", value: JSON.stringify(classes) },
      ],
      createdBy: "labelmap",
    });
  }

  add(sample: Sample): void {
    const row: Row =
      this.#masks === "png"
        ? { ...sample, content: sample.mask(), memory: 0 }
        : { ...sample, content: checkLength(sample), memory: sample.ids.length * BYTES_OF_ID };
    const size = row.content.byteLength + (sample.photo?.bytes.length ?? 0) + sample.name.length;
    this.#rows.push(row);
    this.images++;
    this.bytes += size;
    this.#groupBytes += Math.max(size, row.memory);
    if (this.#rows.length >= ROWS_OF_GROUP || this.#groupBytes >= BYTES_OF_GROUP) this.#writeGroup();
  }

  #writeGroup(): void {
    const rows = this.#rows;
    if (rows.length === 0) return;
    const column = <T>(name: string, take: (row: Row) => T) => ({ name, data: rows.map(take) });
    // Bytes of images have no useful minimum, and no two are the same.
    const images = (name: string, take: (row: Row) => { bytes: Uint8Array; path: string } | null) => ({
      ...column(name, take),
      ...{ codec: "UNCOMPRESSED" as const, encoding: "PLAIN" as const, statistics: false },
    });
    const photo = ({ name, photo: found }: Row) =>
      found === null ? null : { bytes: found.bytes, path: `${baseOf(name)}${found.ending}` };
    this.#writer.write({
      columnData: [
        column("name", ({ name }) => name),
        ...(this.#hasPhotos ? [images("image", photo)] : []),
        this.#masks === "png"
          ? images("mask", ({ name, content }) => ({
              bytes: content as Uint8Array,
              path: `${baseOf(name)}.png`,
            }))
          : // The writer takes no typed array for a list.
            column("mask", ({ content }) => Array.from(content)),
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
function cardOf(
  splits: readonly string[],
  { classes, voidId, ignoreId }: ClassList,
  masks: MaskColumn,
): string {
  const about =
    masks === "png"
      ? "The pixels of `mask` are class ids."
      : "`mask` is the list of the class ids of all pixels, row by row: `numpy.reshape(mask, (height, width))`.";
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

${about} Pixels without a class are ${voidId}, and pixels to ignore are ${ignoreId}.

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
