/**
 * A task of Label Studio to a label map. Its regions are brush strokes, which are masks, and polygons and rectangles, whose
 * points are percentages of the image's size. Polygons get the pixels that pycocotools gives them, since Label Studio's own
 * export to COCO writes these points as COCO polygons (converter.py of label-studio-sdk).
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject, isSize, kindOf, quote } from "../../checks/describe.js";
import { IssueList } from "../../checks/issue-list.js";
import { DecodeError, FormatError } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import type { RasterizeOptions } from "../../objects/rasterize/rasterize.js";
import { MaskLimit, rleOfMask } from "../shared/bitmaps.js";
import { checkThings, type DrawnShape, drawShapes, type ShapeReadOptions } from "../shared/drawn-objects.js";
import { arrayAt, type Fields, objectAt } from "../shared/fields.js";
import { checkMaxPixels, coordinateAt, pointsAt, sizeAt } from "../shared/points.js";
import { maskOfBrush } from "./brush-rle.js";

const FORMAT = "Label Studio";

export interface LabelStudioReadOptions extends ShapeReadOptions {
  /** The id of the annotation to read, if a task has several. Default: the first one that was not skipped. */
  readonly annotation?: number;
  /** Which region covers which, as in `rasterize`. Default `"painters"`: a later region covers the earlier ones. */
  readonly order?: "painters" | "area";
  /** The image's size in pixels. Only needed if a task may have no region: each region says the size. */
  readonly size?: { readonly width: number; readonly height: number };
}

/**
 * Turns a task of the export called JSON (not JSON-MIN) into a label map with a label for each region. Brush strokes,
 * polygons and rectangles are drawn. Regions with `labels` of their own, from a tag `Labels`, are read as well. Pixels in
 * no region are unlabelled.
 *
 * `issues`: `annotation-left-out` (the task has other annotations, for example of other people), `shape-unknown` (a region of
 * another type, such as an ellipse or a choice, is not drawn), `label-missing` (a region without a label is not drawn),
 * `label-ignored` (a region has several labels; the first one counts), `shape-empty` and `shape-covered` (as in `rasterize`).
 *
 * @param task an element of the export
 * @throws {FormatError} FORMAT_INVALID: a field is invalid, the task has no annotation, or its regions are of images of
 *   several sizes; the error names the field. FORMAT_UNSUPPORTED: the image was turned in Label Studio, it has more than
 *   `maxPixels`, or the outlines or masks are too large.
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY.
 */
export function decodeLabelStudio<const Given extends object = LabelStudioReadOptions>(
  task: object,
  options?: OrConst<Given, LabelStudioReadOptions>,
): LabelMap;
export function decodeLabelStudio(task: object, options: LabelStudioReadOptions = {}): LabelMap {
  const { annotation: wanted, order = "painters", size: given, ...rest } = checkReadOptions(options);
  const things = checkThings(rest.things);
  const maxPixels = checkMaxPixels(rest.maxPixels);
  const issues = new IssueList();
  const { regions, path: listPath } = chooseAnnotation(task, wanted, issues);
  const labelled = labelledIds(regions);
  const limit = new MaskLimit();
  const drawn: DrawnShape[] = [];
  let image =
    given === undefined
      ? undefined
      : sizeAt([given.width, given.height], ["size.width", "size.height"], FORMAT, maxPixels);
  for (const [place, item] of regions.entries()) {
    const path = `${listPath}[${place}]`;
    const region = objectAt(item, path, FORMAT);
    const { original_width, original_height, image_rotation = 0, type, id } = region;
    const leaveOut = (code: string, problem: string) =>
      issues.add(code, () => ({ code, path, message: `${path}: ${problem} It is not drawn.` }));
    const value = isObject(region.value) ? region.value : {};
    const kind = kindOfRegion(value);
    if (kind === undefined) {
      leaveOut(
        "shape-unknown",
        `the type ${typeof type === "string" ? quote(type) : kindOf(type)} is unknown.`,
      );
      continue;
    }
    const sizePaths = [`${path}.original_width`, `${path}.original_height`] as const;
    const size = sizeAt([original_width, original_height], sizePaths, FORMAT, maxPixels);
    image ??= size;
    if (size.width !== image.width || size.height !== image.height) {
      const sizes = `${size.width}×${size.height} pixels, but expected are ${image.width}×${image.height}`;
      throw invalid(`${path}: the image has ${sizes}; a label map has one image.`);
    }
    if (image_rotation !== 0) {
      const message = `${path}.image_rotation: the image was turned in Label Studio; turn the photograph instead.`;
      throw new FormatError("FORMAT_UNSUPPORTED", FORMAT, message);
    }
    const names = labelsOf(value);
    if (names.length === 0) {
      // A tag `Labels` makes two results of a region. They have the same id, and one of them has the labels.
      if (!labelled.has(id)) leaveOut("label-missing", "the region has no label.");
      continue;
    }
    const [className, ...others] = names as [string, ...string[]];
    if (others.length > 0) {
      const message = `${path}: the region has ${counted(names.length, "label")}; only ${quote(className)} is read.`;
      issues.add("label-ignored", () => ({ code: "label-ignored", path, message }));
    }
    const geometry = readGeometry(kind, value, `${path}.value`, size, limit);
    const sourceId = typeof id === "string" || typeof id === "number" ? id : null;
    drawn.push({ path, geometry, className, group: null, sourceId });
  }
  if (image === undefined) {
    throw invalid(
      `${listPath}: has no region with an area, so the size of the image is unknown; give it as the option size.`,
    );
  }
  return drawShapes(drawn, { ...image, rule: "coco", order, maxPixels }, things, FORMAT, issues);
}

function checkReadOptions(options: LabelStudioReadOptions): LabelStudioReadOptions {
  checkOptions(options);
  checkKeys(options, "annotation order size things maxPixels", "the options");
  const { annotation, order, size } = options;
  if (size !== undefined && !(isObject(size) && isSize(size.width) && isSize(size.height))) {
    throw wrong("size must be { width, height }, two positive integers.");
  }
  if (annotation !== undefined && !Number.isSafeInteger(annotation)) {
    throw wrong("annotation must be the id of an annotation, an integer.");
  }
  const orders: readonly (RasterizeOptions["order"] | undefined)[] = [undefined, "painters", "area"];
  if (!orders.includes(order)) throw wrong('order must be "painters" or "area".');
  return options;
}

/** The regions of the annotation that is read, and the path of their list. */
function chooseAnnotation(task: unknown, wanted: number | undefined, issues: IssueList) {
  const fields = objectAt(task, "the task", FORMAT);
  // Before version 1.0, annotations were called completions.
  const key =
    fields.annotations === undefined && fields.completions !== undefined ? "completions" : "annotations";
  if (fields[key] === undefined) {
    throw invalid(`annotations: is missing; give a task of the export called JSON, not of JSON-MIN.`);
  }
  const annotations = arrayAt(fields[key], key, FORMAT).map((item, place) =>
    objectAt(item, `${key}[${place}]`, FORMAT),
  );
  const chosen = annotations.findIndex(({ id, was_cancelled }) =>
    wanted === undefined ? was_cancelled !== true : id === wanted,
  );
  if (chosen < 0) {
    if (wanted === undefined) throw invalid(`${key}: has no annotation that was not skipped.`);
    throw wrong(`annotation: the task has no annotation ${wanted}.`);
  }
  annotations.forEach(({ id }, place) => {
    if (place === chosen) return;
    const path = `${key}[${place}]`;
    const message = `${path}: the task has ${counted(annotations.length, "annotation")}; the annotation ${describeId(id)} is not read. Name the one that you want with the option annotation.`;
    issues.add("annotation-left-out", () => ({ code: "annotation-left-out", path, message }));
  });
  const path = `${key}[${chosen}].result`;
  return { regions: arrayAt(annotations[chosen]!.result, path, FORMAT), path };
}

const describeId = (id: unknown) => (typeof id === "number" ? id : "without an id");

type Kind = "brush" | "polygon" | "rectangle";

/** What the value has. Its type may be `brushlabels`, `brush` or `labels`. */
function kindOfRegion(value: Fields): Kind | undefined {
  if (value.format === "rle" || Array.isArray(value.rle)) return "brush";
  if (Array.isArray(value.points)) return "polygon";
  const isBox = ["x", "y", "width", "height"].every((key) => typeof value[key] === "number");
  return isBox ? "rectangle" : undefined;
}

/** The ids of regions that have a label in any of their results. */
function labelledIds(regions: readonly unknown[]): ReadonlySet<unknown> {
  const isLabelled = (region: unknown): region is Fields =>
    isObject(region) &&
    region.id !== undefined &&
    isObject(region.value) &&
    labelsOf(region.value).length > 0;
  return new Set(regions.filter(isLabelled).map(({ id }) => id));
}

/** The labels are under the name of the tag: `brushlabels`, `polygonlabels`, `rectanglelabels`, `labels`. */
export function labelsOf(value: Fields): string[] {
  const lists = ["brushlabels", "polygonlabels", "rectanglelabels", "labels"].map((key) => value[key]);
  const names = lists.find(Array.isArray) as readonly unknown[] | undefined;
  return (names ?? []).filter((name): name is string => typeof name === "string" && name !== "");
}

function readGeometry(
  kind: Kind,
  value: Fields,
  path: string,
  image: { readonly width: number; readonly height: number },
  limit: MaskLimit,
): DrawnShape["geometry"] {
  const { width, height } = image;
  if (kind === "brush") {
    const bytes = value.rle;
    if (!Array.isArray(bytes)) throw invalid(`${path}.rle: is ${kindOf(bytes)}; make it an array.`);
    limit.spend(width * height, `${path}.rle`, FORMAT);
    return { rle: rleOfMask(maskOfBrush(bytes, image, `${path}.rle`, FORMAT), [0, 0], image) };
  }
  if (kind === "polygon") {
    const ring = pointsAt(value.points, `${path}.points`, FORMAT, 3);
    return {
      polygons: [
        checked(
          ring.map((share, at) => (share * (at % 2 === 0 ? width : height)) / 100),
          path,
        ),
      ],
    };
  }
  const at = (key: string) => coordinateAt(value[key], `${path}.${key}`, FORMAT);
  const [left, top] = [(at("x") * width) / 100, (at("y") * height) / 100];
  const [boxWidth, boxHeight] = [(at("width") * width) / 100, (at("height") * height) / 100];
  const turn = value.rotation === undefined ? 0 : (at("rotation") * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  // Label Studio turns a rectangle around its top left corner, clockwise.
  const corner = (x: number, y: number) => [left + x * cos - y * sin, top + x * sin + y * cos];
  const ring = [corner(0, 0), corner(boxWidth, 0), corner(boxWidth, boxHeight), corner(0, boxHeight)].flat();
  return { polygons: [checked(ring, path)] };
}

/** Percentages may be in order, and the pixels too far away. */
function checked(ring: number[], path: string): number[] {
  for (const coordinate of ring) coordinateAt(coordinate, path, FORMAT);
  return ring;
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);
const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
