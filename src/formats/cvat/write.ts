/**
 * Label maps to CVAT's "Segmentation mask": RGB PNGs in the colours of a `labelmap.txt`, and of the objects' numbers. CVAT
 * and datumaro (`plugins/voc_format`) import an area only if it has an object's number, so stuff gets numbers too.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys, quote } from "../../checks/describe.js";
import { ValueRangeError } from "../../errors.js";
import type { ClassEntry, ClassList } from "../../legend/class-list.js";
import { type LabelledMap, labelledPixels } from "../../maps/labelled-map.js";
import { encodeColourPng } from "../shared/colour-png.js";
import { isBackground, labelmapTxtOf } from "../shared/labelmap-classes.js";
import { classIdsOf, paint } from "../shared/segments.js";

/** How an image's two PNGs are written. */
export interface CvatOptions {
  /** Whether stuff gets a number too, as CVAT needs it. Default true. */
  readonly numberStuff?: boolean;
  /** What to do if the list lacks a class: `"error"` throws, `"void"` makes its pixels background. Default `"error"`. */
  readonly missing?: "error" | "void";
}

/** 255 is void in the masks of Pascal VOC. */
const MOST = 254;

/**
 * The two PNGs of an image, and the `labelmap.txt` of the class list, which is the same for all images. A class has the
 * Pascal VOC colour of its line; the background comes first. Objects have the colours of their numbers; stuff is numbered
 * from the largest number on. Unlabelled, void and ignored pixels are background.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels. The error names it.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: more than 254 classes or numbers in an image.
 * @throws {FormatError} FORMAT_INVALID: a name that `labelmap.txt` cannot express.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeCvat<const Given extends object = CvatOptions>(
  given: LabelledMap,
  classes: ClassList,
  options?: OrConst<Given, CvatOptions>,
): {
  readonly segmentationClass: Uint8Array<ArrayBuffer>;
  readonly segmentationObject: Uint8Array<ArrayBuffer>;
  readonly labelmap: string;
};
export function encodeCvat(
  given: LabelledMap,
  classes: ClassList,
  options: CvatOptions = {},
): ReturnType<typeof encodeCvat> {
  const map = labelledPixels(given);
  checkKeys(checkOptions(options, "numberStuff"), "numberStuff missing", "the options");
  const { numberStuff = true } = options;
  const classIds = classIdsOf(map, classes, options);
  const lines = linesOf(classes);
  const lineOfId = new Map(lines.map(({ id }, line) => [id, line]));
  const classTable = new Uint8Array(map.labels.length + 1);
  const objectTable = new Uint8Array(map.labels.length + 1);
  let last = map.labels.reduce((most, { instanceId }) => Math.max(most, instanceId), 0);
  for (const { index, instanceId, name } of map.labels) {
    const classId = classIds[index];
    const line = classId === undefined ? 0 : lineOfId.get(classId)!;
    // An object in the background would be none.
    if (line === 0) continue;
    const object = instanceId === 0 && numberStuff ? ++last : instanceId;
    if (object > MOST) {
      const problem = `${quote(name)} has the object number ${object}; CVAT's masks have up to ${MOST}`;
      const remedy = numberStuff ? ", and stuff is numbered too; pass numberStuff: false" : "";
      throw new ValueRangeError("VALUE_OUT_OF_RANGE", `${problem}${remedy}.`);
    }
    classTable[index + 1] = line;
    objectTable[index + 1] = object;
  }
  const { width, height } = map;
  return {
    segmentationClass: encodeColourPng({ width, height, data: paint(map.data, classTable) }),
    segmentationObject: encodeColourPng({ width, height, data: paint(map.data, objectTable) }),
    labelmap: labelmapTxtOf(lines.map(({ name }, id) => ({ id, name }))),
  };
}

/** The classes in the order of their ids, with the background first. @throws {ValueRangeError} VALUE_OUT_OF_RANGE */
function linesOf(classes: ClassList): ClassEntry[] {
  const sorted = [...classes.classes].sort((a, b) => a.id - b.id);
  const background = sorted.find(({ name }) => isBackground(name)) ?? { id: -1, name: "background" };
  const lines = [background, ...sorted.filter((entry) => entry !== background)];
  if (lines.length <= MOST + 1) return lines;
  const problem = `The list has ${classes.classes.length} classes; CVAT's masks have up to ${MOST}.`;
  throw new ValueRangeError("VALUE_OUT_OF_RANGE", problem);
}
