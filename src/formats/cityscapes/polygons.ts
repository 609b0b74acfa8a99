/**
 * Cityscapes' `polygons.json`, from which its own tools paint the other files, to a label map. Objects are painted in their
 * order in the file, so later ones cover earlier ones (cityscapesScripts 2.2.4, json2instanceImg.py).
 */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, kindOf, quote } from "../../checks/describe.js";
import { DecodeError, FormatError, type Issue } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import { type RasterizeOptions, rasterize } from "../../objects/rasterize/rasterize.js";
import { arrayAt, objectAt } from "../shared/fields.js";
import { checkMaxPixels, pointsAt, sizeAt } from "../shared/points.js";
import { labelOfName, MAX_OBJECTS } from "./labels.js";
import { labelMapOfValues } from "./read.js";

const FORMAT = "Cityscapes polygons";

/** How `polygons.json` is read. */
export interface CityscapesPolygonsOptions {
  /** The largest number of pixels to accept. Default 2^28. */
  readonly maxPixels?: number;
}

/** An object that is painted. */
interface Painted {
  /** Where it is in the file: `objects[3]`. */
  readonly path: string;
  readonly className: string;
  readonly points: readonly number[];
  /** The value of its pixels in `instanceIds`. */
  readonly value: number;
}

/**
 * Turns the content of a `CITY_SEQUENCE_FRAME_gtFine_polygons.json` into the label map that `decodeCityscapes` makes of
 * `instanceIds`, H×W, row-major. Pixels in no polygon are `unlabeled`, id 0.
 *
 * As in cityscapesScripts, objects with `deleted` and objects whose label has no id (`license plate`) are not painted. A label
 * such as `cargroup` is a group: a crowd if the label `car` has instances. The objects of a label are numbered in the order of
 * the file, also those that others cover.
 *
 * cityscapesScripts paints with Pillow's `ImageDraw.polygon`; here polygons are drawn like `cv2.fillPoly` (`rasterize` with the
 * rule `opencv`), with fractions cut off. Both draw the outline too, but not the same pixels of it. For polygons in the image
 * the two differ only within a pixel of an outline: in 1.8 % of the pixels of 300 polygons of up to 100 pixels in diameter
 * (Pillow 9.4). So the PNGs are better if you have them.
 *
 * Issues: `shape-empty` (an object has no pixel in the image) and `shape-covered` (others cover all its pixels).
 *
 * @param json the parsed file: `imgWidth`, `imgHeight`, and `objects` with `label` and `polygon`
 * @throws {FormatError} FORMAT_INVALID: a field is missing or malformed, or a label is not one of Cityscapes. The error names
 *   the object. FORMAT_UNSUPPORTED: more than `maxPixels`, more than 1000 objects of a label, or outlines that are too long.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function decodeCityscapesPolygons(json: unknown, options: CityscapesPolygonsOptions = {}): LabelMap {
  checkKeys(checkOptions(options), "maxPixels", "the options");
  const maxPixels = checkMaxPixels(options.maxPixels);
  const file = objectAt(json, "the file", FORMAT);
  const { width, height } = sizeAt(
    [file.imgWidth, file.imgHeight],
    ["imgWidth", "imgHeight"],
    FORMAT,
    maxPixels,
  );
  const painted = readObjects(file.objects);
  const { data, issues } = draw(painted, { width, height, rule: "opencv", maxPixels });
  const values = Uint16Array.from(data, (place) => (place < 0 ? 0 : painted[place]!.value));
  return labelMapOfValues({ width, height, data: values }, issues);
}

/** The objects that are painted, in their order. */
function readObjects(objects: unknown): Painted[] {
  const counts = new Map<string, number>();
  return arrayAt(objects, "objects", FORMAT).flatMap((item, place): Painted[] => {
    const path = `objects[${place}]`;
    const { label: name, polygon, deleted } = objectAt(item, path, FORMAT);
    if (deleted) return [];
    if (typeof name !== "string")
      throw invalid(`${path}.label: is ${kindOf(name)}; make it a label of Cityscapes.`);
    const own = labelOfName.get(name);
    const isGroup = own === undefined && name.endsWith("group");
    const label = isGroup ? labelOfName.get(name.slice(0, -"group".length)) : own;
    if (label === undefined) {
      throw invalid(
        `${path}.label: ${quote(name)} is no label of Cityscapes; correct it, or delete the object.`,
      );
    }
    const points = pointsAt(polygon, `${path}.polygon`, FORMAT, 2);
    if (label.id < 0) return [];
    if (!label.hasInstances || isGroup) return [{ path, className: label.name, points, value: label.id }];
    const number = counts.get(label.name) ?? 0;
    counts.set(label.name, number + 1);
    if (number >= MAX_OBJECTS) {
      const problem = `the file has more than ${MAX_OBJECTS} objects of the label ${quote(label.name)}`;
      throw new FormatError(
        "FORMAT_UNSUPPORTED",
        FORMAT,
        `${path}: ${problem}, which its ids cannot number.`,
      );
    }
    return [{ path, className: label.name, points, value: label.id * MAX_OBJECTS + number }];
  });
}

/** The object of each pixel, or -1, and what is odd about the objects. */
function draw(
  painted: readonly Painted[],
  options: RasterizeOptions,
): { readonly data: Int32Array; readonly issues: readonly Issue[] } {
  const inFile = (text: string) =>
    text.replace(/^shapes\[(\d+)\][^:]*/, (_, place) => painted[Number(place)]!.path);
  try {
    const { data, issues } = rasterize(
      painted.map(({ className, points }) => ({ className, polygons: [points] })),
      options,
    );
    return {
      data,
      issues: issues.map((issue) => ({
        ...issue,
        ...(issue.path !== undefined && { path: inFile(issue.path) }),
        // The order is part of the file, so no other one is suggested.
        message: inFile(issue.message).replace(/; change the order to see it\.$/, "."),
      })),
    };
  } catch (cause) {
    // The fields are checked, so only the length of the outlines is left.
    if (!(cause instanceof DecodeError) || cause.code !== "OPTION_INVALID") throw cause;
    throw new FormatError("FORMAT_UNSUPPORTED", FORMAT, inFile(cause.message), { cause });
  }
}

const invalid = (problem: string) => new FormatError("FORMAT_INVALID", FORMAT, problem);
