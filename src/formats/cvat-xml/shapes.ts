/**
 * The area of a shape of CVAT. Points are in pixels from the image's top left corner. Masks are exact. Polygons and boxes
 * get the pixels that pycocotools gives them, as in CVAT's own exports, which datumaro makes (`mask_tools.py`).
 */

import { quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import { type MaskLimit, rleOfMask } from "../shared/bitmaps.js";
import type { DrawnShape } from "../shared/drawn-objects.js";
import { integerAt } from "../shared/fields.js";
import { coordinateAt } from "../shared/points.js";
import { type CvatShape, FORMAT } from "./annotations.js";
import { ellipseRle } from "./ellipse.js";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Elements that have no area, or none in the plane of the image. */
export const WITHOUT_AREA: ReadonlySet<string> = new Set(["polyline", "points", "skeleton", "tag", "cuboid"]);

/** A run counts for the limit of an image like so many pixels. The limit is then 2^24 runs. */
const PIXELS_PER_RUN = 256;

/** The area, or `undefined` if the type is unknown. @throws {FormatError} a field is invalid, or masks are too large */
export function readGeometry(
  { type, fields, path }: CvatShape,
  image: Size,
  limit: MaskLimit,
): DrawnShape["geometry"] | undefined {
  const at = (name: string) => coordinateIn(fields[name], `${path}/@${name}`);
  const rotation = fields.rotation === undefined ? 0 : at("rotation");
  switch (type) {
    case "polygon":
      return { polygons: [pointsOf(fields.points, `${path}/@points`)] };
    case "box":
      return { polygons: [boxRing(at("xtl"), at("ytl"), at("xbr"), at("ybr"), rotation)] };
    case "ellipse": {
      const ellipse = { x: at("cx"), y: at("cy"), radiusX: at("rx"), radiusY: at("ry"), rotation };
      const code = ellipseRle(ellipse, image);
      limit.spend(code.counts.length * PIXELS_PER_RUN, path, FORMAT);
      return { rle: code };
    }
    case "mask":
      return readMask(fields, path, image, limit);
    default:
      return undefined;
  }
}

/** The corners of a box that is turned around its centre, clockwise, by degrees. */
function boxRing(left: number, top: number, right: number, bottom: number, rotation: number): number[] {
  const ring = [left, top, right, top, right, bottom, left, bottom];
  if (rotation === 0) return ring;
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const [cos, sin] = [Math.cos((rotation * Math.PI) / 180), Math.sin((rotation * Math.PI) / 180)];
  return ring.map((coordinate, place) => {
    const isX = place % 2 === 0;
    const x = (isX ? coordinate : ring[place - 1]!) - middleX;
    const y = (isX ? ring[place + 1]! : coordinate) - middleY;
    return isX ? middleX + x * cos - y * sin : middleY + x * sin + y * cos;
  });
}

/** `x,y;x,y;x,y` */
function pointsOf(text: string | undefined, path: string): number[] {
  const points = (text ?? "").split(";");
  if (text === undefined || points.length < 3) {
    const found = text === undefined ? "is missing" : `has ${text === "" ? 0 : points.length} points`;
    throw invalid(`${path}: ${found}; a polygon has at least 3 points, such as "1,2;3,4;5,6".`);
  }
  return points.flatMap((point, place) => {
    const where = `${path}, point ${place + 1}`;
    const [x, y, more] = point.split(",");
    if (y === undefined || more !== undefined) throw invalid(`${where}: is no point; write it as x,y.`);
    return [coordinateIn(x, `${where}, x`), coordinateIn(y, `${where}, y`)];
  });
}

/** The runs of a mask count along the rows of its box, first pixels outside of the mask. */
function readMask(
  { rle, ...fields }: CvatShape["fields"],
  path: string,
  image: Size,
  limit: MaskLimit,
): DrawnShape["geometry"] {
  const at = (name: string, least: number) => integerIn(fields[name], `${path}/@${name}`, least);
  const [left, top, width, height] = [at("left", 0), at("top", 0), at("width", 1), at("height", 1)];
  if (left + width > image.width || top + height > image.height) {
    const found = `the mask of ${width}×${height} pixels at (${left}, ${top})`;
    throw invalid(`${path}: ${found} is not in the image of ${image.width}×${image.height} pixels.`);
  }
  if (rle === undefined) throw invalid(`${path}/@rle: is missing; give the lengths of the runs.`);
  limit.spend(width * image.height, `${path}/@rle`, FORMAT);
  const data = new Uint8Array(width * height);
  let reached = 0;
  for (const [place, count] of rle.split(",").entries()) {
    const length = integerIn(count, `${path}/@rle, run ${place + 1}`, 0);
    if (place % 2 === 1) data.fill(1, reached, reached + length);
    reached += length;
  }
  if (reached !== data.length) {
    throw invalid(`${path}/@rle: the runs have ${reached} pixels, but the box has ${width}×${height}.`);
  }
  const code = rleOfMask({ width, height, data }, [left, top], image);
  // Runs along the rows may become many more runs down the columns, and all of them are kept until the image is drawn.
  limit.spend(code.counts.length * PIXELS_PER_RUN, `${path}/@rle`, FORMAT);
  return { rle: code };
}

const coordinateIn = (text: string | undefined, path: string) =>
  coordinateAt(numberAt(text, path), path, FORMAT);

const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

/** @throws {FormatError} FORMAT_INVALID: the text is missing, or no number. */
export function numberAt(text: string | undefined, path: string): number {
  if (text !== undefined && NUMBER.test(text)) return Number(text);
  throw invalid(`${path}: is ${text === undefined ? "missing" : quote(text)}; write a number.`);
}

/** @throws {FormatError} FORMAT_INVALID: no integer of at least `least`. */
export function integerIn(text: string | undefined, path: string, least: number): number {
  return integerAt(numberAt(text, path), path, FORMAT, least);
}

const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
