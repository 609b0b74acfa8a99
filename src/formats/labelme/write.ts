/**
 * Label maps to LabelMe's JSON: shapes that LabelMe shows, and that its converters (`labelme2voc.py`, `labelme2coco.py`)
 * turn into masks again.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { IssueList } from "../../checks/issue-list.js";
import type { Issue } from "../../errors.js";
import type { Label } from "../../maps/label.js";
import { type LabelledMap, type LabelledPixels, labelledPixels } from "../../maps/labelled-map.js";
import { measureObjects } from "../../objects/measure.js";
import { simplifyRing } from "../../objects/simplify-ring.js";
import { pngOfValue, toBase64 } from "../shared/bitmaps.js";
import { areasToPaint, type LabelledArea, pixelsInHoles } from "../shared/painted-areas.js";
import { throughCentres, toPoints } from "../shared/pixel-rings.js";
import type { LabelMeFile, LabelMeShape } from "./json.js";

/** How a file of LabelMe is written. */
export interface LabelMeOptions {
  /** The path of the photograph, from the folder of the JSON file. */
  readonly imagePath: string;
  /**
   * How areas are written. `"polygons"`, the default: a polygon for each connected area, which people can edit. A polygon
   * has no holes. `"masks"`: a mask for each label. Masks are exact, but old versions of LabelMe cannot read them.
   */
  readonly shapes?: "polygons" | "masks";
  /** For polygons: how far, in pixels, the outline may be from a point that is left out. Default 0: all points. */
  readonly simplify?: number;
}

/** A version of LabelMe that has all these shapes. */
const VERSION = "5.4.1";

/**
 * The content of a JSON file of LabelMe: the shapes of all labels that have pixels. A shape's `label` is the class name.
 * Its `group_id` is the object's number; stuff and groups have none.
 *
 * Polygons run through the centres of the outermost pixels: `(x + 0.5, y + 0.5)`. LabelMe cuts off the fraction and fills the
 * polygon with its edge, so it gets the label's own pixels. If an area has holes, the larger polygons come first. So
 * whatever lies in a hole is painted over the polygon around it.
 *
 * `issues`: `hole-filled` (unlabelled pixels in holes get the label around them) and `group-split` (a group of objects,
 * such as a crowd, becomes objects, one for each area).
 *
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeLabelMe<const Given extends object = LabelMeOptions>(
  map: LabelledMap,
  options: OrConst<Given, LabelMeOptions>,
): { readonly file: LabelMeFile; readonly issues: readonly Issue[] };
export function encodeLabelMe(
  map: LabelledMap,
  options: LabelMeOptions,
): { readonly file: LabelMeFile; readonly issues: readonly Issue[] } {
  const { file, issues } = fileOfMap(map, options);
  return { file, issues };
}

/** `encodeLabelMe`, and the number of unlabelled pixels in holes that polygons fill. */
export function fileOfMap(
  map: LabelledMap,
  options: LabelMeOptions,
): { readonly file: LabelMeFile; readonly issues: readonly Issue[]; readonly filledPixels: number } {
  const pixels = labelledPixels(map);
  checkOptions(options);
  checkKeys(options, "imagePath shapes simplify", "the options");
  const { imagePath, shapes = "polygons", simplify = 0 } = options;
  if (typeof imagePath !== "string" || imagePath === "") {
    throw invalid("imagePath must be the path of the photograph, from the folder of the JSON file.");
  }
  if (shapes !== "polygons" && shapes !== "masks") throw invalid('shapes must be "polygons" or "masks".');
  if (!Number.isFinite(simplify) || simplify < 0) {
    throw invalid("simplify must be a number of at least 0: a tolerance in pixels.");
  }
  const issues = new IssueList();
  const { written, filledPixels } =
    shapes === "masks" ? { written: masks(pixels), filledPixels: 0 } : polygons(pixels, simplify, issues);
  const counts = new Map<Label, number>();
  for (const { label } of written) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const [label, count] of counts) {
    if ((label.isThing || label.isCrowd) && label.instanceNumber === 0) addGroupSplit(label, count, issues);
  }
  const file = {
    version: VERSION,
    flags: {},
    shapes: written.map(({ shape }) => shape),
    imagePath,
    imageData: null,
    imageHeight: pixels.height,
    imageWidth: pixels.width,
  };
  return { file, issues: issues.toArray(), filledPixels };
}

/** A shape, and the label that it is of. */
interface Written {
  readonly label: Label;
  readonly shape: LabelMeShape;
}

function masks(map: LabelledPixels): Written[] {
  return measureObjects(map).map(({ value, bbox }) => {
    const [left, top, width, height] = bbox;
    const corners = [[left, top] as const, [left + width - 1, top + height - 1] as const];
    return makeShape(map.labels[value]!, "mask", corners, toBase64(pngOfValue(map, value, bbox)));
  });
}

function polygons(
  map: LabelledPixels,
  simplify: number,
  issues: IssueList,
): { written: Written[]; filledPixels: number } {
  const areas = areasToPaint(map);
  const filledPixels = addHolesFilled(map, areas, issues);
  const written = areas.map(({ label, polygon }) => {
    const ring = throughCentres(polygon.outer);
    const hasArea = ring.length > 6;
    return makeShape(
      label,
      "polygon",
      toPoints(simplify > 0 && hasArea ? simplifyRing(ring, simplify) : ring),
      null,
    );
  });
  return { written, filledPixels };
}

function makeShape(
  label: Label,
  type: "polygon" | "mask",
  points: LabelMeShape["points"],
  mask: string | null,
): Written {
  const { className, instanceNumber } = label;
  const group_id = instanceNumber > 0 ? instanceNumber : null;
  return {
    label,
    shape: { label: className, points, group_id, description: "", shape_type: type, flags: {}, mask },
  };
}

/** @returns the number of all such pixels */
function addHolesFilled(map: LabelledPixels, areas: readonly LabelledArea[], issues: IssueList): number {
  const filled = pixelsInHoles(map, areas);
  for (const [name, count] of filled) {
    const one = count === 1;
    const message = `${counted(count, "unlabelled pixel")} in holes of ${quote(name)} ${one ? "gets its label" : "get its label"}, because polygons of LabelMe have no holes; pass shapes: "masks" to keep them.`;
    issues.add("hole-filled", () => ({ code: "hole-filled", message }));
  }
  return [...filled.values()].reduce((sum, count) => sum + count, 0);
}

function addGroupSplit({ name }: Label, count: number, issues: IssueList): void {
  const message = `${quote(name)} is a group of objects that are not told apart; LabelMe reads its ${counted(count, "shape")} as ${counted(count, "object")}.`;
  issues.add("group-split", () => ({ code: "group-split", message }));
}
