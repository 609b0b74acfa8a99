/**
 * Label maps to COCO panoptic: a PNG of segment ids per image, and one JSON file per data set that describes the
 * segments.
 *
 * The format: "COCO data format", section 4 (cocodataset.org/#format-data), and panopticapi at 7bb4655
 * (github.com/cocodataset/panopticapi). If the labels of a thing class name no object, their segment is a crowd, as in
 * createPanopticImgs.py of cityscapesScripts.
 */

import type { OrConst } from "../../checks/const-options.js";
import { isObject, kindOf, quote } from "../../checks/describe.js";
import { DecodeError, FormatError, type Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { parseColor } from "../../legend/legend.js";
import { vocColor } from "../../legend/palettes/pascal-voc.js";
import type { LabelledMap } from "../../maps/labelled-map.js";
import { encodeIds } from "../id-png/write.js";
import { type CocoImage, checkImages, isImageId } from "../shared/coco-images.js";
import { arrayAt, objectAt } from "../shared/fields.js";
import { checkClassList, paint, type SegmentOptions, segmentsOf, thingIds } from "../shared/segments.js";
import { type CocoPanopticAnnotation, type CocoPanopticDataset, FORMAT } from "./json.js";

/** What an image's annotation needs besides its map and the classes. */
export interface CocoPanopticOptions extends SegmentOptions {
  readonly imageId: number | string;
  /** The file name of the PNG. */
  readonly fileName: string;
}

/**
 * The PNG and the annotation of one image. `category_id` is the class id. In the PNG, unlabelled, void and ignored pixels
 * are 0. The id of a segment is the place of its first label in `map.labels`, plus 1; the ids of connected areas count on
 * from there.
 *
 * `issues` says what you may not expect: `label-not-numbered` (a label without a number is one object) and
 * `component-too-small` (areas below `minArea` are void).
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`. The error names it.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeCocoPanoptic<const Given extends object = CocoPanopticOptions>(
  map: LabelledMap,
  classes: ClassList,
  options: OrConst<Given, CocoPanopticOptions>,
): {
  readonly png: Uint8Array<ArrayBuffer>;
  readonly annotation: CocoPanopticAnnotation;
  readonly issues: readonly Issue[];
};
export function encodeCocoPanoptic(
  map: LabelledMap,
  classes: ClassList,
  options: CocoPanopticOptions,
): {
  readonly png: Uint8Array<ArrayBuffer>;
  readonly annotation: CocoPanopticAnnotation;
  readonly issues: readonly Issue[];
} {
  const { segments, data, idOfLabel, issues } = segmentsOf(map, classes, options);
  const { imageId, fileName } = options;
  if (!isImageId(imageId) || typeof fileName !== "string") {
    throw wrong("imageId must be an integer or a string, and fileName a string.");
  }
  const { width, height } = map;
  return {
    png: encodeIds({ width, height, data: paint(data, idOfLabel) }),
    annotation: {
      image_id: imageId,
      file_name: fileName,
      segments_info: segments.map(({ id, classId, area, bbox, isCrowd }) => ({
        id,
        category_id: classId,
        area,
        bbox,
        iscrowd: isCrowd ? 1 : 0,
      })),
    },
    issues,
  };
}

/**
 * The JSON file of a data set, as an object. The categories are the classes. Their colours are those of Pascal VOC without
 * the first one, which is black: panopticapi uses black for void.
 *
 * @param dataset.things the names of the thing classes; give the same names as to `encodeCocoPanoptic`
 * @throws {FormatError} FORMAT_INVALID: two images or two annotations have the same image id, or an annotation is of an
 *   image or a category that is missing. The error names the entry.
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks one of `things`.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function cocoPanopticDataset(dataset: {
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoPanopticAnnotation[];
  readonly classes: ClassList;
  readonly things: Iterable<string>;
}): CocoPanopticDataset {
  if (!isObject(dataset)) throw wrong(`the data set is ${kindOf(dataset)}; give an object.`);
  const { images, annotations, classes, things } = dataset;
  checkClassList(classes);
  const thingClassIds = new Set(thingIds(classes, things));
  const imageIds = checkImages(images, FORMAT);
  const categoryIds = new Set(classes.classes.map(({ id }) => id));
  const annotated = new Set<unknown>();
  arrayAt(annotations, "annotations", FORMAT).forEach((annotation, place) => {
    const path = `annotations[${place}]`;
    const { image_id, segments_info } = objectAt(annotation, path, FORMAT);
    if (!imageIds.has(image_id))
      throw invalid(`${path}.image_id: images has no image ${quote(String(image_id))}.`);
    if (annotated.has(image_id))
      throw invalid(`${path}.image_id: the image ${quote(String(image_id))} already has an annotation.`);
    annotated.add(image_id);
    for (const segment of arrayAt(segments_info, `${path}.segments_info`, FORMAT)) {
      const { id, category_id } = objectAt(segment, `${path}.segments_info`, FORMAT);
      if (!categoryIds.has(category_id as number)) {
        throw invalid(
          `${path}: the segment ${id} has the category ${category_id}, but the class list has no such id.`,
        );
      }
    }
  });
  return {
    images,
    annotations,
    categories: classes.classes.map(({ id, name, supercategory = name }, place) => ({
      id,
      name,
      supercategory,
      isthing: thingClassIds.has(id) ? 1 : 0,
      color: channelsOf(parseColor(vocColor(place + 1))),
    })),
  };
}

/** @param rgb 0xRRGGBB */
function channelsOf(rgb: number): [red: number, green: number, blue: number] {
  return [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);
const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
