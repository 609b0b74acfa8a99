/**
 * A PNG of COCO panoptic and its annotation to maps of classes and objects. The checks are those of evaluation.py in
 * panopticapi at 7bb4655 (github.com/cocodataset/panopticapi).
 */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys } from "../../checks/describe.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { FormatError } from "../../errors.js";
import { decodeIds } from "../id-png/read.js";
import { arrayAt, integerAt, objectAt } from "../shared/fields.js";
import { checkVoidId, mapsOfSegments, type PanopticMaps, readSegmentsInfo } from "../shared/segment-maps.js";
import { type CocoPanopticAnnotation, type CocoPanopticCategory, FORMAT } from "./json.js";

/**
 * Turns one image into two maps, H×W, row-major: class ids and objects. Objects are the segments that are no crowd and
 * whose category has `isthing: 1`, numbered from 1 in the order of `segments_info`. Without `categories`, all segments
 * but crowds are objects.
 *
 * @param png the segment ids, RGB: `id = R + 256 G + 256² B`
 * @param annotation the image's entry of `annotations`
 * @param options.categories the categories of the data set; they say which classes are things
 * @param options.voidId the class id of pixels that are in no segment. No segment may have it. Default 255.
 * @throws {FormatError} FORMAT_INVALID: the PNG and the annotation do not belong together (only one of them has a
 *   segment, or an area is not the number of pixels), `categories` lacks a category, or a field is invalid.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE. ENGINE_UNSUPPORTED: the PNG has 16 bits.
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
    if (thing === undefined) throw invalid(`${path}.category_id: categories has no id ${classId}.`);
    const area = fields.area === undefined ? {} : { area: integerAt(fields.area, `${path}.area`, FORMAT) };
    return { classId, isInstance: thing && !isCrowd, ...area };
  });
  if (segments.has(0)) throw invalid("segments_info has a segment with the id 0, which is void.");
  const { width, height, data, ids, segments: found } = await decodeIds(png, limits);
  const indexed = { width, height, data, ids, counts: found.map(({ pixelCount }) => pixelCount) };
  return mapsOfSegments(indexed, segments, (id) => id === 0, voidId, FORMAT);
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

const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
