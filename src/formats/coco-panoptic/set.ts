/**
 * Whole data sets of COCO panoptic: `annotations/panoptic_SPLIT.json`, the PNGs in the folder of the same name, and the photos
 * in `SPLIT/` ("COCO data format", section 4, cocodataset.org; panopticapi at 7bb4655).
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { LimitOptions } from "../../decode/limits.js";
import { FormatError, type Issue } from "../../errors.js";
import type { ClassEntry } from "../../legend/class-list.js";
import { readJson } from "../files.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { addCategories } from "../shared/class-union.js";
import { type CocoImage, cocoImage, cocoPhotoPath } from "../shared/coco-images.js";
import { arrayAt, objectAt } from "../shared/fields.js";
import { finderOf } from "../shared/find-files.js";
import { imageIds } from "../shared/image-ids.js";
import { type SegmentOptions, thingIds } from "../shared/segments.js";
import {
  classListFrom,
  dataSetOf,
  folderOf,
  joinPaths,
  type ListedItem,
  pathsOf,
  withoutEnding,
} from "../shared/set-reading.js";
import { classesFor, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { thingFinder } from "../shared/things.js";
import { detect } from "./detect.js";
import { cocoPanoptic } from "./index.js";
import { type CocoPanopticAnnotation, FORMAT } from "./json.js";
import { decodeCocoPanoptic } from "./read.js";
import { cocoPanopticDataset, encodeCocoPanoptic } from "./write.js";

/** How a set of COCO panoptic is read. */
export interface CocoPanopticSetReadOptions extends LimitOptions, AbortableOptions {
  /** Only the images of this part: `val2017` of `panoptic_val2017.json`. Default: all parts. */
  readonly split?: string;
}

/** How a set of COCO panoptic is written. */
export interface CocoPanopticSetOptions extends WriteSetOptions {
  /**
   * The names of the thing classes. Default: the classes that the list calls things, and those of which an image has an
   * object or a label that is a thing.
   */
  readonly things?: Iterable<string>;
  /** What an object of a thing class is if its label has no number. Default `"numbered"`: a group, `iscrowd`. */
  readonly objects?: SegmentOptions["objects"];
  /** For `objects: "components"`: the least area of an object, in pixels. Smaller ones are left out. Default 1. */
  readonly minArea?: number;
}

/**
 * Reads a set of COCO panoptic. Every JSON file with `segments_info` is a part of the set. The PNG of an annotation is in the
 * folder that has the name of the JSON file, beside the JSON file, or the only one of its name anywhere.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no such JSON file, or one is malformed.
 */
export async function readCocoPanopticSet(
  source: FileSource,
  options: CocoPanopticSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(checkOptions(options), "split maxPixels maxBytes verify strict signal", "the options");
  const { split: wanted, ...limits } = options;
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const find = finderOf(paths);
  const listed: ListedItem[] = [];
  const issues: Issue[] = [];
  const classes = new Map<number, ClassEntry>();
  const parts: string[] = [];
  for (const { path, json } of await annotationFiles(abortable, paths)) {
    const stem = withoutEnding(path.slice(path.lastIndexOf("/") + 1));
    const split = /panoptic[_-](.+)$/i.exec(stem)?.[1] ?? null;
    if (wanted !== undefined && split !== wanted) continue;
    const folder = folderOf(path);
    const { categories } = json;
    if (categories !== undefined) addCategories(classes, categories, path);
    const photoOfImage = new Map<unknown, string>();
    for (const [place, image] of arrayAt(json.images ?? [], "images", path).entries()) {
      const { id, file_name: file } = objectAt(image, `images[${place}]`, path);
      if (typeof file === "string") photoOfImage.set(id, file);
    }
    const missing: string[] = [];
    for (const [place, item] of arrayAt(json.annotations, "annotations", path).entries()) {
      const annotation = objectAt(item, `annotations[${place}]`, path);
      const { file_name: file, image_id: imageId } = annotation;
      if (typeof file !== "string") throw malformed(path, `annotations[${place}].file_name: is no string.`);
      const mask = find(file, joinPaths(folder, `${stem}/${file}`), joinPaths(folder, file));
      if (mask === null) {
        missing.push(file);
        continue;
      }
      const photoFile = photoOfImage.get(imageId);
      const photo =
        photoFile === undefined ? null : find(photoFile, `${split ?? "images"}/${photoFile}`, photoFile);
      const decodeOptions = { ...limits, ...(categories !== undefined && { categories }) };
      listed.push({
        ...{ name: withoutEnding(file), mask, photo: photo === mask ? null : photo, split },
        decode: async () =>
          decodeCocoPanoptic(
            await abortable.read(mask),
            annotation as unknown as CocoPanopticAnnotation,
            decodeOptions as Parameters<typeof decodeCocoPanoptic>[2],
          ),
      });
    }
    parts.push(path);
    if (missing.length === 0) continue;
    const message = `${path}: the PNG of ${counted(missing.length, "annotation")} is missing, first ${quote(missing[0]!)}.`;
    issues.push({ code: "mask-missing", message, path });
  }
  return dataSetOf(cocoPanoptic, listed, {
    reason: `${FORMAT}: ${parts.join(", ")} (${counted(listed.length, "mask")}).`,
    classes: async () => {
      if (classes.size > 0) return classListFrom([...classes.values()]);
      throw malformed(parts[0]!, "has no categories; give the class list as `classes`.");
    },
    issues,
  });
}

type Json = Readonly<Record<string, unknown>>;

/** The JSON files with `segments_info`. Only files that are called panoptic are read, unless there is none. */
async function annotationFiles(
  source: FileSource,
  paths: readonly string[],
): Promise<{ readonly path: string; readonly json: Json }[]> {
  const files = paths.filter((path) => /\.json$/i.test(path));
  const named = files.filter((path) => /panoptic[^/]*\.json$/i.test(path));
  const found: { path: string; json: Json }[] = [];
  for (const path of named.length > 0 ? named : files) {
    const json = await readJson(source, path);
    if (!isObject(json) || !Array.isArray(json.annotations)) continue;
    if (detect([{ path, json }]) !== null) found.push({ path, json });
  }
  return found;
}

const malformed = (path: string, message: string) => new FormatError("FORMAT_INVALID", path, message);

/** What is known of a part while it is written. */
interface Part {
  readonly images: CocoImage[];
  readonly annotations: CocoPanopticAnnotation[];
  /** The ids of the classes that were things when the annotation was made. */
  readonly things: ReadonlySet<number>[];
}

/**
 * Writes a set of COCO panoptic: a PNG per image at once, and a JSON file per part at the end. Image ids are the names if they
 * are numbers, and are computed from the names otherwise. So they stay the same if images are added.
 *
 * A class is a thing if it is one in any image. Its pixels without an object are a crowd in every image.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeCocoPanopticSet<const Given extends object = CocoPanopticSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, CocoPanopticSetOptions>,
): Promise<WrittenSet>;
export async function writeCocoPanopticSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: CocoPanopticSetOptions = {},
): Promise<WrittenSet> {
  const { objects = "numbered", missing = "error", minArea, things } = options;
  if (typeof things === "string") throw invalid("things is a string; give an array of class names.");
  const writer = new SetWriter(sink, options, "train", "things objects minArea");
  const classes = await classesFor(items, options);
  const named = things === undefined ? undefined : [...things];
  const parts = new Map<string, Part>();
  const allThings = new Set<number>();
  const nextId = imageIds();
  const thingsIn = thingFinder(classes, objects, named);
  for await (const item of writer.open(items, cocoPhotoPath)) {
    const { name, split, map } = item;
    const own = thingsIn(map);
    const ids = new Set(thingIds(classes, own));
    for (const id of ids) allThings.add(id);
    const imageId = nextId(name);
    const { png, annotation, issues } = encodeCocoPanoptic(map, classes, {
      ...{ imageId, fileName: `${name}.png`, things: own, objects, missing },
      ...(minArea !== undefined && { minArea }),
    });
    writer.loseClasses(map, classes, name);
    writer.loseIssues(issues, name);
    await writer.write(`annotations/panoptic_${split}/${name}.png`, png);
    const part = parts.get(split) ?? { images: [], annotations: [], things: [] };
    parts.set(split, part);
    part.images.push(cocoImage(imageId, item));
    part.annotations.push(annotation);
    part.things.push(ids);
  }
  const thingNames = classes.classes.filter(({ id }) => allThings.has(id)).map(({ name }) => name);
  for (const [split, { images, annotations, things: known }] of parts) {
    const json = cocoPanopticDataset({
      ...{ images, classes, things: thingNames },
      annotations: annotations.map((annotation, place) => withCrowds(annotation, known[place]!, allThings)),
    });
    await writer.write(`annotations/panoptic_${split}.json`, JSON.stringify(json));
  }
  return writer.result();
}

/** Stuff of a class that turned out to be a thing in another image is a crowd. */
function withCrowds(
  annotation: CocoPanopticAnnotation,
  known: ReadonlySet<number>,
  things: ReadonlySet<number>,
): CocoPanopticAnnotation {
  const segments = annotation.segments_info.map((segment) => {
    const { category_id: id } = segment;
    return things.has(id) && !known.has(id) ? { ...segment, iscrowd: 1 as const } : segment;
  });
  return { ...annotation, segments_info: segments };
}
