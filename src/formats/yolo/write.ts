/**
 * Label maps to YOLO segmentation labels: a text file per image, with a line for each area.
 *
 *   <class index> <x1> <y1> <x2> <y2> … <xn> <yn>      x divided by the image's width, y by its height: 0 to 1
 *
 * The format: Ultralytics, "Instance Segmentation Datasets Overview" (docs.ultralytics.com/datasets/segment). It has no
 * holes, and no objects of several parts. As in Ultralytics' own `convert_segment_masks_to_yolo_seg`, each part gets a
 * line, and holes are filled, unless the outline goes around them too (`connectHoles`).
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelledMap } from "../../maps/labelled-map.js";
import { allOutlines, type Polygon } from "../../objects/outlines.js";
import { simplifyRing } from "../../objects/simplify-ring.js";
import { ringArea, throughCentres } from "../shared/pixel-rings.js";
import {
  issueOfNoObjects,
  paint,
  type Segment,
  type SegmentOptions,
  segmentsOf,
} from "../shared/segments.js";
import { connectHoles } from "./connect-holes.js";

/** How an image's text is written. */
export interface YoloOptions extends SegmentOptions {
  /** Whether areas of stuff get lines too. Default false. */
  readonly stuff?: boolean;
  /** How far, in pixels, the written outline may be from a point that is left out. Default 0: all points. */
  readonly simplify?: number;
  /**
   * What becomes of holes. `"fill"`, the default: they are filled. `"connect"`: the outline goes on to each hole and around
   * it, and back along the same line. Trainers then get the hole, since they fill a polygon by the even-odd rule.
   */
  readonly holes?: "fill" | "connect";
}

/** Ultralytics' converters write six decimals. In an image 16,384 pixels wide that is about a hundredth of a pixel. */
const DIGITS = 6;

/** The text of an image, and what it cannot say. */
export interface YoloLabels {
  /** A line for each area. It is the content of `labels/NAME.txt`. */
  readonly text: string;
  /**
   * - `hole-filled`: an object has holes; trainers fill them. The message says how many pixels these are.
   * - `object-split`: an object consists of several areas, so it has several lines, and trainers count several objects.
   * - `group-left-out`: a class has pixels that belong to no object; they have no line.
   * - `no-objects`: there is no line, because no label has a number and you named no things.
   * - `label-not-numbered`, `component-too-small`: as in `encodeCocoInstances`.
   */
  readonly issues: readonly Issue[];
}

/**
 * The text of one image: a line for each area of each object, in the order of the legend. Holes are filled. The class index
 * is the place of the class in `classes.classes`, which is the order of the data set's `names`. Groups have no line, as
 * Ultralytics leaves out COCO's crowds: they are pixels of a thing class that belong to no object.
 *
 * Outlines run through the centres of the outermost pixels: `(x + 0.5) / width`, `(y + 0.5) / height`. Trainers cut off the
 * fraction and fill the polygon with its edge (`polygon2mask` of Ultralytics: `cv2.fillPoly`), so they get the object's own
 * pixels. Coordinates on the edges of the pixels, as in COCO, would make each object a pixel wider and higher.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`. The error names it.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeYolo<const Given extends object = YoloOptions>(
  map: LabelledMap,
  classes: ClassList,
  options?: OrConst<Given, YoloOptions>,
): YoloLabels;
export function encodeYolo(map: LabelledMap, classes: ClassList, options: YoloOptions = {}): YoloLabels {
  const { text, issues } = labelsOfImage(map, classes, options);
  return { text, issues };
}

/** What the text of an image does not say, in numbers. */
export interface YoloLosses {
  readonly holePixels: number;
  /** Objects that have several lines. */
  readonly splitObjects: number;
  /** Pixels of groups, which have no line. */
  readonly groupPixels: number;
  /** Pixels of stuff, if it has no lines. */
  readonly stuffPixels: number;
}

/** `encodeYolo`, and what is lost in numbers. */
export function labelsOfImage(
  map: LabelledMap,
  classes: ClassList,
  options: YoloOptions,
): YoloLabels & { readonly losses: YoloLosses } {
  const found = segmentsOf(map, classes, options);
  const { segments, data, idOfLabel } = found;
  const { stuff, simplify, holes: holeRule } = checkYoloOptions(options);
  const placeOfClass = new Map(classes.classes.map(({ id }, place) => [id, place]));
  const written = new Map(
    segments
      .filter(({ isInstance, isCrowd }) => isInstance || (stuff && !isCrowd))
      .map((segment) => [segment.id, segment]),
  );
  const { width, height } = map;
  const table = idOfLabel.map((id) => (written.has(id) ? id : -1));
  const lines: string[] = [];
  const losses = new Map<number, ClassLosses>();
  const nameOf = (classId: number) => quote(classes.classes[placeOfClass.get(classId)!]!.name);
  const issues: Issue[] = [...found.issues];
  for (const { value, polygons } of allOutlines({ width, height, data: paint(data, table) })) {
    const segment = written.get(value)!;
    for (const { outer, holes } of polygons) {
      const isConnected = holeRule === "connect" && holes.length > 0;
      const points = isConnected ? connectHoles(outer, holes) : throughCentres(outer);
      const numbers = (simplify > 0 ? simplifyRing(points, simplify) : points).map((coordinate, at) =>
        Number((coordinate / (at % 2 === 0 ? width : height)).toFixed(DIGITS)),
      );
      // The reader needs three points, and a line of pixels may have only two that differ.
      while (numbers.length < 6) numbers.push(...numbers.slice(-2));
      lines.push([placeOfClass.get(segment.classId), ...numbers].join(" "));
    }
    const ofClass = losses.get(segment.classId) ?? new ClassLosses(holeRule);
    losses.set(segment.classId, ofClass);
    ofClass.add(polygons, segment.isInstance);
  }
  for (const [classId, ofClass] of losses) issues.push(...ofClass.issues(nameOf(classId)));
  const groups = segments.filter(({ isCrowd }) => isCrowd);
  for (const group of groups) issues.push(groupLeftOut(nameOf(group.classId), group));
  if (lines.length === 0) issues.push(...issueOfNoObjects(found));
  const left = segments.filter(({ id, isCrowd }) => !isCrowd && !written.has(id));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const all = [...losses.values()];
  return {
    text: lines.map((line) => `${line}\n`).join(""),
    issues,
    losses: {
      holePixels: sum(all.map(({ holePixels }) => holePixels)),
      splitObjects: sum(all.map(({ splitObjects }) => splitObjects)),
      groupPixels: sum(groups.map(({ area }) => area)),
      stuffPixels: sum(left.map(({ area }) => area)),
    },
  };
}

/** @throws {DecodeError} OPTION_INVALID */
function checkYoloOptions(options: YoloOptions) {
  const { stuff = false, simplify = 0, holes = "fill" } = checkOptions(options, "stuff");
  if (!Number.isFinite(simplify) || simplify < 0) {
    throw invalid("simplify must be a number of at least 0: a tolerance in pixels.");
  }
  if (holes !== "fill" && holes !== "connect") throw invalid('holes must be "fill" or "connect".');
  return { stuff, simplify, holes };
}

/** What YOLO cannot say of the objects of a class. */
class ClassLosses {
  readonly #holeRule: "fill" | "connect";
  holes = 0;
  holePixels = 0;
  splitObjects = 0;
  splitAreas = 0;

  constructor(holeRule: "fill" | "connect") {
    this.#holeRule = holeRule;
  }

  add(polygons: readonly Polygon[], isInstance: boolean): void {
    for (const { holes } of this.#holeRule === "fill" ? polygons : []) {
      this.holes += holes.length;
      for (const hole of holes) this.holePixels += ringArea(hole);
    }
    if (!isInstance || polygons.length === 1) return;
    this.splitObjects++;
    this.splitAreas += polygons.length;
  }

  issues(name: string): Issue[] {
    const issues: Issue[] = [];
    if (this.holes > 0) {
      const holes = `${counted(this.holes, "hole")} in ${name}, together ${counted(this.holePixels, "pixel")}`;
      const message = `${holes}, ${this.holes === 1 ? "is" : "are"} filled, because YOLO has no holes; pass holes: "connect", or use COCO, to keep them.`;
      issues.push({ code: "hole-filled", message });
    }
    if (this.splitObjects > 0) {
      const objects = `${counted(this.splitObjects, "object")} of ${name}`;
      const message = `${objects} in several areas ${this.splitObjects === 1 ? "becomes" : "become"} ${this.splitAreas} objects, because YOLO has one outline for each object; use COCO to keep them together.`;
      issues.push({ code: "object-split", message });
    }
    return issues;
  }
}

function groupLeftOut(name: string, { area }: Segment): Issue {
  const message = `${counted(area, "pixel")} of ${name} belong to no object and have no line; pass objects: "components" to count connected areas.`;
  return { code: "group-left-out", message };
}
