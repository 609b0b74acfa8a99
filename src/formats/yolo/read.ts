/** The lines of a YOLO segmentation file to polygons in pixels. */

import { isObject, isSize, kindOf, quote } from "../../checks/describe.js";
import { DecodeError, FormatError } from "../../errors.js";

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
  if (typeof text !== "string") throw wrong(`the text is ${kindOf(text)}; give a string.`);
  if (!isObject(size) || !isSize(size.width) || !isSize(size.height)) {
    throw wrong("give the image's width and height, two positive integers.");
  }
  const polygons: YoloPolygon[] = [];
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
    polygons.push({ classIndex: Number(index), polygon });
  });
  return polygons;
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);
