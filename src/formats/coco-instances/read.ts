/**
 * COCO's annotations of one image to a label map. Masks mean the same as in pycocotools 2.0.11
 * (`annToRLE`).
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isSize } from "../../checks/describe.js";
import { IssueList } from "../../checks/issue-list.js";
import { DecodeError, FormatError, LabelMapError } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import { type LabelFacts, makeLabelMap } from "../../maps/make-label-map.js";
import type { ReadRleOptions } from "../../objects/read-rle.js";
import type { Rle } from "../../objects/rle.js";
import { type CocoCategory, type NamedClass, readCategories } from "../shared/class-names.js";
import { arrayAt, integerAt, objectAt } from "../shared/fields.js";
import { type CocoInstanceAnnotation, FORMAT } from "./json.js";
import { type CocoOverlap, type Mask, type PaintedMasks, paintMasks } from "./paint-masks.js";
import { type Drawn, rleOfPolygons } from "./polygon-rle.js";

/** How the annotations of an image are read. */
export interface CocoInstancesReadOptions extends ReadRleOptions {
  /** The image's size in pixels. */
  readonly width: number;
  readonly height: number;
  /** The categories of the data set; they say what classes are called. Without them, a class is called by its id. */
  readonly categories?: readonly CocoCategory[];
  /**
   * What to do if masks overlap. `"error"`, the default, throws. `"smaller"` gives a pixel to the smallest object, and to a
   * crowd only if no object has it; of objects of the same area, to the later one. `"last"` gives it to the last mask.
   */
  readonly overlap?: CocoOverlap;
}

/**
 * Turns the annotations of one image into a label map with a label for each annotation, in their order. All but crowds are
 * objects. Pixels that no annotation covers are unlabelled. `map.semantic()` gives the category ids, and `map.instance()`
 * the objects, numbered from 1.
 *
 * `issues`: `masks-overlap` (the number of pixels that are in several masks), `shape-empty` (a mask has no pixels) and
 * `shape-covered` (other masks cover all its pixels).
 *
 * @param annotations the annotations of one image; a mask may be a string, counts or polygons
 * @param options `maxPixels`: the largest number of pixels to accept. Default 2^28.
 * @throws {FormatError} FORMAT_INVALID: the annotations are of several images, masks overlap, `categories` lacks a
 *   category, or a field is invalid. FORMAT_UNSUPPORTED: the outlines of all polygons are longer than 6 million pixels,
 *   all masks together have more than 2^32 pixels, or the image has more than `maxPixels`.
 * @throws {LabelMapError} SIZE_MISMATCH: a mask has another size. The error names it.
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY.
 */
export function decodeCocoInstances<const Given extends object = CocoInstancesReadOptions>(
  annotations: readonly Pick<CocoInstanceAnnotation, "category_id" | "segmentation">[],
  options: OrConst<Given, CocoInstancesReadOptions>,
): LabelMap;
export function decodeCocoInstances(
  annotations: readonly Pick<CocoInstanceAnnotation, "category_id" | "segmentation">[],
  options: CocoInstancesReadOptions,
): LabelMap {
  checkOptions(options);
  checkKeys(options, "width height categories overlap maxPixels", "the options");
  const { categories, overlap = "error" } = options;
  checkOverlap(overlap);
  const classes = categories === undefined ? undefined : readCategories(categories, FORMAT, () => ({}));
  const list = arrayAt(annotations, "annotations", FORMAT);
  return decodeAnnotations(list, { ...options, overlap, classes }, (place) => `annotations[${place}]`);
}

/** `decodeCocoInstances` with checked options, for callers whose annotations are a part of a file. */
export interface AnnotationsOptions {
  readonly width: number;
  readonly height: number;
  readonly overlap: CocoOverlap;
  readonly maxPixels?: number | undefined;
  readonly classes: ReadonlyMap<number, NamedClass> | undefined;
  /** Whether all annotations are areas, and not objects, as in `stuff_SPLIT.json`. Default false. */
  readonly stuff?: boolean;
}

/** @param pathOf where an annotation is in the file */
export function decodeAnnotations(
  annotations: readonly unknown[],
  { width, height, overlap, maxPixels = 2 ** 28, classes, stuff = false }: AnnotationsOptions,
  pathOf: (place: number) => string,
): LabelMap {
  if (!isSize(width) || !isSize(height)) throw wrong("width and height must be positive integers.");
  if (!isSize(maxPixels)) throw wrong("maxPixels must be a positive integer.");
  if (width * height > Math.min(maxPixels, 2 ** 31 - 1)) {
    const message = `the image has ${width}×${height} pixels, but maxPixels allows ${maxPixels}.`;
    throw new FormatError("FORMAT_UNSUPPORTED", FORMAT, message);
  }
  const imageIds = new Set<unknown>();
  const labels: LabelFacts[] = [];
  const drawn: Drawn = { length: 0 };
  const masks = annotations.map((annotation, place): Mask => {
    const path = pathOf(place);
    const { id, image_id, category_id, segmentation, iscrowd = 0 } = objectAt(annotation, path, FORMAT);
    if (imageIds.add(image_id).size > 1)
      throw invalid(
        `${path}.image_id: differs from the annotation before; give the annotations of one image.`,
      );
    const classId = integerAt(category_id, `${path}.category_id`, FORMAT);
    const isCrowd = integerAt(iscrowd, `${path}.iscrowd`, FORMAT, 0, 1) === 1 && !stuff;
    const unnamed = { className: String(classId), supercategory: null };
    const known = classes === undefined ? unnamed : classes.get(classId);
    if (known === undefined) throw invalid(`${path}.category_id: categories has no id ${classId}.`);
    const sourceId = typeof id === "number" || typeof id === "string" ? id : null;
    const isInstance = !isCrowd && !stuff;
    labels.push({ ...known, classId, isInstance, isThing: !stuff, isCrowd, sourceId });
    const where = `${path}.segmentation`;
    return { rle: readMask(segmentation, width, height, where, drawn), path: where, isCrowd };
  });
  const painted = paintMasks(masks, { width, height }, overlap);
  return makeLabelMap(painted.map, labels, issuesOf(painted, masks, overlap));
}

/** @throws {DecodeError} OPTION_INVALID */
export function checkOverlap(overlap: unknown): asserts overlap is CocoOverlap {
  if (overlap === "error" || overlap === "smaller" || overlap === "last") return;
  throw wrong('overlap must be "error", "smaller" or "last".');
}

function issuesOf({ map, areas, overlapping }: PaintedMasks, masks: readonly Mask[], overlap: CocoOverlap) {
  const issues = new IssueList();
  if (overlapping > 0) {
    const winner = overlap === "smaller" ? "the smallest object" : "the last mask";
    const them = overlapping === 1 ? "it" : "them";
    const message = `${counted(overlapping, "pixel is", "pixels are")} in several masks; ${winner} gets ${them}.`;
    issues.add("masks-overlap", () => ({ code: "masks-overlap", message }));
  }
  const isLeft = new Uint8Array(masks.length);
  for (const place of map.data) if (place >= 0) isLeft[place] = 1;
  masks.forEach(({ path }, place) => {
    if (isLeft[place] === 1) return;
    const isEmpty = areas[place] === 0;
    const code = isEmpty ? "shape-empty" : "shape-covered";
    const problem = isEmpty ? "has no pixels in the image." : "is covered by other masks.";
    issues.add(code, () => ({ code, path, message: `${path}: ${problem}` }));
  });
  return issues.toArray();
}

function readMask(segmentation: unknown, width: number, height: number, path: string, drawn: Drawn): Rle {
  if (!Array.isArray(segmentation)) {
    const { size } = objectAt(segmentation, path, FORMAT);
    const [ownHeight, ownWidth] = arrayAt(size, `${path}.size`, FORMAT);
    if (ownWidth !== width || ownHeight !== height) {
      const message = `${path} has ${ownWidth}×${ownHeight} pixels, but the image has ${width}×${height}.`;
      throw new LabelMapError("SIZE_MISMATCH", message);
    }
    // The reader of run-length codes checks the rest.
    return segmentation as Rle;
  }
  const rings = arrayAt(segmentation, path, FORMAT).map((ring, place) => {
    const numbers = arrayAt(ring, `${path}[${place}]`, FORMAT);
    if (numbers.length < 6 || numbers.length % 2 === 1 || !numbers.every(Number.isFinite)) {
      throw invalid(`${path}[${place}]: is no polygon; give x and y of at least three points in turn.`);
    }
    return numbers as readonly number[];
  });
  return rleOfPolygons(rings, width, height, path, drawn);
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);
const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
