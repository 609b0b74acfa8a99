/** Label maps to a set of COCO instances: a JSON file for each part, when all its images are known. */

import type { OrConst } from "../../checks/const-options.js";
import { invalid } from "../../checks/invalid.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import type { FileSink, WriteSetOptions, WrittenSet } from "../set.js";
import { type CocoImage, cocoImage, cocoPhotoPath } from "../shared/coco-images.js";
import { imageIds } from "../shared/image-ids.js";
import { type SegmentOptions, thingIds } from "../shared/segments.js";
import { classesFor, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { thingFinder } from "../shared/things.js";
import type { CocoInstanceAnnotation } from "./json.js";
import { type CocoInstancesOptions, cocoInstancesDataset, encodeCocoInstances } from "./write.js";

/** How a set of COCO instances is written. */
export interface CocoInstancesSetOptions
  extends WriteSetOptions,
    Pick<CocoInstancesOptions, "segmentation" | "crowds"> {
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

/** What is known of a part while it is written. */
interface Part {
  readonly images: CocoImage[];
  /** For each image: what the file may have, and the pixels that have a class and are in none of them. */
  readonly found: { readonly name: string; readonly annotations: CocoInstanceAnnotation[]; rest: number }[];
}

/**
 * Writes a set of COCO instances, a JSON file for each part. Stuff has no annotations. Image ids are the names if they are
 * numbers, and are computed from the names otherwise. So they stay the same if images are added.
 *
 * A class is a thing if it is one in any image. Its pixels without an object are a crowd in every image. Crowds are
 * uncompressed run-length codes, as in COCO's own files.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeCocoInstancesSet<const Given extends object = CocoInstancesSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, CocoInstancesSetOptions>,
): Promise<WrittenSet>;
export async function writeCocoInstancesSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: CocoInstancesSetOptions = {},
): Promise<WrittenSet> {
  const {
    objects = "numbered",
    missing = "error",
    minArea,
    things,
    segmentation,
    crowds = "uncompressed",
  } = options;
  if (typeof things === "string") throw invalid("things is a string; give an array of class names.");
  const writer = new SetWriter(sink, options, "train", "segmentation crowds things objects minArea");
  const classes = await classesFor(items, options);
  const named = things === undefined ? undefined : [...things];
  const parts = new Map<string, Part>();
  const allThings = new Set<number>();
  const nextId = imageIds();
  const thingsIn = thingFinder(classes, objects, named);
  for await (const item of writer.open(items, cocoPhotoPath)) {
    const { name, split, map } = item;
    const own = thingsIn(map);
    for (const id of thingIds(classes, own)) allThings.add(id);
    // Whether a class is a thing may turn out later. Until then, all areas without a number are taken for crowds.
    const isOpen = named === undefined && objects === "numbered";
    const id = nextId(name);
    const { annotations, issues } = encodeCocoInstances(map, classes, {
      ...{ imageId: id, objects, missing, crowds },
      ...(minArea !== undefined && { minArea }),
      things: isOpen ? classes.classes.map((entry) => entry.name) : own,
      ...(segmentation !== undefined && { segmentation }),
    });
    writer.loseClasses(map, classes, name);
    writer.loseIssues(issues, name);
    const part = parts.get(split) ?? { images: [], found: [] };
    parts.set(split, part);
    part.images.push(cocoImage(id, item));
    part.found.push({ name, annotations, rest: pixelsWithClass(map, classes) - areaOf(annotations) });
  }
  let nextAnnotation = 1;
  for (const [split, { images, found }] of parts) {
    const annotations = found.flatMap(({ name, annotations: all, rest }) => {
      const kept = all.filter(({ category_id: id, iscrowd }) => iscrowd === 0 || allThings.has(id));
      writer.lose("stuff-not-written", rest + areaOf(all) - areaOf(kept), name);
      return kept.map((annotation) => ({ ...annotation, id: nextAnnotation++ }));
    });
    const json = cocoInstancesDataset({ images, annotations, classes });
    await writer.write(`annotations/instances_${split}.json`, JSON.stringify(json));
  }
  return writer.result();
}

function areaOf(annotations: readonly CocoInstanceAnnotation[]): number {
  return annotations.reduce((sum, { area }) => sum + area, 0);
}

/** The pixels whose class has an id in the list, other than void and ignored ones. */
function pixelsWithClass(map: LabelledPixels, classes: ClassList): number {
  return map.labels.reduce((sum, { className, pixelCount }) => {
    const id = classes.idOf(className);
    const isClass = id !== undefined && id !== classes.voidId && id !== classes.ignoreId;
    return isClass ? sum + pixelCount : sum;
  }, 0);
}
