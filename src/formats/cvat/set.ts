/**
 * Whole data sets of CVAT's "Segmentation mask 1.1": `labelmap.txt`, `SegmentationClass/`, `SegmentationObject/` and
 * `ImageSets/Segmentation/` (docs.cvat.ai, "Segmentation mask"; datumaro, `plugins/voc_format`).
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys } from "../../checks/describe.js";
import type { LimitOptions } from "../../decode/limits.js";
import { FormatError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { ImageSetLists } from "../shared/image-sets.js";
import { isBackground } from "../shared/labelmap-classes.js";
import { classesFor, countUnlabelled, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { readVocFolders } from "../voc/folders.js";
import { cvat } from "./index.js";
import { decodeColours } from "./read.js";
import { encodeCvat } from "./write.js";

/** How a set of CVAT is read. */
export interface CvatSetReadOptions extends LimitOptions, AbortableOptions {
  /** Only the images that this list has: `train`, `val`. Default: all masks. */
  readonly split?: string;
  /** The names of the classes that have objects. Default: every number is an object, of stuff too. */
  readonly things?: Iterable<string>;
}

/** How a set of CVAT is written. */
export interface CvatSetOptions extends WriteSetOptions {
  /** Whether stuff gets a number too, as CVAT needs it. Default true. */
  readonly numberStuff?: boolean;
}

/**
 * Reads an export of CVAT, unpacked. The ids of the classes are the lines of `labelmap.txt`, from 0, with the background
 * first. If all colours are Pascal VOC's, they are the places of the colours there.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no mask or no `labelmap.txt`, or it is malformed.
 */
export async function readCvatSet(source: FileSource, options: CvatSetReadOptions = {}): Promise<DataSet> {
  checkKeys(checkOptions(options), "split things maxPixels maxBytes verify strict signal", "the options");
  const { split, things, ...limits } = options;
  const named = things === undefined ? undefined : [...things];
  const abortable = abortableSource(source, options.signal);
  return readVocFolders(abortable, cvat, split, async (readLabelmap) => {
    const labelmap = await readLabelmap();
    if (labelmap === null) {
      const problem = "there is no labelmap.txt beside SegmentationClass/; read the set as voc";
      throw new FormatError("FORMAT_INVALID", cvat.title, `${problem}.`);
    }
    return {
      classes: () => labelmap.classes,
      decode: (files) => decodeColours(files, labelmap, named, limits),
    };
  });
}

/**
 * Writes a set that CVAT imports as "Segmentation mask 1.1". The lines of `labelmap.txt` are the classes in the order of
 * their ids, with the background first.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: more than 254 classes, or numbers in an image.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeCvatSet<const Given extends object = CvatSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, CvatSetOptions>,
): Promise<WrittenSet>;
export async function writeCvatSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: CvatSetOptions = {},
): Promise<WrittenSet> {
  const { numberStuff = true, missing = "error" } = options;
  const writer = new SetWriter(sink, options, "default", "numberStuff");
  const classes = await classesFor(items, options);
  const lists = new ImageSetLists();
  let labelmap: string | undefined;
  for await (const { name, split, map } of writer.open(items, () => null)) {
    const files = encodeCvat(map, classes, { numberStuff, missing });
    labelmap = files.labelmap;
    writer.loseClasses(map, classes, name);
    writer.lose("unlabelled-is-background", countUnlabelled(map), name);
    if (numberStuff) countNumbered(writer, map, classes, name);
    else writer.loseCrowds(map, name);
    await writer.write(`SegmentationClass/${name}.png`, files.segmentationClass);
    await writer.write(`SegmentationObject/${name}.png`, files.segmentationObject);
    lists.add(split, name);
  }
  for (const [path, text] of lists.files()) await writer.write(path, text);
  if (labelmap !== undefined) await writer.write("labelmap.txt", labelmap);
  return writer.result();
}

/** Counts the labels that get a number though they have none: stuff, and groups of objects that are not told apart. */
function countNumbered(writer: SetWriter, map: LabelledPixels, classes: ClassList, name: string): void {
  const isClass = new Set(classes.classes.map(({ id }) => id));
  const counted = map.labels.filter(({ instanceId }) => instanceId > 0);
  const things = new Set(counted.map(({ className }) => classes.idOf(className)));
  for (const { className, instanceId, isThing, pixelCount } of map.labels) {
    const id = classes.idOf(className);
    if (instanceId > 0 || pixelCount === 0 || isBackground(className) || !isClass.has(id ?? -1)) continue;
    writer.lose(isThing || things.has(id) ? "group-is-object" : "stuff-numbered", 1, name);
  }
}
