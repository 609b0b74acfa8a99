/**
 * COCO instances: one JSON file per data set with an annotation per object, its mask as a run-length code or as
 * polygons.
 *
 * The format: "COCO data format", section 1 (cocodataset.org/#format-data); masks are read as pycocotools 2.0.11 reads
 * them (`annToRLE`).
 */

import { checkOptions } from "../../checks/arguments.js";
import { isObject, isSize, kindOf, quote } from "../../checks/describe.js";
import { DecodeError, FormatError, LabelMapError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelMap } from "../../maps/label-map.js";
import { allOutlines, type Polygon } from "../../objects/outlines.js";
import { type RlesToMapOptions, rlesToMap } from "../../objects/read-rle.js";
import { encodeAllRles, type Rle } from "../../objects/rle.js";
import { type CocoImage, checkImages, isImageId } from "../shared/coco-images.js";
import { arrayAt, integerAt, objectAt } from "../shared/fields.js";
import { checkVoidId, type PanopticMaps } from "../shared/segment-maps.js";
import { checkClassList, paint, type SegmentOptions, segmentsOf } from "../shared/segments.js";
import { type Drawn, rleOfPolygons } from "./polygon-rle.js";

/** Names as in the files. */
export interface CocoInstanceAnnotation {
  readonly id: number;
  readonly image_id: number | string;
  readonly category_id: number;
  /** A run-length code, or polygons `[x1, y1, x2, y2, …]` in pixels whose areas together are the mask. */
  readonly segmentation: Rle | readonly (readonly number[])[];
  /** Pixels. */
  readonly area: number;
  /** `[x, y, width, height]` in pixels, from the top left corner. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  readonly iscrowd: 0 | 1;
}

export interface CocoInstancesDataset {
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoInstanceAnnotation[];
  readonly categories: readonly {
    readonly id: number;
    readonly name: string;
    readonly supercategory: string;
  }[];
}

export interface CocoInstancesOptions extends SegmentOptions {
  readonly imageId: number | string;
  /** The first annotation's id; the others follow it. Unique in a data set, and 1 or more. Default 1. */
  readonly firstId?: number;
  /**
   * Default `"rle"`, which is exact for every mask. `"polygons"`, which some trainers insist on, writes outlines, exact
   * as well; objects with holes, which COCO's polygons cannot have, and crowds stay run-length codes.
   */
  readonly segmentation?: "rle" | "polygons";
}

const FORMAT = "COCO instances";

/**
 * The annotations of one image: one for each object of a thing class, and one with `iscrowd: 1` for what of a thing
 * class belongs to no object. Stuff is left out. `category_id` is the class id.
 *
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels, or one of `things`, is not in the list. It is named.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeCocoInstances(
  map: LabelMap,
  classes: ClassList,
  options: CocoInstancesOptions,
): CocoInstanceAnnotation[] {
  const { segments, idOfLabel } = segmentsOf(map, classes, options);
  const { imageId, firstId = 1, segmentation = "rle" } = options;
  if (!isImageId(imageId)) throw wrong("imageId must be an integer or a string.");
  // pycocotools' evaluation takes the id 0 for "no match".
  if (!isSize(firstId)) throw wrong("firstId must be an integer of at least 1.");
  if (segmentation !== "rle" && segmentation !== "polygons") {
    throw wrong('segmentation must be "rle" or "polygons".');
  }
  const objects = segments.filter(({ isInstance, isCrowd }) => isInstance || isCrowd);
  const objectIds = new Set(objects.map(({ id }) => id));
  const table = idOfLabel.map((id) => (objectIds.has(id) ? id : -1));
  const idMap = { width: map.width, height: map.height, data: paint(map.data, table) };
  const rles = new Map(encodeAllRles(idMap).map(({ value, rle }) => [value, rle]));
  const polygons = new Map(
    segmentation === "rle" ? [] : allOutlines(idMap).map(({ value, polygons }) => [value, polygons]),
  );
  return objects.map(({ id, classId, isCrowd, area, bbox }, place) => ({
    id: firstId + place,
    image_id: imageId,
    category_id: classId,
    segmentation: (isCrowd ? undefined : ringsOf(polygons.get(id))) ?? rles.get(id)!,
    area,
    bbox,
    iscrowd: isCrowd ? 1 : 0,
  }));
}

/**
 * The JSON file of a data set: the categories are the classes.
 *
 * @throws {FormatError} FORMAT_INVALID: an annotation's id twice, one without its image, or of a category that is not in
 *   the list.
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
    if (ids.has(id)) throw invalid(`${path}.id: ${id} is there twice; give each image its own firstId.`);
    ids.add(id);
    if (!imageIds.has(image_id)) throw invalid(`${path}.image_id: ${quote(String(image_id))} is no image.`);
    if (!categoryIds.has(category_id)) throw invalid(`${path}.category_id: ${category_id} is no class's id.`);
  });
  return {
    images,
    annotations,
    categories: classes.classes.map(({ id, name }) => ({ id, name, supercategory: name })),
  };
}

/**
 * The annotations of one image back to maps. An object's number counts the annotations that are no crowd, in their
 * order; what no annotation covers is `voidId`.
 *
 * @param annotations of one image; masks as strings, counts or polygons
 * @param options.overlap what becomes of a pixel in several masks: an error, or it goes to the last. Default `"error"`.
 * @param options.voidId a class id that no annotation has. Default 255.
 * @param options.maxPixels most pixels that are accepted. Default 2^28.
 * @throws {FormatError} FORMAT_INVALID: annotations of several images, masks that overlap, or not the format's form.
 *   FORMAT_UNSUPPORTED: polygons whose outlines are longer than 6 million pixels in all, or an image of more than
 *   `maxPixels`.
 * @throws {LabelMapError} SIZE_MISMATCH: a mask of another size; it is named.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function decodeCocoInstances(
  annotations: readonly Pick<CocoInstanceAnnotation, "category_id" | "segmentation">[],
  options: RlesToMapOptions & { readonly width: number; readonly height: number; readonly voidId?: number },
): PanopticMaps {
  checkOptions(options);
  const { width, height, overlap = "error", voidId = 255, maxPixels = 2 ** 28 } = options;
  if (!isSize(width) || !isSize(height)) throw wrong("width and height must be positive integers.");
  if (!isSize(maxPixels)) throw wrong("maxPixels must be a positive integer.");
  if (width * height > maxPixels) {
    const message = `${width}×${height} pixels are more than the ${maxPixels} that maxPixels allows.`;
    throw new FormatError("FORMAT_UNSUPPORTED", FORMAT, message);
  }
  const imageIds = new Set<unknown>();
  const semantics: number[] = [];
  const instances: number[] = [];
  const drawn: Drawn = { gridPoints: 0 };
  let objects = 0;
  const rles = arrayAt(annotations, "annotations", FORMAT).map((annotation, place) => {
    const path = `annotations[${place}]`;
    const { image_id, category_id, segmentation, iscrowd = 0 } = objectAt(annotation, path, FORMAT);
    if (imageIds.add(image_id).size > 1)
      throw invalid(`${path}.image_id: is another than before; give one image's.`);
    semantics.push(integerAt(category_id, `${path}.category_id`, FORMAT));
    const isCrowd = integerAt(iscrowd, `${path}.iscrowd`, FORMAT, 0, 1) === 1;
    instances.push(isCrowd ? 0 : ++objects);
    return { value: place, rle: readMask(segmentation, width, height, `${path}.segmentation`, drawn) };
  });
  checkVoidId(voidId, semantics);
  const semantic = new Int32Array(width * height).fill(voidId);
  const instance = new Int32Array(width * height);
  if (rles.length === 0) return { width, height, semantic, instance };
  const places = rlesToMap(rles, { overlap, maxPixels }).data;
  for (let index = 0; index < places.length; index++) {
    const place = places[index]!;
    if (place < 0) continue;
    semantic[index] = semantics[place]!;
    instance[index] = instances[place]!;
  }
  return { width, height, semantic, instance };
}

/** The outer rings, where there are no holes. */
function ringsOf(polygons: readonly Polygon[] | undefined): number[][] | undefined {
  if (polygons === undefined || polygons.some(({ holes }) => holes.length > 0)) return undefined;
  return polygons.map(({ outer }) => outer);
}

function readMask(segmentation: unknown, width: number, height: number, path: string, drawn: Drawn): Rle {
  if (!Array.isArray(segmentation)) {
    const { size } = objectAt(segmentation, path, FORMAT);
    const [ownHeight, ownWidth] = arrayAt(size, `${path}.size`, FORMAT);
    if (ownWidth !== width || ownHeight !== height) {
      const message = `${path} has ${ownWidth}×${ownHeight} pixels, the image ${width}×${height}.`;
      throw new LabelMapError("SIZE_MISMATCH", message);
    }
    // What else a run-length code must be is for its own reader to say.
    return segmentation as Rle;
  }
  const rings = arrayAt(segmentation, path, FORMAT).map((ring, place) => {
    const numbers = arrayAt(ring, `${path}[${place}]`, FORMAT);
    if (numbers.length < 6 || numbers.length % 2 === 1 || !numbers.every(Number.isFinite)) {
      throw invalid(`${path}[${place}]: must be at least three points, x and y in turn.`);
    }
    return numbers as readonly number[];
  });
  return rleOfPolygons(rings, width, height, path, drawn);
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);
const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
