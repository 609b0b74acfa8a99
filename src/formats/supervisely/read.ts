/**
 * Supervisely's annotation of an image to a label map, as Supervisely's SDK draws it (`Annotation.draw` and `_draw_impl` of
 * the geometries in supervisely/geometry): later objects cover the earlier ones. Points are rounded to whole pixels. A
 * polygon is `cv2.fillPoly` of the exterior, and then of the interior, which is cut out with its edge. (If holes overlap,
 * the SDK keeps the pixels that are in an even number of them. Here they are cut out.)
 */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, kindOf, quote } from "../../checks/describe.js";
import { IssueList } from "../../checks/issue-list.js";
import { checkSignal } from "../../checks/signal.js";
import type { SignalInput } from "../../decode/input-types.js";
import { FormatError } from "../../errors.js";
import { canonicalColor, parseColor } from "../../legend/legend.js";
import type { LabelMap } from "../../maps/label-map.js";
import type { AbortableOptions } from "../shared/abortable.js";
import { bytesOfBase64, MaskLimit, maskOfPng, rleOfMask } from "../shared/bitmaps.js";
import { checkThings, type DrawnShape, drawShapes, type ShapeReadOptions } from "../shared/drawn-objects.js";
import { arrayAt, type Fields, integerAt, objectAt } from "../shared/fields.js";
import { checkMaxPixels, pointsAt, sizeAt } from "../shared/points.js";
import { FORMAT, type SuperviselyAnnotation, type SuperviselyMeta } from "./json.js";
import { unzlib } from "./unzlib.js";

export interface SuperviselyReadOptions extends ShapeReadOptions, AbortableOptions {
  /** The parsed `meta.json`. It gives the colours and the ids, and says which classes there are. */
  readonly meta?: Pick<SuperviselyMeta, "classes">;
}

/** Figures without an area. */
const WITHOUT_AREA: ReadonlySet<unknown> = new Set(["line", "point", "graph"]);

/**
 * Turns the annotation of an image into a label map with a label for each object. Bitmaps, polygons and rectangles are
 * drawn. Objects of a class with the same `instance` key are one. Pixels in no object are unlabelled.
 *
 * `issues`: `shape-without-area` (lines, points and key points are not drawn), `shape-unknown` (another type, such as
 * `cuboid` or `alpha_mask`), `label-missing` (the class title is empty), `shape-empty` and `shape-covered` (as in
 * `rasterize`). Tags and descriptions are not read.
 *
 * @param annotation the parsed JSON
 * @throws {FormatError} FORMAT_INVALID: a field is invalid, or `meta` lacks a class; the error names it.
 *   FORMAT_UNSUPPORTED: the image has more than `maxPixels`, or the outlines or bitmaps are too large.
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY, WASM_UNAVAILABLE.
 */
export async function decodeSupervisely(
  annotation: Pick<SuperviselyAnnotation, "size"> & { readonly objects: readonly object[] },
  options: SuperviselyReadOptions = {},
): Promise<LabelMap> {
  checkOptions(options);
  checkKeys(options, "meta things maxPixels signal", "the options");
  const things = checkThings(options.things);
  const maxPixels = checkMaxPixels(options.maxPixels);
  checkSignal(options.signal);
  const classes = options.meta === undefined ? undefined : readClasses(options.meta);
  const { size, objects } = objectAt(annotation, "the annotation", FORMAT);
  const { width, height } = objectAt(size, "size", FORMAT);
  const image = sizeAt([width, height], ["size.width", "size.height"], FORMAT, maxPixels);
  const issues = new IssueList();
  const limit = new MaskLimit();
  const drawn: DrawnShape[] = [];
  for (const [place, item] of arrayAt(objects, "objects", FORMAT).entries()) {
    const path = `objects[${place}]`;
    const object = objectAt(item, path, FORMAT);
    const { classTitle: title, geometryType, shape, instance = null, classId, id } = object;
    if (typeof title !== "string") {
      throw invalid(`${path}.classTitle: is ${kindOf(title)}; make it a string.`);
    }
    if (instance !== null && typeof instance !== "string") {
      throw invalid(`${path}.instance: is ${kindOf(instance)}; make it a string.`);
    }
    const leaveOut = (code: string, problem: string) =>
      issues.add(code, () => ({ code, path, message: `${path}: ${problem} It is not drawn.` }));
    if (title === "") {
      leaveOut("label-missing", "the object has no class.");
      continue;
    }
    const known = classes?.get(title);
    if (classes !== undefined && known === undefined) {
      throw invalid(`${path}.classTitle: meta.json has no class ${quote(title)}.`);
    }
    // Older files have only `shape`.
    const type = geometryType ?? shape;
    if (WITHOUT_AREA.has(type)) {
      leaveOut("shape-without-area", `${quote(title)} is a ${type}, which has no area.`);
      continue;
    }
    const geometry = await readGeometry(object, type, path, image, limit, options.signal);
    if (geometry === undefined) {
      const found = typeof type === "string" ? quote(type) : kindOf(type);
      leaveOut("shape-unknown", `${quote(title)} is a figure of the unknown type ${found}.`);
      continue;
    }
    drawn.push({
      path,
      geometry,
      className: title,
      classId: known?.id ?? idOf(classId) ?? null,
      group: instance,
      sourceId: idOf(id),
      color: known?.color,
    });
  }
  return drawShapes(
    drawn,
    { ...image, rule: "opencv", fractions: "round", maxPixels },
    things,
    FORMAT,
    issues,
  );
}

const idOf = (id: unknown): number | string | null =>
  typeof id === "string" || (typeof id === "number" && Number.isFinite(id)) ? id : null;

function readClasses(meta: unknown) {
  const { classes } = objectAt(meta, "meta", FORMAT);
  return new Map(
    arrayAt(classes, "meta.classes", FORMAT).map((item, place) => {
      const path = `meta.classes[${place}]`;
      const { title, color, id } = objectAt(item, path, FORMAT);
      if (typeof title !== "string") throw invalid(`${path}.title: is ${kindOf(title)}; make it a string.`);
      const isColor = typeof color === "string" && parseColor(color) >= 0;
      return [title, { id: idOf(id), color: isColor ? canonicalColor(color) : undefined }];
    }),
  );
}

/** `undefined` if the type is unknown. */
async function readGeometry(
  { points, bitmap }: Fields,
  type: unknown,
  path: string,
  image: { readonly width: number; readonly height: number },
  limit: MaskLimit,
  signal: SignalInput | undefined,
): Promise<DrawnShape["geometry"] | undefined> {
  if (type === "bitmap") return readBitmap(bitmap, `${path}.bitmap`, image, limit, signal);
  if (type !== "polygon" && type !== "rectangle") return undefined;
  const { exterior, interior = [] } = objectAt(points, `${path}.points`, FORMAT);
  const where = `${path}.points.exterior`;
  if (type === "rectangle") {
    const [x1, y1, x2, y2] = pointsAt(exterior, where, FORMAT, 2, 2) as [number, number, number, number];
    return { polygons: [[x1, y1, x2, y1, x2, y2, x1, y2]] };
  }
  const holes = arrayAt(interior, `${path}.points.interior`, FORMAT).map((hole, place) =>
    pointsAt(hole, `${path}.points.interior[${place}]`, FORMAT, 1),
  );
  return { polygons: [{ outer: pointsAt(exterior, where, FORMAT, 1), holes }] };
}

async function readBitmap(
  bitmap: unknown,
  path: string,
  image: { readonly width: number; readonly height: number },
  limit: MaskLimit,
  signal: SignalInput | undefined,
): Promise<DrawnShape["geometry"]> {
  const { origin, data } = objectAt(bitmap, path, FORMAT);
  const [x, y] = arrayAt(origin, `${path}.origin`, FORMAT);
  const left = integerAt(x, `${path}.origin[0]`, FORMAT);
  const top = integerAt(y, `${path}.origin[1]`, FORMAT);
  const where = `${path}.data`;
  if (typeof data !== "string") throw invalid(`${where}: is ${kindOf(data)}; make it a PNG in base64.`);
  const packed = bytesOfBase64(data, where, FORMAT);
  const png = isPng(packed) ? packed : unzlib(packed, mostBytes(image), where);
  const mask = await maskOfPng(png, where, FORMAT, { maxPixels: image.width * image.height, signal });
  limit.spend(mask.width * image.height, where, FORMAT);
  if (left + mask.width > image.width || top + mask.height > image.height) {
    const found = `the bitmap of ${mask.width}×${mask.height} pixels at (${left}, ${top})`;
    throw invalid(`${path}: ${found} is not in the image of ${image.width}×${image.height} pixels.`);
  }
  return { rle: rleOfMask(mask, [left, top], image) };
}

/** The SDK also takes PNGs that are not deflated again. */
function isPng(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47;
}

/** A PNG of the whole image with 16 bits per sample that is not compressed, and what other chunks may need. */
function mostBytes({ width, height }: { readonly width: number; readonly height: number }): number {
  return (8 * width + 1) * height + 2 ** 16;
}

const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
