/**
 * WebDataset: tar files of samples, which training reads from start to end (github.com/webdataset/webdataset, "The WebDataset
 * Format"). The files of a sample lie one after the other and have the same name up to the first dot:
 *
 *   street_1.png    the mask, grey, whose samples are class ids
 *   street_1.json   its name, size and classes
 *   street_1.jpg    the photo; a PNG is `street_1.image.png`
 *
 * modern-tar packs them: one package of 110 KB without dependencies. tar-stream brings twelve more packages, of seven
 * megabytes.
 */

import { FormatError } from "labelmap";
import { quote } from "labelmap/checks";
import type { FileSink, ItemsToWrite, WrittenSet } from "labelmap/formats";
import { packTar, type TarEntry } from "modern-tar";
import { Losses } from "./losses.js";
import { checkSampleOptions, classesOf, type Sample, type SampleOptions, samplesOf } from "./samples.js";

/** The header of an entry, and the size that entries are filled up to. */
const TAR_BLOCK_BYTES = 512;

/**
 * Writes a set as WebDataset: `shard-000000.tar`, `shard-000001.tar` …, and `classes.json`, the class list. If images belong
 * to parts, each part has a folder: `train/shard-000000.tar`. Samples are in the order of the items. The same items make the
 * same bytes.
 *
 * Pixels of the masks are class ids, so objects are lost. The issues count them.
 *
 * @param options.classes the class list. Default: the list of the set
 * @param options.maxImages the most images of a shard. Default 10,000
 * @param options.maxBytes the bytes after which the next shard begins. Default 2^28 (256 MiB). For each part, a shard is in
 *   memory, and while it is packed, once more.
 * @throws {ClassError} CLASS_UNKNOWN: the class list lacks a class that has pixels.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id is larger than 65,535.
 * @throws {FormatError} FORMAT_INVALID: two images have the same name, or a name may leave the folder.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function writeWebDataset(
  items: ItemsToWrite,
  sink: FileSink,
  options: SampleOptions = {},
): Promise<WrittenSet> {
  checkSampleOptions(options);
  const { maxImages = 10_000, maxBytes = 2 ** 28 } = options;
  const classes = await classesOf(items, options);
  const losses = new Losses();
  const shards = new Map<string, Shard>();
  const nameOfKey = new Map<string, string>();
  let [images, files] = [0, 1];
  const flush = async (folder: string, { entries, number }: Shard) => {
    await sink.write(`${folder}shard-${String(number).padStart(6, "0")}.tar`, await packTar(entries));
    files++;
    shards.set(folder, { entries: [], bytes: 0, images: 0, number: number + 1 });
  };
  for await (const sample of samplesOf(items, classes, options, losses)) {
    const { name, split } = sample;
    const folder = split === null ? "" : `${split}/`;
    const key = keyOf(name);
    const other = nameOfKey.get(key);
    if (other !== undefined) throw sameKey(name, other, key);
    nameOfKey.set(key, name);
    losses.add("name-changed", key === name ? 0 : 1, name);
    const shard = shards.get(folder) ?? { entries: [], bytes: 0, images: 0, number: 0 };
    shards.set(folder, shard);
    for (const entry of entriesOf(sample, key)) {
      shard.entries.push(entry);
      shard.bytes += TAR_BLOCK_BYTES + Math.ceil(entry.header.size / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
    }
    shard.images++;
    images++;
    if (shard.images >= maxImages || shard.bytes >= maxBytes) await flush(folder, shard);
  }
  for (const [folder, shard] of shards) if (shard.images > 0) await flush(folder, shard);
  await sink.write("classes.json", JSON.stringify(classes));
  return { images, files, issues: losses.issues() };
}

interface Shard {
  readonly entries: TarEntry[];
  bytes: number;
  images: number;
  readonly number: number;
}

/** The name of a sample: no dot in its last part, since the name ends there. */
function keyOf(name: string): string {
  const slash = name.lastIndexOf("/") + 1;
  return name.slice(0, slash) + name.slice(slash).replaceAll(".", "_");
}

function sameKey(name: string, other: string, key: string): FormatError {
  const problem = `${quote(name)} and ${quote(other)} would both be the sample ${quote(key)}`;
  return new FormatError("FORMAT_INVALID", "WebDataset", `${problem}; give one another name.`);
}

function* entriesOf(
  { name, split, width, height, mask, classes, photo }: Sample,
  key: string,
): Generator<TarEntry> {
  if (photo !== null) {
    // The mask has the ending .png.
    const ending =
      photo.ending === ".png" || photo.ending === ".json"
        ? `.image${photo.ending}`
        : photo.ending || ".image";
    yield entryOf(`${key}${ending}`, photo.bytes);
  }
  yield entryOf(`${key}.png`, mask());
  const json = { name, ...(split !== null && { split }), width, height, classes };
  yield entryOf(`${key}.json`, new TextEncoder().encode(JSON.stringify(json)));
}

/** Without times and owners, so that the same samples make the same bytes. */
function entryOf(name: string, body: Uint8Array): TarEntry {
  return { header: { name, size: body.length, mode: 0o644, mtime: new Date(0) }, body };
}
