/**
 * The vector label of an image of segments.ai to a label map (`ImageVectorAnnotation` of segments-ai, src/segments/typing.py).
 * Polygons and boxes are drawn in the order of the annotations, so later ones cover earlier ones. segments.ai draws no masks of
 * them itself. Here they are drawn by the rule of pycocotools, because its exporter makes COCO files of them.
 */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, kindOf, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { IssueList } from "../../checks/issue-list.js";
import { FormatError } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import { readCategories } from "../shared/class-names.js";
import { type DrawnShape, drawShapes } from "../shared/drawn-objects.js";
import { arrayAt, type Fields, integerAt, objectAt } from "../shared/fields.js";
import type { ImageSize } from "../shared/image-size.js";
import { checkMaxPixels, pointsAt, sizeAt } from "../shared/points.js";
import { FORMAT, type SegmentsAiCategory } from "./read.js";

/** How a vector label is drawn. */
export interface SegmentsAiVectorOptions extends ImageSize {
  /** The categories of the release. Without them, a class is called by its id, and all classes have objects. */
  readonly categories?: readonly SegmentsAiCategory[];
  /** The most pixels of an image. Default 2^28. */
  readonly maxPixels?: number;
}

/** Types without an area. */
const WITHOUT_AREA: ReadonlySet<unknown> = new Set(["polyline", "point"]);

/**
 * Draws the polygons and boxes of an image. There is a label for each annotation, in their order; all annotations of a
 * category whose `has_instances` is false are one label. Pixels that nothing covers are unlabelled. `map.semantic()` gives the
 * category ids, and `map.instance()` the objects.
 *
 * `issues`: `shape-without-area` (lines and points are not drawn), `shape-empty` and `shape-covered` (as in `rasterize`).
 *
 * @param label the `attributes` of a label: `annotations` with `id`, `category_id`, `type` and `points`, in pixels
 * @param options.width the width of the photo; the label does not say it
 * @param options.height the height of the photo
 * @throws {FormatError} FORMAT_INVALID: a field is invalid, the categories lack a category, or two annotations have an id.
 *   FORMAT_UNSUPPORTED: the image has more than `maxPixels`, or the outlines are too long.
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY.
 */
export function decodeSegmentsAiVector(
  label: { readonly annotations: readonly object[] },
  options: SegmentsAiVectorOptions,
): LabelMap {
  checkKeys(checkOptions(options), "width height categories maxPixels", "the options");
  const maxPixels = checkMaxPixels(options.maxPixels);
  const { width, height, categories } = options;
  if (width === undefined || height === undefined) throw invalid("Give the photo's `width` and `height`.");
  const size = sizeAt([width, height], ["width", "height"], FORMAT, maxPixels);
  const classes =
    categories === undefined
      ? undefined
      : readCategories(categories, FORMAT, (fields) => ({ isThing: fields.has_instances !== false }));
  const { annotations } = objectAt(label, "the label", FORMAT);
  const issues = new IssueList();
  const ids = new Set<number>();
  const things = new Set<string>();
  const drawn: DrawnShape[] = [];
  for (const [place, item] of arrayAt(annotations, "annotations", FORMAT).entries()) {
    const path = `annotations[${place}]`;
    const fields = objectAt(item, path, FORMAT);
    const id = integerAt(fields.id, `${path}.id`, FORMAT);
    if (ids.has(id)) throw malformed(`${path}.id: ${id} is also the id of another annotation.`);
    ids.add(id);
    const classId = integerAt(fields.category_id, `${path}.category_id`, FORMAT);
    const known =
      classes === undefined ? { className: String(classId), isThing: true } : classes.get(classId);
    if (known === undefined) throw malformed(`${path}.category_id: categories has no id ${classId}.`);
    if (WITHOUT_AREA.has(fields.type)) {
      issues.add("shape-without-area", () => {
        const message = `${path}: ${quote(known.className)} is of the type ${fields.type}, which has no area. It is not drawn.`;
        return { code: "shape-without-area", path, message };
      });
      continue;
    }
    if (known.isThing) things.add(known.className);
    const polygon = polygonOf(fields, path);
    const { className } = known;
    drawn.push({ path, geometry: { polygons: [polygon] }, className, classId, group: null, sourceId: id });
  }
  return drawShapes(drawn, { ...size, rule: "coco", maxPixels }, things, FORMAT, issues);
}

/** @throws {FormatError} FORMAT_INVALID: an unknown type, or wrong points */
function polygonOf({ type, points }: Fields, path: string): number[] {
  const where = `${path}.points`;
  if (type === "polygon") return pointsAt(points, where, FORMAT, 3);
  if (type === "bbox") {
    const [x1, y1, x2, y2] = pointsAt(points, where, FORMAT, 2, 2) as [number, number, number, number];
    return [x1, y1, x2, y1, x2, y2, x1, y2];
  }
  const found = typeof type === "string" ? quote(type) : kindOf(type);
  throw malformed(`${path}.type: is ${found}; it must be bbox, polygon, polyline or point.`);
}

const malformed = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
