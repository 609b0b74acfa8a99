/** An image of CVAT's XML to a label map. */

import { checkOptions } from "../../checks/arguments.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, kindOf, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { IssueList } from "../../checks/issue-list.js";
import { checkSignal } from "../../checks/signal.js";
import type { LabelMap } from "../../maps/label-map.js";
import type { AbortableOptions } from "../shared/abortable.js";
import { MaskLimit } from "../shared/bitmaps.js";
import { checkThings, type DrawnShape, drawShapes, type ShapeReadOptions } from "../shared/drawn-objects.js";
import { checkMaxPixels, sizeAt } from "../shared/points.js";
import {
  type CvatAnnotations,
  type CvatImage,
  type CvatShape,
  FORMAT,
  imageNamed,
  readAnnotations,
} from "./annotations.js";
import { integerIn, numberAt, readGeometry, WITHOUT_AREA } from "./shapes.js";

/** How an image of CVAT's XML is read. */
export interface CvatXmlReadOptions extends ShapeReadOptions, AbortableOptions {
  /** The name of the image in the file: `street.jpg`. Only needed if the file has several images. */
  readonly image?: string;
}

/**
 * Turns an image of CVAT's export "CVAT for images 1.1" into a label map with a label for each object. Masks, polygons,
 * boxes and ellipses are drawn. Shapes of a label with the same `group_id` are one object, as in CVAT's export to COCO. A
 * shape with a larger `z_order` covers those with a smaller one; of equal ones, the later covers the earlier. Pixels in no
 * shape are unlabelled. A class id is the place of the label in the file, from 1; `background` is 0.
 *
 * The attributes of a shape are the label's: `{ name, value }`, two strings. `occluded` and `source` are not read.
 *
 * `issues`: `shape-without-area` counts the shapes of each type that cannot be drawn: `polyline`, `points`, `skeleton`, `tag`
 * and `cuboid`. `shape-unknown` counts elements of any other type. `label-missing` (a shape without a label is not drawn),
 * `shape-empty` and `shape-covered` (as in `rasterize`).
 *
 * To read several images of a file, use `readCvatXmlSet`, which parses the file once.
 *
 * @param xml the text of `annotations.xml`
 * @throws {FormatError} FORMAT_INVALID: not well-formed XML, a document type, no such image, or an invalid field; the error
 *   names it as XPath. FORMAT_UNSUPPORTED: a file of "CVAT for video"; the image has more than `maxPixels`; the outlines or
 *   masks are too large.
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY.
 */
export async function decodeCvatXml(xml: string, options: CvatXmlReadOptions = {}): Promise<LabelMap> {
  checkKeys(checkOptions(options), "image things maxPixels signal", "the options");
  const { image, things, maxPixels, signal } = options;
  if (image !== undefined && typeof image !== "string") throw invalid("image must be the name of an image.");
  if (typeof xml !== "string") throw invalid(`The XML is ${kindOf(xml)}; give the text of annotations.xml.`);
  const known = { things: checkThings(things), maxPixels: checkMaxPixels(maxPixels) };
  checkSignal(signal);
  const annotations = await readAnnotations(xml, FORMAT);
  signal?.throwIfAborted();
  return drawImage(imageNamed(annotations, image, FORMAT), annotations, known);
}

/** `decodeCvatXml` for an image of a file that was read before. */
export function drawImage(
  image: CvatImage,
  { classes, colors }: CvatAnnotations,
  { things, maxPixels }: { readonly things: ReadonlySet<string> | undefined; readonly maxPixels: number },
): LabelMap {
  const paths = [`${image.path}/@width`, `${image.path}/@height`] as const;
  const given = [numberAt(image.width, paths[0]), numberAt(image.height, paths[1])] as const;
  const size = sizeAt(given, paths, FORMAT, maxPixels);
  const issues = new IssueList();
  const limit = new MaskLimit();
  const withoutArea = new Map<string, CvatShape[]>();
  const unknown = new Map<string, CvatShape[]>();
  const drawn: DrawnShape[] = [];
  for (const shape of image.shapes) {
    const { path, type, fields, attributes } = shape;
    if (WITHOUT_AREA.has(type)) {
      addTo(withoutArea, shape);
      continue;
    }
    const geometry = readGeometry(shape, size, limit);
    if (geometry === undefined) {
      addTo(unknown, shape);
      continue;
    }
    const { label: className = "" } = fields;
    if (className === "") {
      const message = `${path}: the shape has no label. It is not drawn.`;
      issues.add("label-missing", () => ({ code: "label-missing", path, message }));
      continue;
    }
    const integer = (name: string, least: number) =>
      fields[name] === undefined ? 0 : integerIn(fields[name], `${path}/@${name}`, least);
    const group = integer("group_id", 0);
    drawn.push({
      ...{ path, geometry, className, attributes },
      classId: classes.idOf(className) ?? null,
      group: group === 0 ? null : group,
      z: integer("z_order", -(2 ** 31)),
      color: colors.get(className),
    });
  }
  addCounts("shape-without-area", withoutArea, "has no area", "have no area", issues);
  addCounts("shape-unknown", unknown, "is of an unknown type", "are of an unknown type", issues);
  return drawShapes(drawn, { ...size, rule: "coco", order: "z", maxPixels }, things, FORMAT, issues);
}

function addTo(types: Map<string, CvatShape[]>, shape: CvatShape): void {
  const known = types.get(shape.type);
  if (known === undefined) types.set(shape.type, [shape]);
  else known.push(shape);
}

/** An issue for each type, which counts. */
function addCounts(
  code: string,
  types: ReadonlyMap<string, readonly CvatShape[]>,
  one: string,
  many: string,
  issues: IssueList,
): void {
  for (const [type, shapes] of types) {
    const { path } = shapes[0]!;
    const isOne = shapes.length === 1;
    const what = counted(shapes.length, "element");
    const message = `${path}: ${what} ${quote(type)} of the image ${isOne ? `${one}. It is` : `${many}. They are`} not drawn.`;
    issues.add(code, () => ({ code, path, message }));
  }
}
