/**
 * Label maps to Hugging Face's `segments_info`: a map of segment ids, and a list that describes the segments. The image
 * processors of transformers return both from `post_process_panoptic_segmentation` (`compute_segments` in
 * image_processing_maskformer.py).
 */

import type { OrConst } from "../../checks/const-options.js";
import type { Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { LabelledMap } from "../../maps/labelled-map.js";
import { paint, type SegmentOptions, segmentsOf } from "../shared/segments.js";

/** A segment, with the names that transformers uses. */
export interface HuggingFaceSegment {
  readonly id: number;
  /** The class id. */
  readonly label_id: number;
  /** Whether the class is stuff. All regions of stuff are one segment. */
  readonly was_fused: boolean;
  readonly score: number;
}

/** A map of segment ids, H×W, row-major, and its segments. */
export interface HuggingFaceSegmentation {
  readonly segmentation: DenseMap<Int32Array<ArrayBuffer>>;
  readonly segments_info: readonly HuggingFaceSegment[];
}

/**
 * A label map in the form of a panoptic result of transformers. `label_id` is the class id. Ids count from 1 in the order
 * of the legend, void pixels are 0, and every score is 1. `issues` is as in `encodeCocoPanoptic`.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`. The error names it.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeSegmentsInfo<const Given extends object = SegmentOptions>(
  map: LabelledMap,
  classes: ClassList,
  options?: OrConst<Given, SegmentOptions>,
): HuggingFaceSegmentation & { readonly issues: readonly Issue[] };
export function encodeSegmentsInfo(
  map: LabelledMap,
  classes: ClassList,
  options: SegmentOptions = {},
): HuggingFaceSegmentation & { readonly issues: readonly Issue[] } {
  const { groups: _, ...encoded } = encodeSegments(map, classes, options);
  return encoded;
}

/** `encodeSegmentsInfo`, and how many segments are groups of objects, which the form does not tell from stuff. */
export function encodeSegments(map: LabelledMap, classes: ClassList, options: SegmentOptions) {
  const { segments, data, idOfLabel, issues } = segmentsOf(map, classes, options);
  const numbers = new Map(segments.map(({ id }, place) => [id, place + 1]));
  const table = idOfLabel.map((id) => numbers.get(id) ?? 0);
  return {
    segmentation: { width: map.width, height: map.height, data: paint(data, table) },
    segments_info: segments.map(({ classId, isInstance }, place) => ({
      id: place + 1,
      label_id: classId,
      was_fused: !isInstance,
      score: 1,
    })),
    issues,
    groups: segments.filter(({ isCrowd }) => isCrowd).length,
  };
}
