/**
 * Label maps to COCO instances: one JSON file per data set, with an annotation for each object. The mask of an object is
 * a run-length code or polygons.
 *
 * The format: "COCO data format", section 1 (cocodataset.org/#format-data). pycocotools 2.0.11 (`annToRLE`)
 * reads the same masks back.
 */

import type { OrConst } from "../../checks/const-options.js";
import { isObject, isSize, kindOf, quote } from "../../checks/describe.js";
import { DecodeError, FormatError, type Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelledMap } from "../../maps/labelled-map.js";
import { allOutlines, type Polygon } from "../../objects/outlines.js";
import { encodeAllRles, encodeRle } from "../../objects/rle.js";
import { type CocoImage, checkImages, isImageId } from "../shared/coco-images.js";
import { arrayAt, integerAt, objectAt } from "../shared/fields.js";
import {
  checkClassList,
  issueOfNoObjects,
  paint,
  type SegmentOptions,
  segmentsOf,
} from "../shared/segments.js";
import { type CocoInstanceAnnotation, type CocoInstancesDataset, FORMAT } from "./json.js";

/** What an image's annotations need besides its map and the classes. */
export interface CocoInstancesOptions extends SegmentOptions {
  readonly imageId: number | string;
  /** The id of the first annotation, at least 1; the others count up from it. Ids must be unique in a data set. Default 1. */
  readonly firstId?: number;
  /**
   * How masks are written. `"rle"`, the default, is a run-length code. `"polygons"` is for trainers that read nothing
   * else. Both are exact. COCO's polygons cannot have holes, so objects with holes stay run-length codes, and so do
   * crowds.
   */
  readonly segmentation?: "rle" | "polygons";
  /**
   * How the run-length codes of crowds are written. `"compressed"`, the default, is the string of pycocotools.
   * `"uncompressed"` are numbers, as in COCO's own files.
   */
  readonly crowds?: "compressed" | "uncompressed";
}

/**
 * The annotations of one image: one for each object of a thing class, and one with `iscrowd: 1` for all pixels of a thing
 * class that belong to no object. Stuff has no annotation. `category_id` is the class id.
 *
 * `issues` says what you may not expect: `no-objects` (there is no annotation, because no label has a number and you named
 * no things), `label-not-numbered` (a label without a number is one object) and `component-too-small` (areas below
 * `minArea` are left out).
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`. The error names it.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeCocoInstances<const Given extends object = CocoInstancesOptions>(
  map: LabelledMap,
  classes: ClassList,
  options: OrConst<Given, CocoInstancesOptions>,
): { readonly annotations: CocoInstanceAnnotation[]; readonly issues: readonly Issue[] };
export function encodeCocoInstances(
  map: LabelledMap,
  classes: ClassList,
  options: CocoInstancesOptions,
): { readonly annotations: CocoInstanceAnnotation[]; readonly issues: readonly Issue[] } {
  const found = segmentsOf(map, classes, options);
  const { segments, data, idOfLabel } = found;
  const { imageId, firstId = 1, segmentation = "rle", crowds = "compressed" } = options;
  if (!isImageId(imageId)) throw wrong("imageId must be an integer or a string.");
  // In pycocotools' evaluation the id 0 means "no match".
  if (!isSize(firstId)) throw wrong("firstId must be an integer of at least 1.");
  if (segmentation !== "rle" && segmentation !== "polygons") {
    throw wrong('segmentation must be "rle" or "polygons".');
  }
  if (crowds !== "compressed" && crowds !== "uncompressed") {
    throw wrong('crowds must be "compressed" or "uncompressed".');
  }
  const objects = segments.filter(({ isInstance, isCrowd }) => isInstance || isCrowd);
  const objectIds = new Set(objects.map(({ id }) => id));
  const table = idOfLabel.map((id) => (objectIds.has(id) ? id : -1));
  const idMap = { width: map.width, height: map.height, data: paint(data, table) };
  const rles = new Map(encodeAllRles(idMap).map(({ value, rle }) => [value, rle]));
  const polygons = new Map(
    segmentation === "rle" ? [] : allOutlines(idMap).map(({ value, polygons }) => [value, polygons]),
  );
  const maskOf = (id: number, isCrowd: boolean) => {
    if (isCrowd && crowds === "uncompressed") return encodeRle(idMap, id, { compressed: false });
    return (isCrowd ? undefined : ringsOf(polygons.get(id))) ?? rles.get(id)!;
  };
  const annotations = objects.map(({ id, classId, isCrowd, area, bbox }, place) => ({
    id: firstId + place,
    image_id: imageId,
    category_id: classId,
    segmentation: maskOf(id, isCrowd),
    area,
    bbox,
    iscrowd: isCrowd ? (1 as const) : (0 as const),
  }));
  const issues = annotations.length > 0 ? found.issues : [...found.issues, ...issueOfNoObjects(found)];
  return { annotations, issues };
}

/**
 * The JSON file of a data set, as an object. The categories are the classes.
 *
 * @throws {FormatError} FORMAT_INVALID: two annotations have the same id, or an annotation is of an image or a category
 *   that is missing. The error names the annotation.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function cocoInstancesDataset(dataset: {
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoInstanceAnnotation[];
  readonly classes: ClassList;
}): CocoInstancesDataset {
  if (!isObject(dataset)) throw wrong(`the data set is ${kindOf(dataset)}; give an object.`);
  const { images, annotations, classes } = dataset;
  checkClassList(classes);
  const imageIds = checkImages(images, FORMAT);
  const categoryIds = new Set<unknown>(classes.classes.map(({ id }) => id));
  const ids = new Set<number>();
  arrayAt(annotations, "annotations", FORMAT).forEach((annotation, place) => {
    const path = `annotations[${place}]`;
    const { id: rawId, image_id, category_id } = objectAt(annotation, path, FORMAT);
    const id = integerAt(rawId, `${path}.id`, FORMAT);
    if (ids.has(id))
      throw invalid(
        `${path}.id: ${id} is also the id of another annotation; give each image its own firstId.`,
      );
    ids.add(id);
    if (!imageIds.has(image_id))
      throw invalid(`${path}.image_id: images has no image ${quote(String(image_id))}.`);
    if (!categoryIds.has(category_id))
      throw invalid(`${path}.category_id: the class list has no id ${category_id}.`);
  });
  return {
    images,
    annotations,
    categories: classes.classes.map(({ id, name, supercategory = name }) => ({
      id,
      name,
      supercategory,
    })),
  };
}

/** The outer rings, or `undefined` if there are holes or no polygons. */
function ringsOf(polygons: readonly Polygon[] | undefined): number[][] | undefined {
  if (polygons === undefined || polygons.some(({ holes }) => holes.length > 0)) return undefined;
  return polygons.map(({ outer }) => outer);
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);
const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
