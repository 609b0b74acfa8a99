/** A label map to CVAT's XML. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { IssueList } from "../../checks/issue-list.js";
import type { Issue } from "../../errors.js";
import { type LabelledMap, labelledPixels } from "../../maps/labelled-map.js";
import { type AttributeNames, END_OF_FILE, imageElement, type ShapeStyle, startOfFile } from "./elements.js";

/** How shapes of CVAT's XML are written. */
export interface CvatXmlShapeOptions {
  /**
   * `"masks"`, the default: a run-length code for each label, which is exact. CVAT reads them since version 2.3.
   * `"polygons"`: a polygon for each connected area. A polygon has no holes; larger polygons come first, so whatever lies in
   * a hole is painted over the polygon around it. The areas of a label have the same `group_id`.
   */
  readonly shapes?: "masks" | "polygons";
  /** For polygons: how far, in pixels, the outline may be from a point that is left out. Default 0: all points. */
  readonly simplify?: number;
}

/** How an image is written as CVAT's XML. */
export interface CvatXmlOptions extends CvatXmlShapeOptions {
  /** The file name of the photo, by which CVAT finds the image: `street.jpg`. */
  readonly image: string;
}

/**
 * The text of an `annotations.xml` with one image, which CVAT imports as "CVAT 1.1" into a task that has the labels. There is
 * a shape for each label that has pixels, in their order. Attributes of the form `{ name, value }` are written.
 *
 * `issues`: `hole-filled` (unlabelled pixels in holes get the label around them), `group-split` (a group of objects, such as
 * a crowd, becomes one object), `attribute-not-written` (an attribute of another form). CVAT numbers no objects, so they
 * are counted again when they are read.
 *
 * @throws {FormatError} FORMAT_INVALID: a name has a character that XML cannot hold.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeCvatXml<const Given extends object = CvatXmlOptions>(
  map: LabelledMap,
  options: OrConst<Given, CvatXmlOptions>,
): { readonly xml: string; readonly issues: readonly Issue[] };
export function encodeCvatXml(
  map: LabelledMap,
  options: CvatXmlOptions,
): { readonly xml: string; readonly issues: readonly Issue[] } {
  const pixels = labelledPixels(map);
  checkKeys(checkOptions(options), "image shapes simplify", "the options");
  const { image } = options;
  if (typeof image !== "string" || image === "") throw invalid("image must be the file name of the photo.");
  const classNames = pixels.labels.map(({ className }) => className);
  const attributeNames: AttributeNames = new Map();
  const about = { id: 0, name: image };
  const { xml, filled, labels, lostAttributes } = imageElement(
    pixels,
    classNames,
    about,
    checkStyle(options),
    attributeNames,
  );
  const issues = new IssueList();
  for (const [name, count] of filled) {
    const verb = count === 1 ? "gets" : "get";
    const message = `${counted(count, "unlabelled pixel")} in holes of ${quote(name)} ${verb} its label, because polygons of CVAT have no holes; pass shapes: "masks" to keep them.`;
    issues.add("hole-filled", () => ({ code: "hole-filled", message }));
  }
  for (const { name } of labels.filter(isGroup)) {
    const message = `${quote(name)} is a group of objects that are not told apart; CVAT takes it for one object.`;
    issues.add("group-split", () => ({ code: "group-split", message }));
  }
  if (lostAttributes > 0) {
    const message = `${counted(lostAttributes, "attribute is", "attributes are")} not written; CVAT has only names with a text or number each.`;
    issues.add("attribute-not-written", () => ({ code: "attribute-not-written", message }));
  }
  const start = startOfFile([...new Set(classNames)], attributeNames, 1, []);
  return { xml: `${start}${xml}${END_OF_FILE}`, issues: issues.toArray() };
}

/** A label of several objects that nobody told apart. */
export function isGroup(label: {
  readonly isThing: boolean;
  readonly isCrowd: boolean;
  readonly instanceNumber: number;
}): boolean {
  return (label.isThing || label.isCrowd) && label.instanceNumber === 0;
}

/** @throws {DecodeError} OPTION_INVALID */
export function checkStyle({ shapes = "masks", simplify = 0 }: CvatXmlShapeOptions): ShapeStyle {
  if (shapes !== "masks" && shapes !== "polygons") throw invalid('shapes must be "masks" or "polygons".');
  if (!Number.isFinite(simplify) || simplify < 0) {
    throw invalid("simplify must be a number of at least 0: a tolerance in pixels.");
  }
  return { shapes, simplify };
}
