/**
 * YOLO segmentation labels: a text file per image, a line per area, and back to polygons.
 *
 *   <class index> <x1> <y1> <x2> <y2> … <xn> <yn>      x by the image's width, y by its height, 0 to 1
 *
 * The format: Ultralytics, "Instance Segmentation Datasets Overview" (docs.ultralytics.com/datasets/segment). It knows
 * neither holes nor objects of several parts. As in Ultralytics' own `convert_segment_masks_to_yolo_seg`, each part gets a
 * line, and holes are filled.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelMap } from "../../maps/label-map.js";
import { allOutlines } from "../../objects/outlines.js";
import { paint, type SegmentOptions, segmentsOf } from "../shared/segments.js";

export interface YoloOptions extends SegmentOptions {
  /** Whether the areas of stuff classes get lines too. Default false. */
  readonly stuff?: boolean;
  /** How far in pixels a point that is left out may be from the line drawn instead. Default 0: the exact outline. */
  readonly simplify?: number;
}

/** As many as the converters of Ultralytics write; at 16,384 pixels that is a hundredth of one. */
const DIGITS = 6;

/**
 * The text of one image: a line for each area of each object, in the order of the legend. The outline runs along the
 * pixels' edges. The class index is the class's place in `classes.classes`, which is the order of the data set's
 * `names`. Groups (of a thing class, but no object) are left out, as Ultralytics leaves out COCO's crowds.
 *
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels, or one of `things`, is not in the list. It is named.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeYolo(map: LabelMap, classes: ClassList, options: YoloOptions = {}): string {
  const { segments, idOfLabel } = segmentsOf(map, classes, options);
  checkOptions(options, "stuff");
  const { stuff = false, simplify = 0 } = options;
  const indexOfClass = new Map(classes.classes.map(({ id }, place) => [id, place]));
  const indexOfSegment = new Map(
    segments
      .filter(({ isInstance, isCrowd }) => isInstance || (stuff && !isCrowd))
      .map(({ id, classId }) => [id, indexOfClass.get(classId)!]),
  );
  const { width, height } = map;
  const table = idOfLabel.map((id) => (indexOfSegment.has(id) ? id : -1));
  const lines: string[] = [];
  for (const { value, polygons } of allOutlines(
    { width, height, data: paint(map.data, table) },
    { simplify },
  )) {
    for (const { outer } of polygons) {
      const numbers = outer.map((coordinate, place) => {
        return Number((coordinate / (place % 2 === 0 ? width : height)).toFixed(DIGITS));
      });
      lines.push([indexOfSegment.get(value), ...numbers].join(" "));
    }
  }
  return lines.map((line) => `${line}\n`).join("");
}
