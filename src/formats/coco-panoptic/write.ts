/**
 * COCO panoptic: a PNG of segment ids per image, and one JSON file per data set that says what each segment is.
 *
 * The format: "COCO data format", section 4 (cocodataset.org/#format-data), and panopticapi at 7bb4655
 * (github.com/cocodataset/panopticapi), whose checks in evaluation.py are those of `decodeCocoPanoptic`. A segment of a
 * thing class whose labels name no object is a crowd, as in cityscapesScripts' createPanopticImgs.py.
 */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, isObject, kindOf, quote } from "../../checks/describe.js";
import { decodeIds } from "../../decode/decode-ids.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { DecodeError, FormatError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { parseColor } from "../../legend/legend.js";
import { vocColor } from "../../legend/palettes/pascal-voc.js";
import type { LabelMap } from "../../maps/label-map.js";
import { encodeIds } from "../id-png/write.js";
import { type CocoImage, checkImages, isImageId } from "../shared/coco-images.js";
import { arrayAt, integerAt, objectAt } from "../shared/fields.js";
import { checkVoidId, mapsOfSegments, type PanopticMaps, readSegmentsInfo } from "../shared/segment-maps.js";
import { checkClassList, paint, type SegmentOptions, segmentsOf, thingIds } from "../shared/segments.js";

/** Names as in the files themselves. */
export interface CocoSegmentInfo {
  /** The pixels' id in the PNG; never 0, which is void. */
  readonly id: number;
  readonly category_id: number;
  /** Pixels. */
  readonly area: number;
  /** `[x, y, width, height]` in pixels, from the top left corner. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  readonly iscrowd: 0 | 1;
}

export interface CocoPanopticAnnotation {
  readonly image_id: number | string;
  /** The PNG's file name. */
  readonly file_name: string;
  readonly segments_info: readonly CocoSegmentInfo[];
}

export interface CocoPanopticCategory {
  readonly id: number;
  readonly name: string;
  readonly supercategory: string;
  readonly isthing: 0 | 1;
  readonly color: readonly [red: number, green: number, blue: number];
}

export interface CocoPanopticDataset {
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoPanopticAnnotation[];
  readonly categories: readonly CocoPanopticCategory[];
}

export interface CocoPanopticOptions extends SegmentOptions {
  readonly imageId: number | string;
  /** The name that the PNG will have. */
  readonly fileName: string;
}

const FORMAT = "COCO panoptic";

/**
 * One image: its PNG and its annotation. `category_id` is the class id; unlabelled, void and ignored pixels are 0.
 * A segment's id is the place of its first label in `map.labels`, plus 1.
 *
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels, or one of `things`, is not in the list. It is named.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeCocoPanoptic(
  map: LabelMap,
  classes: ClassList,
  options: CocoPanopticOptions,
): { readonly png: Uint8Array<ArrayBuffer>; readonly annotation: CocoPanopticAnnotation } {
  const { segments, idOfLabel } = segmentsOf(map, classes, options);
  const { imageId, fileName } = options;
  if (!isImageId(imageId) || typeof fileName !== "string") {
    throw wrong("imageId must be an integer or a string, and fileName a string.");
  }
  const { width, height } = map;
  return {
    png: encodeIds({ width, height, data: paint(map.data, idOfLabel) }),
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
  };
}

/**
 * The JSON file of a data set: the categories are the classes, coloured like Pascal VOC from its second colour on
 * (panopticapi takes black for void).
 *
 * @param dataset.things the classes whose objects are counted; the same that `encodeCocoPanoptic` was given
 * @throws {FormatError} FORMAT_INVALID: an annotation without its image or of a category that is not in the list, or an
 *   image twice.
 * @throws {ClassError} CLASS_UNKNOWN: one of `things` is not in the list.
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
    if (!imageIds.has(image_id)) throw invalid(`${path}.image_id: ${quote(String(image_id))} is no image.`);
    if (annotated.has(image_id))
      throw invalid(`${path}.image_id: ${quote(String(image_id))} is there twice.`);
    annotated.add(image_id);
    for (const segment of arrayAt(segments_info, `${path}.segments_info`, FORMAT)) {
      const { id, category_id } = objectAt(segment, `${path}.segments_info`, FORMAT);
      if (!categoryIds.has(category_id as number)) {
        throw invalid(`${path}: the segment ${id} is of the category ${category_id}, which the list lacks.`);
      }
    }
  });
  return {
    images,
    annotations,
    categories: classes.classes.map(({ id, name }, place) => ({
      id,
      name,
      supercategory: name,
      isthing: thingClassIds.has(id) ? 1 : 0,
      color: channelsOf(parseColor(vocColor(place + 1))),
    })),
  };
}

/**
 * One image back to maps. An object's number counts the segments that are no crowd and of a category with
 * `isthing: 1`, in their order; without `categories`, all that are no crowd.
 *
 * @param png the segment ids
 * @param annotation the image's entry of `annotations`
 * @param options.voidId the class id of pixels of no segment, which no segment has. Default 255.
 * @throws {FormatError} FORMAT_INVALID: PNG and annotation do not belong together (a segment that only one of them has,
 *   an area that is not the pixels' number), a category that is not in `categories`, or not the format's form.
 * @throws {PngError} the PNG is damaged or over the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE, ENGINE_UNSUPPORTED: a PNG of 16 bits.
 */
export async function decodeCocoPanoptic(
  png: PngInput,
  annotation: Pick<CocoPanopticAnnotation, "segments_info">,
  options: LimitOptions & {
    readonly categories?: readonly Pick<CocoPanopticCategory, "id" | "isthing">[];
    readonly voidId?: number;
  } = {},
): Promise<PanopticMaps> {
  checkOptions(options);
  checkKeys(options, "categories voidId maxPixels maxBytes verify", "the options");
  const { voidId = 255, categories, ...limits } = options;
  checkVoidId(voidId, []);
  const isThing = readCategories(categories);
  const { segments_info: info } = objectAt(annotation, "the annotation", FORMAT);
  const segments = readSegmentsInfo(info, FORMAT, (fields, path) => {
    const classId = integerAt(fields.category_id, `${path}.category_id`, FORMAT);
    const isCrowd = integerAt(fields.iscrowd ?? 0, `${path}.iscrowd`, FORMAT, 0, 1) === 1;
    const thing = isThing === undefined ? true : isThing.get(classId);
    if (thing === undefined) throw invalid(`${path}.category_id: ${classId} is in no category.`);
    const area = fields.area === undefined ? {} : { area: integerAt(fields.area, `${path}.area`, FORMAT) };
    return { classId, isInstance: thing && !isCrowd, ...area };
  });
  if (segments.has(0)) throw invalid("a segment has the id 0, which is void.");
  const { width, height, data, ids, segments: found } = await decodeIds(png, limits);
  const indexed = { width, height, data, ids, counts: found.map(({ pixelCount }) => pixelCount) };
  return mapsOfSegments(indexed, segments, (id) => id === 0, voidId, FORMAT);
}

/** @param rgb 0xRRGGBB */
function channelsOf(rgb: number): [red: number, green: number, blue: number] {
  return [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
}

function readCategories(categories: unknown): Map<number, boolean> | undefined {
  if (categories === undefined) return undefined;
  return new Map(
    arrayAt(categories, "categories", FORMAT).map((item, place) => {
      const path = `categories[${place}]`;
      const { id, isthing } = objectAt(item, path, FORMAT);
      return [integerAt(id, `${path}.id`, FORMAT), integerAt(isthing, `${path}.isthing`, FORMAT, 0, 1) === 1];
    }),
  );
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);
const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
