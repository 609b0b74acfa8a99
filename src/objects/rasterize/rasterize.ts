/**
 * Draws shapes into a label map: polygons, as annotation tools write them, and run-length codes. Each shape is turned
 * into runs of pixels by the rule of a tool, and then the shapes are painted one over the other.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys, isSize, kindOf, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { IssueList } from "../../checks/issue-list.js";
import { withMemoryFor } from "../../checks/memory.js";
import type { Issue } from "../../errors.js";
import { LabelMap } from "../../maps/label-map.js";
import { measureObjects } from "../measure.js";
import { transpose } from "../rle-mask.js";
import { type Canvas, countPixels, type PixelRuns, RangeCollector } from "./pixel-runs.js";
import { makeLabels } from "./shape-labels.js";
import { pixelsOfDrawings, pixelsOfRle, type Rule, ringDrawer } from "./shape-pixels.js";
import { checkInfo, readGeometry, type Shape } from "./shapes.js";
import { WorkLimit } from "./work-limit.js";

export interface RasterizeOptions {
  /** The image's size in pixels. */
  readonly width: number;
  readonly height: number;
  /**
   * Which pixels a polygon has. `coco`: those of pycocotools 2.0.11 (`annToMask`, rings united). `opencv`: those of
   * `cv2.fillPoly` with 8-connected lines, which draws the outline as well. Masks of the two differ by up to a pixel
   * along the outline. Default `"coco"`.
   */
  readonly rule?: "coco" | "opencv";
  /**
   * Which shape covers which. `painters`: a later shape covers the earlier ones, as in LabelMe. `area`: a smaller shape
   * covers the larger ones; of equal ones the later. `z`: a shape with a larger `z` covers those with a smaller one, as
   * in CVAT; of equal ones the later. Default `"painters"`.
   */
  readonly order?: "painters" | "area" | "z";
  /**
   * How `opencv` makes whole pixels of coordinates. `truncate` cuts the fraction off, as `np.array(points, np.int32)`
   * does. `round` is `np.rint`: to the nearest integer, and from the middle to the even one. Default `"truncate"`.
   */
  readonly fractions?: "truncate" | "round";
  /** The largest number of pixels to accept. All shapes together may have 64 times as many. Default 2^28. */
  readonly maxPixels?: number;
}

/**
 * Draws polygons and run-length codes into a label map. Label i is shape i. Pixels that no shape covers are -1.
 *
 * Parts of a shape that are outside the image are cut off as the tool does it. A ring of one or two points, or without
 * area, is what the tool makes of it: nothing (`coco`), or a point or a line (`opencv`). Four numbers are two points.
 * (pycocotools takes them for a box if you call `frPyObjects`.)
 *
 * Counts and boxes are of the pixels that are left in the map. Issues: `shape-empty` (a shape has no pixels in the
 * image), `shape-covered` (other shapes cover all its pixels), `shape-points` (three or more polygons of one point each:
 * probably the points of a single ring).
 *
 * @param shapes the list may be empty
 * @throws {DecodeError} OPTION_INVALID: an invalid option, more than `maxPixels`, a shape that is malformed, two shapes of
 *   a class with the same number, a coordinate beyond ±2^25, or outlines that enter more than 2^25 rows and columns of
 *   the image in all, or shapes that have more than 64 times `maxPixels` in all; OUT_OF_MEMORY.
 * @throws {FormatError} FORMAT_INVALID: not a run-length code.
 * @throws {LabelMapError} SIZE_MISMATCH: a run-length code of another size.
 */
export function rasterize<const Given extends object = RasterizeOptions>(
  shapes: readonly Shape[],
  options: OrConst<Given, RasterizeOptions>,
): LabelMap;
export function rasterize(shapes: readonly Shape[], options: RasterizeOptions): LabelMap {
  const { width, height, rule, order, wholePixels, maxPixels } = readOptions(options);
  if (!Array.isArray(shapes)) throw invalid(`shapes is ${kindOf(shapes)}; give an array.`);
  const canvas: Canvas = { width, height, order: rule === "coco" ? "columns" : "rows" };
  const collector = new RangeCollector();
  const limit = new WorkLimit(maxPixels);
  const draw = ringDrawer(rule, canvas, wholePixels, collector, limit);
  // Array.from, unlike map, does not skip the gaps of a sparse array.
  const pixels = Array.from(shapes, (shape: unknown, place): PixelRuns => {
    const path = `shapes[${place}]`;
    checkInfo(shape, path);
    const geometry = readGeometry(shape, path, canvas);
    const spend = (count: number) => limit.spendPixels(count, path);
    const runs =
      "counts" in geometry
        ? pixelsOfRle(geometry, canvas, collector, spend)
        : pixelsOfDrawings(geometry, draw, collector);
    // Nothing is painted before all shapes are counted.
    spend(countPixels(runs));
    return runs;
  });
  const areas = pixels.map(countPixels);
  const data = paint(pixels, canvas, paintingOrder(shapes, areas, order));
  const measured = measureObjects({ width, height, data }).map((object) => [object.value, object] as const);
  const labels = makeLabels(shapes, new Map(measured));
  const labelled = labels.reduce((sum, { pixelCount }) => sum + pixelCount, 0);
  return new LabelMap({
    width,
    height,
    data,
    labels,
    unlabelled: { count: width * height - labelled, colors: [] },
    issues: findVanished(shapes, areas, labels, rule),
  });
}

/** Places in the list of shapes: first the shape at the bottom, last the shape at the top. */
function paintingOrder(
  shapes: readonly Shape[],
  areas: readonly number[],
  order: Required<RasterizeOptions>["order"],
): number[] {
  const places = shapes.map((_, place) => place);
  // Sorting is stable, so a later shape covers an earlier one that is equal.
  if (order === "area") places.sort((a, b) => areas[b]! - areas[a]!);
  if (order === "z") places.sort((a, b) => (shapes[a]!.z ?? 0) - (shapes[b]!.z ?? 0));
  return places;
}

function paint(pixels: readonly PixelRuns[], canvas: Canvas, places: readonly number[]): Int32Array {
  const size = canvas.width * canvas.height;
  const data = withMemoryFor(`${size} pixels`, () => new Int32Array(size)).fill(-1);
  for (const place of places) {
    const runs = pixels[place]!;
    for (let i = 0; i < runs.length; i += 2) data.fill(place, runs[i], runs[i + 1]);
  }
  if (canvas.order === "rows") return data;
  return withMemoryFor(`${size} pixels`, () => transpose(canvas, data, new Int32Array(size))).data;
}

function findVanished(
  shapes: readonly Shape[],
  areas: readonly number[],
  labels: readonly { readonly pixelCount: number }[],
  rule: "coco" | "opencv",
): readonly Issue[] {
  const issues = new IssueList();
  shapes.forEach((shape, place) => {
    const { className } = shape;
    const path = `shapes[${place}]`;
    if (isListOfPoints(shape)) {
      const code = "shape-points";
      const message = `${path}: the polygons of class ${quote(className)} are single points; put the points of a ring into an array of their own: [[[x1, y1], [x2, y2], [x3, y3]]].`;
      issues.add(code, () => ({ code, path, message }));
    }
    if (labels[place]!.pixelCount > 0) return;
    const [code, problem] =
      areas[place] === 0
        ? [
            "shape-empty",
            // OpenCV draws the edges too, even of a ring of two points.
            `has no pixels in the image${rule === "opencv" || hasArea(shape) ? "" : ", since no ring has three points"}.`,
          ]
        : ["shape-covered", "is covered by other shapes; change the order to see it."];
    issues.add(code, () => ({
      code,
      path,
      message: `${path}: the shape of class ${quote(className)} ${problem}`,
    }));
  });
  return issues.toArray();
}

/** Whether any ring has three points, without which nothing has an area. */
function hasArea({ polygons }: Shape): boolean {
  if (polygons === undefined) return true;
  const rings = polygons.map(
    (polygon) => ("outer" in polygon ? polygon.outer : polygon) as readonly unknown[],
  );
  return rings.some((ring) => (ring.some(Array.isArray) ? ring.length : ring.length / 2) >= 3);
}

/** Whether each polygon is a pair of numbers, so that the points of a ring were given for rings. */
function isListOfPoints({ polygons = [] }: Shape): boolean {
  return (
    polygons.length >= 3 &&
    polygons.every((ring) => Array.isArray(ring) && ring.length === 2 && ring.every(Number.isFinite))
  );
}

interface ReadOptions {
  readonly width: number;
  readonly height: number;
  readonly rule: Rule;
  readonly order: Required<RasterizeOptions>["order"];
  readonly wholePixels: (coordinate: number) => number;
  readonly maxPixels: number;
}

function readOptions(options: RasterizeOptions): ReadOptions {
  checkOptions(options);
  checkKeys(options, "width height rule order fractions maxPixels", "rasterize");
  const { width, height, rule = "coco", order = "painters", fractions, maxPixels = 2 ** 28 } = options;
  if (!isSize(width) || !isSize(height)) throw invalid("width and height must be positive integers.");
  if (!isSize(maxPixels)) throw invalid("maxPixels must be a positive integer.");
  if (width * height > Math.min(maxPixels, 2 ** 31 - 1)) {
    throw invalid(`${width}×${height} pixels are more than the ${maxPixels} that maxPixels allows.`);
  }
  if (rule !== "coco" && rule !== "opencv") throw invalid('rule must be "coco" or "opencv".');
  if (order !== "painters" && order !== "area" && order !== "z") {
    throw invalid('order must be "painters", "area" or "z".');
  }
  if (fractions !== undefined && fractions !== "truncate" && fractions !== "round") {
    throw invalid('fractions must be "truncate" or "round".');
  }
  if (fractions !== undefined && rule === "coco") {
    throw invalid('fractions is for rule: "opencv"; the rule "coco" uses the fractions.');
  }
  return {
    width,
    height,
    rule,
    order,
    wholePixels: fractions === "round" ? roundToEven : Math.trunc,
    maxPixels,
  };
}

function roundToEven(coordinate: number): number {
  const below = Math.floor(coordinate);
  const rest = coordinate - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
