/**
 * Hugging Face's `segments_info`: a map of segment ids and a list that says what each is, as the image processors of
 * transformers return them from `post_process_panoptic_segmentation` (`compute_segments` in
 * image_processing_maskformer.py: `label_id`, `was_fused`, `score`), and as panoptic data sets have them (`category_id`).
 *
 * Ids count from 1. Pixels of no segment are 0 in a panoptic result, -1 in an instance one.
 */

import { checkOptions } from "../../checks/arguments.js";
import { isObject } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { checkDenseMap, type DenseMap } from "../../maps/dense-map.js";
import type { LabelMap } from "../../maps/label-map.js";
import { integerAt, objectAt } from "../shared/fields.js";
import { mapsOfSegments, type PanopticMaps, readSegmentsInfo } from "../shared/segment-maps.js";
import { paint, type SegmentOptions, segmentsOf } from "../shared/segments.js";

/** Names as in transformers. */
export interface HuggingFaceSegment {
  readonly id: number;
  readonly label_id: number;
  /** Whether the class is stuff, whose regions are one segment. */
  readonly was_fused: boolean;
  readonly score: number;
}

export interface HuggingFaceSegmentation {
  readonly segmentation: DenseMap<Int32Array<ArrayBuffer>>;
  readonly segments_info: readonly HuggingFaceSegment[];
}

const FORMAT = "segments_info";

/**
 * A label map in the form of a panoptic result: `label_id` is the class id, ids count from 1 in the order of the
 * legend, void pixels are 0, and every score is 1.
 *
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels, or one of `things`, is not in the list. It is named.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeSegmentsInfo(
  map: LabelMap,
  classes: ClassList,
  options: SegmentOptions = {},
): HuggingFaceSegmentation {
  const { segments, idOfLabel } = segmentsOf(map, classes, options);
  const numbers = new Map(segments.map(({ id }, place) => [id, place + 1]));
  const table = idOfLabel.map((id) => numbers.get(id) ?? 0);
  return {
    segmentation: { width: map.width, height: map.height, data: paint(map.data, table) },
    segments_info: segments.map(({ classId, isInstance }, place) => ({
      id: place + 1,
      label_id: classId,
      was_fused: !isInstance,
      score: 1,
    })),
  };
}

/**
 * A result of transformers, or a data set's segments, to maps. Objects are the segments without `was_fused: true` and
 * without `iscrowd: 1`, numbered in their order. Where stuff of one class came as several entries with one id, as
 * transformers lists fused ones, they must agree. Segments without a pixel are left out: in an instance result each
 * mask is painted over those before it, and may cover them.
 *
 * @param options.voidId the class id of pixels of no segment, which no segment has. Default 255.
 * @throws {FormatError} FORMAT_INVALID: the map has a segment that the list has not, or not the format's form.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function decodeSegmentsInfo(
  result: { readonly segmentation: DenseMap; readonly segments_info: readonly object[] },
  options: { readonly voidId?: number } = {},
): PanopticMaps {
  const { segmentation, segments_info: info } = objectAt(result, "the result", FORMAT);
  checkDenseMap(segmentation, "segmentation");
  checkOptions(options);
  const { voidId = 255 } = options;
  const segments = readSegmentsInfo(withoutRepeats(info), FORMAT, (fields, path) => {
    const isLabelled = fields.label_id !== undefined;
    const key = isLabelled ? "label_id" : "category_id";
    return {
      classId: integerAt(fields[key], `${path}.${key}`, FORMAT),
      isInstance: fields.was_fused !== true && fields.iscrowd !== 1 && fields.iscrowd !== true,
    };
  });
  const indexed = indexIds(segmentation);
  const occurring = new Set(indexed.ids);
  for (const id of segments.keys()) if (!occurring.has(id)) segments.delete(id);
  return mapsOfSegments(indexed, segments, (id) => id === 0 || id === -1, voidId, FORMAT);
}

/**
 * transformers lists a fused segment once for each region that went into it, with the same id: only the first is kept.
 * @throws {FormatError} FORMAT_INVALID: they differ in their class
 */
function withoutRepeats(info: unknown): unknown {
  if (!Array.isArray(info)) return info;
  const firstOfId = new Map<unknown, Record<string, unknown>>();
  return info.filter((item: unknown, place) => {
    if (!isObject(item) || item.was_fused !== true) return true;
    const first = firstOfId.get(item.id);
    if (first === undefined) {
      firstOfId.set(item.id, item);
      return true;
    }
    if (first.label_id === item.label_id) return false;
    const message = `segments_info[${place}]: the segment ${item.id} has two classes.`;
    throw new FormatError("FORMAT_INVALID", FORMAT, message);
  });
}

function indexIds({ width, height, data: segmentIds }: DenseMap) {
  const places = new Map<number, number>();
  const counts: number[] = [];
  const data = new Int32Array(segmentIds.length);
  let place = 0;
  for (let index = 0; index < data.length; index++) {
    const id = segmentIds[index]!;
    if (index === 0 || id !== segmentIds[index - 1]) {
      place = places.get(id) ?? places.size;
      places.set(id, place);
      counts[place] ??= 0;
    }
    counts[place]!++;
    data[index] = place;
  }
  return { width, height, data, ids: [...places.keys()], counts };
}
