/**
 * Hugging Face's `segments_info`: a map of segment ids and a list that says what each is, as the image processors of
 * transformers return them from `post_process_panoptic_segmentation` (`compute_segments` in
 * image_processing_maskformer.py: `label_id`, `was_fused`, `score`), and as panoptic data sets have them (`category_id`).
 *
 * Ids count from 1. Pixels of no segment are 0 in a panoptic result, -1 in an instance one.
 */

import type { ClassList } from "../../legend/class-list.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { LabelMap } from "../../maps/label-map.js";
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
