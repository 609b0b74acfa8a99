/** The lines of a YOLO segmentation file to polygons in pixels, or to a label map. */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, isObject, isSize, kindOf, quote } from "../../checks/describe.js";
import { IssueList } from "../../checks/issue-list.js";
import { ClassError, DecodeError, FormatError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { isClassList } from "../../legend/is-class-list.js";
import type { LabelMap } from "../../maps/label-map.js";
import { checkThings, drawShapes, type ShapeReadOptions } from "../shared/drawn-objects.js";
import { checkMaxPixels, sizeAt } from "../shared/points.js";

const FORMAT = "YOLO";

/** A line of the file: an area of one class. */
export interface YoloPolygon {
  /** The place of the class in the data set's `names`, counted from 0. */
  readonly classIndex: number;
  /** `[x1, y1, x2, y2, …]` in pixels. */
  readonly polygon: readonly number[];
}

/**
 * The polygons of a text, in pixels of an image of this size. Empty lines are ignored. The format is Ultralytics'.
 *
 * @throws {FormatError} FORMAT_INVALID: a line has no class index, fewer than three points (files for the detection of
 *   boxes have four numbers), or a number outside 0 to 1. The error names the line.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function decodeYolo(
  text: string,
  size: { readonly width: number; readonly height: number },
): YoloPolygon[] {
  return readLines(text, size).map(({ classIndex, polygon }) => ({ classIndex, polygon }));
}

/** How the lines of a file become a label map. */
export interface YoloMapOptions extends ShapeReadOptions {
  /** The image's size in pixels. The file does not say it. */
  readonly width: number;
  readonly height: number;
  /** The names of the classes in the order of their indices (`yoloNames` reads them from `data.yaml`), or a class list. */
  readonly classes: readonly string[] | ClassList;
}

/**
 * Turns the text of an image into a label map with a label for each line, as Ultralytics makes the masks that it trains on:
 * fractions of pixels are cut off, `cv2.fillPoly` fills each polygon with its edge, and smaller areas cover the larger ones
 * (`polygon2mask` and `polygons2masks_overlap` in ultralytics/data/utils.py). So what `encodeYolo` has written comes back
 * with its own pixels. In training, Ultralytics first resizes the image and spreads 1,000 points over each outline, which
 * may move an edge by a pixel.
 *
 * A label's `classId` is the class index, or the id that a class list gives the class. Pixels on no line are unlabelled.
 * `issues`: `shape-empty` and `shape-covered`, as in `rasterize`, with the line as the path.
 *
 * @throws {FormatError} FORMAT_INVALID: as `decodeYolo`, or a class index without a name; the error names the line.
 *   FORMAT_UNSUPPORTED: the image has more than `maxPixels`, or the outlines are too long.
 * @throws {ClassError} CLASS_UNKNOWN: `things` names a class that `classes` lacks.
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY.
 */
export function yoloToMap(text: string, options: YoloMapOptions): LabelMap {
  checkOptions(options);
  checkKeys(options, "width height classes things maxPixels", "the options");
  const classes = readClassOption(options.classes);
  const things = checkThings(options.things);
  for (const name of things ?? []) {
    if (classes.some((entry) => entry.name === name)) continue;
    throw new ClassError("CLASS_UNKNOWN", `things: the classes have no ${quote(name)}.`);
  }
  const maxPixels = checkMaxPixels(options.maxPixels);
  const lines = readLines(text, options);
  const size = sizeAt([options.width, options.height], ["width", "height"], FORMAT, maxPixels);
  const shapes = lines.map(({ line, classIndex, polygon }) => {
    const entry = classes[classIndex];
    const path = `line ${line}`;
    if (entry === undefined) {
      const message = `${path}: the class ${classIndex} has no name; there are ${classes.length} classes.`;
      throw new FormatError("FORMAT_INVALID", FORMAT, message);
    }
    return { path, geometry: { polygons: [polygon] }, className: entry.name, classId: entry.id, group: null };
  });
  const rules = { ...size, rule: "opencv", order: "area", maxPixels } as const;
  return drawShapes(shapes, rules, things, FORMAT, new IssueList());
}

function readClassOption(classes: unknown): readonly { readonly id: number; readonly name: string }[] {
  if (isClassList(classes)) return classes.classes;
  if (Array.isArray(classes) && classes.every((name) => typeof name === "string" && name !== "")) {
    return classes.map((name: string, id) => ({ id, name }));
  }
  throw wrong("classes must be a list of names in the order of their indices, or a ClassList.");
}

/** A polygon, and the number of its line. */
interface Line extends YoloPolygon {
  readonly line: number;
}

function readLines(text: string, size: { readonly width: number; readonly height: number }): Line[] {
  if (typeof text !== "string") throw wrong(`the text is ${kindOf(text)}; give a string.`);
  if (!isObject(size) || !isSize(size.width) || !isSize(size.height)) {
    throw wrong("give the image's width and height, two positive integers.");
  }
  const polygons: Line[] = [];
  text.split(/\r\n?|\n/).forEach((line, place) => {
    const [index, ...words] = line.trim().split(/\s+/);
    if (index === "" || index === undefined) return;
    const invalid = (problem: string) =>
      new FormatError("FORMAT_INVALID", FORMAT, `line ${place + 1}: ${problem}`);
    if (!/^\d{1,9}$/.test(index)) throw invalid(`${quote(index)} is not a class index.`);
    if (words.length < 6 || words.length % 2 === 1) {
      throw invalid(
        `${words.length} numbers follow the class index; a polygon has x and y of at least three points.`,
      );
    }
    const polygon = words.map((word, at) => {
      const share = /^[\d.eE+-]+$/.test(word) ? Number(word) : Number.NaN;
      if (!(share >= 0 && share <= 1)) throw invalid(`${quote(word)} is not a number from 0 to 1.`);
      return share * (at % 2 === 0 ? size.width : size.height);
    });
    polygons.push({ line: place + 1, classIndex: Number(index), polygon });
  });
  return polygons;
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);
