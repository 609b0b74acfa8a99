/**
 * Label maps to YOLO segmentation labels: a text file per image, with a line for each area.
 *
 *   <class index> <x1> <y1> <x2> <y2> … <xn> <yn>      x divided by the image's width, y by its height: 0 to 1
 *
 * The format: Ultralytics, "Instance Segmentation Datasets Overview" (docs.ultralytics.com/datasets/segment). It has no
 * holes, and no objects of several parts. As in Ultralytics' own `convert_segment_masks_to_yolo_seg`, each part gets a
 * line, and holes are filled.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelMap } from "../../maps/label-map.js";
import { allOutlines } from "../../objects/outlines.js";
import { paint, type SegmentOptions, segmentsOf } from "../shared/segments.js";

/** How an image's text is written. */
export interface YoloOptions extends SegmentOptions {
  /** Whether areas of stuff get lines too. Default false. */
  readonly stuff?: boolean;
  /** How far, in pixels, the written outline may be from a point that is left out. Default 0: the exact outline. */
  readonly simplify?: number;
}

/** Ultralytics' converters write six decimals. In an image 16,384 pixels wide that is about a hundredth of a pixel. */
const DIGITS = 6;

/**
 * The text of one image: a line for each area of each object, in the order of the legend. Outlines run along the edges of
 * the pixels, and holes are filled. The class index is the place of the class in `classes.classes`, which is the order of
 * the data set's `names`. Groups have no line, as Ultralytics leaves out COCO's crowds: they are pixels of a thing class
 * that belong to no object.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`. The error names it.
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
