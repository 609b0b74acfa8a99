/**
 * COCO's annotations of one image to a label map. Masks mean the same as in pycocotools 2.0.11
 * (`annToRLE`).
 */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, isSize } from "../../checks/describe.js";
import { DecodeError, FormatError, LabelMapError } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import { type LabelFacts, makeLabelMap } from "../../maps/make-label-map.js";
import { type RlesToMapOptions, rlesToMap } from "../../objects/read-rle.js";
import type { Rle } from "../../objects/rle.js";
import { type CocoCategory, readCategories } from "../shared/class-names.js";
import { arrayAt, integerAt, objectAt } from "../shared/fields.js";
import { type CocoInstanceAnnotation, FORMAT } from "./json.js";
import { type Drawn, rleOfPolygons } from "./polygon-rle.js";

/**
 * Turns the annotations of one image into a label map with a label for each annotation, in their order. All but crowds are
 * objects. Pixels that no annotation covers are unlabelled. `map.semantic()` gives the category ids, and `map.instance()`
 * the objects, numbered from 1.
 *
 * @param annotations the annotations of one image; a mask may be a string, counts or polygons
 * @param options.categories the categories of the data set; they say what classes are called. Without them, a class is
 *   called by its id.
 * @param options.overlap what to do if masks overlap: `"error"` throws, `"last"` gives the pixel to the last mask. Default
 *   `"error"`.
 * @param options.maxPixels the largest number of pixels to accept. Default 2^28.
 * @throws {FormatError} FORMAT_INVALID: the annotations are of several images, masks overlap, `categories` lacks a
 *   category, or a field is invalid. FORMAT_UNSUPPORTED: the outlines of all polygons are longer than 6 million pixels, or
 *   the image has more than `maxPixels`.
 * @throws {LabelMapError} SIZE_MISMATCH: a mask has another size. The error names it.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function decodeCocoInstances(
  annotations: readonly Pick<CocoInstanceAnnotation, "category_id" | "segmentation">[],
  options: RlesToMapOptions & {
    readonly width: number;
    readonly height: number;
    readonly categories?: readonly CocoCategory[];
  },
): LabelMap {
  checkOptions(options);
  checkKeys(options, "width height categories overlap maxPixels", "the options");
  const { width, height, overlap = "error", maxPixels = 2 ** 28, categories } = options;
  if (!isSize(width) || !isSize(height)) throw wrong("width and height must be positive integers.");
  if (!isSize(maxPixels)) throw wrong("maxPixels must be a positive integer.");
  if (width * height > maxPixels) {
    const message = `the image has ${width}×${height} pixels, but maxPixels allows ${maxPixels}.`;
    throw new FormatError("FORMAT_UNSUPPORTED", FORMAT, message);
  }
  const classes = categories === undefined ? undefined : readCategories(categories, FORMAT, () => ({}));
  const imageIds = new Set<unknown>();
  const labels: LabelFacts[] = [];
  const drawn: Drawn = { length: 0 };
  const rles = arrayAt(annotations, "annotations", FORMAT).map((annotation, place) => {
    const path = `annotations[${place}]`;
    const { id, image_id, category_id, segmentation, iscrowd = 0 } = objectAt(annotation, path, FORMAT);
    if (imageIds.add(image_id).size > 1)
      throw invalid(
        `${path}.image_id: differs from the annotation before; give the annotations of one image.`,
      );
    const classId = integerAt(category_id, `${path}.category_id`, FORMAT);
    const isCrowd = integerAt(iscrowd, `${path}.iscrowd`, FORMAT, 0, 1) === 1;
    const unnamed = { className: String(classId), supercategory: null };
    const known = classes === undefined ? unnamed : classes.get(classId);
    if (known === undefined) throw invalid(`${path}.category_id: categories has no id ${classId}.`);
    const sourceId = typeof id === "number" || typeof id === "string" ? id : null;
    labels.push({ ...known, classId, isInstance: !isCrowd, isThing: true, isCrowd, sourceId });
    return { value: place, rle: readMask(segmentation, width, height, `${path}.segmentation`, drawn) };
  });
  const map =
    rles.length === 0
      ? { width, height, data: new Int32Array(width * height).fill(-1) }
      : rlesToMap(rles, { overlap, maxPixels });
  return makeLabelMap(map, labels);
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
