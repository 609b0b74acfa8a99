/**
 * Hugging Face's `segments_info` to a label map. Results of transformers have `label_id`, `was_fused` and
 * `score` (`compute_segments` in image_processing_maskformer.py). Panoptic data sets have `category_id`.
 *
 * Pixels that are in no segment are 0 in a panoptic result, and -1 in an instance result.
 */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, isObject } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { checkDenseMap, type DenseMap } from "../../maps/dense-map.js";
import type { LabelMap } from "../../maps/label-map.js";
import { classesById } from "../shared/class-names.js";
import { integerAt, objectAt } from "../shared/fields.js";
import { labelSegments, readSegmentsInfo } from "../shared/listed-segments.js";

const FORMAT = "segments_info";

/**
 * Turns a result of transformers, or the segments of a data set, into a label map with a label for each segment, in the
 * order of the list. Objects are the segments without `was_fused: true` and without `iscrowd: 1`. Pixels in no segment are
 * unlabelled. `map.semantic()` gives the class ids, and `map.instance()` the objects, numbered from 1.
 *
 * transformers may list a fused segment several times with the same id; these entries must have the same class. Segments
 * without a pixel are left out. In an instance result, each mask is painted over the masks before it and may cover them.
 *
 * @param options.classes what the class ids are called. An id that the list lacks, or without a list, is its own name.
 * @throws {FormatError} FORMAT_INVALID: the list lacks a segment of the map, or a field is invalid.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function decodeSegmentsInfo(
  result: { readonly segmentation: DenseMap; readonly segments_info: readonly object[] },
  options: { readonly classes?: ClassList } = {},
): LabelMap {
  const { segmentation, segments_info: info } = objectAt(result, "the result", FORMAT);
  checkDenseMap(segmentation, "segmentation");
  checkOptions(options);
  checkKeys(options, "classes", "the options");
  const classes = classesById(options.classes);
  const segments = readSegmentsInfo(withoutRepeats(info), FORMAT, (fields, path) => {
    const isLabelled = fields.label_id !== undefined;
    const key = isLabelled ? "label_id" : "category_id";
    const classId = integerAt(fields[key], `${path}.${key}`, FORMAT);
    const isThing = fields.was_fused !== true;
    const isCrowd = isThing && (fields.iscrowd === 1 || fields.iscrowd === true);
    const { name: className = String(classId), supercategory = null } = classes.get(classId) ?? {};
    return { className, classId, supercategory, isThing, isCrowd, isInstance: isThing && !isCrowd };
  });
  const indexed = indexIds(segmentation);
  const occurring = new Set(indexed.ids);
  for (const id of segments.keys()) if (!occurring.has(id)) segments.delete(id);
  return labelSegments(indexed, segments, (id) => id === 0 || id === -1, FORMAT);
}

/**
 * Keeps the first entry of each fused segment. transformers lists a fused segment once for each of its regions, with the
 * same id.
 * @throws {FormatError} FORMAT_INVALID: two entries of a segment have different classes.
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
    const message = `segments_info[${place}]: the segment ${item.id} has two classes, ${first.label_id} and ${item.label_id}.`;
    throw new FormatError("FORMAT_INVALID", FORMAT, message);
  });
}

/** Numbers the ids in the order in which they occur. */
function indexIds({ width, height, data: segmentIds }: DenseMap) {
  const places = new Map<number, number>();
  const data = new Int32Array(segmentIds.length);
  let place = 0;
  for (let index = 0; index < data.length; index++) {
    const id = segmentIds[index]!;
    if (index === 0 || id !== segmentIds[index - 1]) {
      place = places.get(id) ?? places.size;
      places.set(id, place);
    }
    data[index] = place;
  }
  return { width, height, data, ids: [...places.keys()] };
}
