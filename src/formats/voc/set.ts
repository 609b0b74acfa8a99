/**
 * Whole data sets of Pascal VOC: `SegmentationClass/`, `SegmentationObject/`, `JPEGImages/` and the lists of
 * `ImageSets/Segmentation/` (PASCAL VOC2012 development kit). Sets with classes of their own have a `labelmap.txt`, as
 * datumaro and CVAT write and read it (datumaro, `plugins/voc_format`). Palette PNGs and RGB are read.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys } from "../../checks/describe.js";
import type { LimitOptions } from "../../decode/limits.js";
import { FormatError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { pascalVoc } from "../../legend/palettes/pascal-voc.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import { ImageSetLists } from "../shared/image-sets.js";
import { labelmapTxtOf } from "../shared/labelmap-classes.js";
import { classListFrom } from "../shared/set-reading.js";
import { classesFor, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { readVocFolders } from "./folders.js";
import { voc } from "./index.js";
import { decodeVoc, type VocReadOptions } from "./read.js";
import { encodeVoc, type VocOptions } from "./write.js";

/** How a set of Pascal VOC is read. */
export interface VocSetReadOptions extends VocReadOptions, LimitOptions {
  /** Only the images that this list has: `train`, `val`. Default: all masks. */
  readonly split?: string;
}

/** How a set of Pascal VOC is written. */
export interface VocSetOptions extends WriteSetOptions, Pick<VocOptions, "border" | "pixels"> {}

/**
 * Reads a set of Pascal VOC. Names and numbers of the classes come from the options, then from `labelmap.txt`, then from
 * VOC's own list. An image without a PNG in `SegmentationObject/` has no objects, and an issue says so.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no mask, or a list or `labelmap.txt` is malformed.
 */
export async function readVocSet<const Given extends object = VocSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, VocSetReadOptions>,
): Promise<DataSet>;
export async function readVocSet(source: FileSource, options: VocSetReadOptions = {}): Promise<DataSet> {
  const keys = "split by palette classes maxPixels maxBytes verify strict signal";
  checkKeys(checkOptions(options), keys, "the options");
  const { split, classes, palette, ...rest } = options;
  const isOwn = classes !== undefined || palette !== undefined;
  const abortable = abortableSource(source, options.signal);
  return readVocFolders(abortable, voc, split, async (labelmap) => {
    const named = isOwn ? { classes, palette } : await labelmap();
    const known = named ?? { classes: undefined, palette: undefined };
    const reading: VocReadOptions = {
      ...rest,
      ...(known.palette !== undefined && { palette: known.palette }),
      ...(known.classes !== undefined && { classes: known.classes }),
    };
    return {
      classes: () => known.classes ?? (isOwn ? namelessClasses() : vocClasses()),
      decode: (files) => decodeVoc(files, reading),
    };
  });
}

function vocClasses(): ClassList {
  const classes = pascalVoc.entries.filter(({ isVoid }) => !isVoid);
  return classListFrom(classes.map(({ id, name }) => ({ id, name, isThing: id > 0 })));
}

function namelessClasses(): never {
  throw new FormatError("FORMAT_INVALID", voc.title, "the palette has no names; give the classes too.");
}

/**
 * Writes a set of Pascal VOC, with the class ids of the list. `labelmap.txt` says what they are. Names stay, so an image
 * `a/b` is `SegmentationClass/a/b.png`.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a class id or an object's number is above 254.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeVocSet<const Given extends object = VocSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, VocSetOptions>,
): Promise<WrittenSet>;
export async function writeVocSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: VocSetOptions = {},
): Promise<WrittenSet> {
  const { border, pixels, missing } = options;
  const writer = new SetWriter(sink, options, "train", "border pixels");
  const classes = await classesFor(items, options);
  const own = {
    ...(border !== undefined && { border }),
    ...(pixels !== undefined && { pixels }),
    ...(missing !== undefined && { missing }),
  };
  const lists = new ImageSetLists();
  const photoPath = (item: { name: string; photoEnding: string }) =>
    `JPEGImages/${item.name}${item.photoEnding}`;
  for await (const { name, split, map } of writer.open(items, photoPath)) {
    const files = encodeVoc(map, classes, own);
    writer.loseClasses(map, classes, name);
    writer.loseCrowds(map, name);
    await writer.write(`SegmentationClass/${name}.png`, files.segmentationClass);
    await writer.write(`SegmentationObject/${name}.png`, files.segmentationObject);
    lists.add(split, name);
  }
  for (const [path, text] of lists.files()) await writer.write(path, text);
  await writer.write("labelmap.txt", labelmapTxtOf(classes.classes));
  return writer.result();
}
