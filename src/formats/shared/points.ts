/** The points of a shape as annotation tools write them, `[[x, y], …]`, and the size of the image that they are in. */
import { isSize, kindOf } from "../../checks/describe.js";
import { DecodeError, FormatError } from "../../errors.js";
import { arrayAt, integerAt } from "./fields.js";

/** `rasterize` draws no coordinate beyond this. */
const MAX_COORDINATE = 2 ** 25;

/**
 * The points as `[x1, y1, x2, y2, …]`.
 *
 * @param path where the points are: `shapes[3].points`
 * @param least how many points there must be
 * @param most how many points there may be
 * @throws {FormatError} FORMAT_INVALID: not a list of points, too few or too many points, or a coordinate that is no
 *   number from -2^25 to 2^25. The error names the point: `shapes[3].points[2]`.
 */
export function pointsAt(
  value: unknown,
  path: string,
  format: string,
  least: number,
  most = Number.POSITIVE_INFINITY,
): number[] {
  const points = arrayAt(value, path, format);
  const invalid = (problem: string) => new FormatError("FORMAT_INVALID", format, problem);
  if (points.length < least || points.length > most) {
    const needed = least === most ? least : `at least ${least}`;
    throw invalid(`${path}: has ${points.length} points; give ${needed}.`);
  }
  return points.flatMap((point, place) => {
    const where = `${path}[${place}]`;
    if (!Array.isArray(point) || point.length !== 2) throw invalid(`${where}: is no point; give [x, y].`);
    return [coordinateAt(point[0], `${where}[0]`, format), coordinateAt(point[1], `${where}[1]`, format)];
  });
}

/** @throws {FormatError} FORMAT_INVALID: no number from -2^25 to 2^25. */
export function coordinateAt(value: unknown, path: string, format: string): number {
  if (typeof value === "number" && Math.abs(value) <= MAX_COORDINATE) return value;
  const found = typeof value === "number" ? value : kindOf(value);
  const message = `${path}: is ${found}; a coordinate is a number from -2^25 to 2^25.`;
  throw new FormatError("FORMAT_INVALID", format, message);
}

/** @throws {DecodeError} OPTION_INVALID: `maxPixels` is no positive integer. */
export function checkMaxPixels(maxPixels = 2 ** 28): number {
  if (isSize(maxPixels)) return maxPixels;
  throw new DecodeError("OPTION_INVALID", "maxPixels must be a positive integer.");
}

/**
 * The size of an image that a file states.
 *
 * @param paths where the file states the width and the height
 * @throws {FormatError} FORMAT_INVALID: no positive integers; FORMAT_UNSUPPORTED: more than `maxPixels`.
 */
export function sizeAt(
  [width, height]: readonly [unknown, unknown],
  paths: readonly [string, string],
  format: string,
  maxPixels: number,
): { readonly width: number; readonly height: number } {
  const size = {
    width: integerAt(width, paths[0], format, 1),
    height: integerAt(height, paths[1], format, 1),
  };
  if (size.width * size.height <= Math.min(maxPixels, 2 ** 31 - 1)) return size;
  const message = `the image has ${size.width}×${size.height} pixels, but maxPixels allows ${maxPixels}.`;
  throw new FormatError("FORMAT_UNSUPPORTED", format, message);
}
