/** COCO's annotations of one image to maps of classes and objects. */

import { checkOptions } from "../../checks/arguments.js";
import { isSize } from "../../checks/describe.js";
import { DecodeError, FormatError, LabelMapError } from "../../errors.js";
import { type RlesToMapOptions, rlesToMap } from "../../objects/read-rle.js";
import type { Rle } from "../../objects/rle.js";
import { arrayAt, integerAt, objectAt } from "../shared/fields.js";
import { checkVoidId, type PanopticMaps } from "../shared/segment-maps.js";
import { type CocoInstanceAnnotation, FORMAT } from "./json.js";
import { type Drawn, rleOfPolygons } from "./polygon-rle.js";

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
