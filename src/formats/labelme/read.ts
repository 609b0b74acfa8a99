/**
 * LabelMe's shapes to a label map. LabelMe paints them one over the other, in the order of the file
 * (`shapes_to_label` and `shape_to_mask` in labelme/utils/shape.py of labelme 5).
 *
 * LabelMe draws with Pillow's `ImageDraw`, which cuts off the fractions of the points and fills a polygon with its edge.
 * So does the rule `opencv` of `rasterize`. Along the axes and the diagonals both draw the same pixels. Along other edges
 * a pixel may differ: OpenCV draws a line of pixels there, and Pillow 9.4 rounds where each row crosses the edge. In random
 * polygons that is one in six of the pixels at the edge, and in random circles one in fifteen.
 */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, kindOf, quote } from "../../checks/describe.js";
import { IssueList } from "../../checks/issue-list.js";
import { checkSignal } from "../../checks/signal.js";
import type { SignalInput } from "../../decode/input-types.js";
import { FormatError } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import type { AbortableOptions } from "../shared/abortable.js";
import { bytesOfBase64, MaskLimit, maskOfPng, rleOfMask } from "../shared/bitmaps.js";
import { checkThings, type DrawnShape, drawShapes, type ShapeReadOptions } from "../shared/drawn-objects.js";
import { arrayAt, type Fields, objectAt } from "../shared/fields.js";
import { checkMaxPixels, pointsAt, sizeAt } from "../shared/points.js";
import { discRing } from "./disc.js";
import { FORMAT, type LabelMeFile } from "./json.js";

/** Types without an area. LabelMe draws them with a pen of 10 pixels, which says nothing about the image. */
const WITHOUT_AREA: ReadonlySet<unknown> = new Set(["line", "linestrip", "point", "points"]);

/**
 * Turns a file of LabelMe into a label map with a label for each object. Shapes of a label with the same `group_id` are one
 * object; a `group_id` above 0 is its number. Later shapes cover the earlier ones. Polygons, rectangles, oriented rectangles,
 * circles and masks are drawn. Pixels that no shape covers are unlabelled.
 *
 * `issues`: `shape-without-area` (lines and points are not drawn), `shape-unknown` (a type that LabelMe does not have),
 * `label-missing` (the label is empty), `shape-empty` and `shape-covered` (as in `rasterize`). Flags, descriptions and
 * `imageData` are not read.
 *
 * @param file the parsed JSON
 * @throws {FormatError} FORMAT_INVALID: a field is invalid; the error names it. FORMAT_UNSUPPORTED: the image has more than
 *   `maxPixels`, or the outlines or masks are too large.
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY, WASM_UNAVAILABLE.
 */
export async function decodeLabelMe(
  file: Pick<LabelMeFile, "imageWidth" | "imageHeight"> & { readonly shapes: readonly object[] },
  options: ShapeReadOptions & AbortableOptions = {},
): Promise<LabelMap> {
  checkOptions(options);
  checkKeys(options, "things maxPixels signal", "the options");
  const things = checkThings(options.things);
  const maxPixels = checkMaxPixels(options.maxPixels);
  checkSignal(options.signal);
  const { imageWidth, imageHeight, shapes } = objectAt(file, "the file", FORMAT);
  const image = sizeAt([imageWidth, imageHeight], ["imageWidth", "imageHeight"], FORMAT, maxPixels);
  const issues = new IssueList();
  const limit = new MaskLimit();
  const drawn: DrawnShape[] = [];
  for (const [place, item] of arrayAt(shapes, "shapes", FORMAT).entries()) {
    const path = `shapes[${place}]`;
    const shape = objectAt(item, path, FORMAT);
    const { label, group_id: group = null, shape_type: type = "polygon" } = shape;
    if (typeof label !== "string") throw invalid(`${path}.label: is ${kindOf(label)}; make it a string.`);
    if (group !== null && !Number.isSafeInteger(group)) {
      throw invalid(`${path}.group_id: is ${kindOf(group)}; make it an integer or null.`);
    }
    const leaveOut = (code: string, problem: string) =>
      issues.add(code, () => ({ code, path, message: `${path}: ${problem} It is not drawn.` }));
    if (label === "") {
      leaveOut("label-missing", "the shape has no label.");
      continue;
    }
    if (WITHOUT_AREA.has(type)) {
      leaveOut("shape-without-area", `${quote(label)} is a shape of the type ${type}, which has no area.`);
      continue;
    }
    const geometry = await readGeometry(shape, type, path, image, limit, options.signal);
    if (geometry === undefined) {
      const found = typeof type === "string" ? quote(type) : kindOf(type);
      leaveOut("shape-unknown", `${quote(label)} is a shape of the unknown type ${found}.`);
      continue;
    }
    const id = group as number | null;
    const number = id !== null && id > 0 && id < 2 ** 31 ? id : undefined;
    drawn.push({ path, geometry, className: label, group: id, number, sourceId: id });
  }
  return drawShapes(drawn, { ...image, rule: "opencv", maxPixels }, things, FORMAT, issues);
}

/** `undefined` if the type is unknown. */
async function readGeometry(
  { points, mask }: Fields,
  type: unknown,
  path: string,
  image: { readonly width: number; readonly height: number },
  limit: MaskLimit,
  signal: SignalInput | undefined,
): Promise<DrawnShape["geometry"] | undefined> {
  const where = `${path}.points`;
  switch (type) {
    // Before version 3.2, LabelMe had only polygons and wrote no type, or null.
    case null:
    case "polygon":
      return { polygons: [pointsAt(points, where, FORMAT, 3)] };
    case "oriented_rectangle":
      return { polygons: [pointsAt(points, where, FORMAT, 4, 4)] };
    case "rectangle": {
      const [x1, y1, x2, y2] = pointsAt(points, where, FORMAT, 2, 2) as [number, number, number, number];
      return { polygons: [[x1, y1, x2, y1, x2, y2, x1, y2]] };
    }
    case "circle": {
      const [x, y, edgeX, edgeY] = pointsAt(points, where, FORMAT, 2, 2) as [number, number, number, number];
      return { polygons: discRing(x, y, Math.hypot(edgeX - x, edgeY - y), image) };
    }
    case "mask":
      return readMask(mask, pointsAt(points, where, FORMAT, 2, 2), path, image, limit, signal);
    default:
      return undefined;
  }
}

async function readMask(
  mask: unknown,
  box: readonly number[],
  path: string,
  image: { readonly width: number; readonly height: number },
  limit: MaskLimit,
  signal: SignalInput | undefined,
): Promise<DrawnShape["geometry"]> {
  const [left, top, right, bottom] = box.map(Math.trunc) as [number, number, number, number];
  if (left < 0 || top < 0 || right < left || bottom < top || right >= image.width || bottom >= image.height) {
    throw invalid(`${path}.points: the mask is not in the image; give its first and its last pixel.`);
  }
  const where = `${path}.mask`;
  if (typeof mask !== "string") throw invalid(`${where}: is ${kindOf(mask)}; make it a PNG in base64.`);
  const [width, height] = [right - left + 1, bottom - top + 1];
  limit.spend(width * image.height, where, FORMAT);
  const bitmap = await maskOfPng(bytesOfBase64(mask, where, FORMAT), where, FORMAT, {
    maxPixels: width * height,
    signal,
  });
  if (bitmap.width !== width || bitmap.height !== height) {
    const found = `the PNG has ${bitmap.width}×${bitmap.height} pixels`;
    throw invalid(`${where}: ${found}, but the points enclose ${width}×${height}.`);
  }
  return { rle: rleOfMask(bitmap, [left, top], image) };
}

const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
