/**
 * Label maps to Pascal VOC's `SegmentationClass` and `SegmentationObject`: palette PNGs of class ids and of object
 * numbers. 0 is background and 255 is void (PASCAL VOC2012 development kit, section "Segmentation").
 */

import type { OrConst } from "../../checks/const-options.js";
import { quote } from "../../checks/describe.js";
import { DecodeError, ValueRangeError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { type LabelledMap, labelledPixels } from "../../maps/labelled-map.js";
import { encodePalettePng } from "../label-png/write.js";
import { encodeColourPng } from "../shared/colour-png.js";
import { classIdsOf, paint } from "../shared/segments.js";

/** How an image's two PNGs are written. */
export interface VocOptions {
  /**
   * How many pixels on each side of a boundary become void. A boundary is between classes or objects, not at the edge of
   * the image. A pixel becomes void if the square of `2 * border + 1` pixels around it holds two segments. VOC's own masks
   * have such borders. Default 0: none.
   */
  readonly border?: number;
  /** What to do if the list lacks a class: `"error"` throws, `"void"` makes its pixels void. Default `"error"`. */
  readonly missing?: "error" | "void";
  /**
   * `"palette"`, the default: the numbers as indices, in VOC's colours. `"rgb"`: the same colours as RGB, as CVAT and
   * datumaro write them.
   */
  readonly pixels?: "palette" | "rgb";
}

const VOID = 255;

/**
 * The two palette PNGs of an image, in VOC's colours. Class ids are those of the list. 0 is background, so make the list
 * with `firstId: 1`. Object numbers are those of `map.instance()`. Unlabelled, void and ignored pixels are 255 in both.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels. The error names it.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a class id or object number is above 254, or an object has class 0.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeVoc<const Given extends object = VocOptions>(
  given: LabelledMap,
  classes: ClassList,
  options?: OrConst<Given, VocOptions>,
): {
  readonly segmentationClass: Uint8Array<ArrayBuffer>;
  readonly segmentationObject: Uint8Array<ArrayBuffer>;
};
export function encodeVoc(
  given: LabelledMap,
  classes: ClassList,
  options: VocOptions = {},
): ReturnType<typeof encodeVoc> {
  const map = labelledPixels(given);
  const classIds = classIdsOf(map, classes, options);
  const { border = 0, pixels = "palette" } = options;
  if (pixels !== "palette" && pixels !== "rgb") {
    throw new DecodeError("OPTION_INVALID", 'pixels must be "palette" or "rgb".');
  }
  if (!Number.isInteger(border) || border < 0) {
    throw new DecodeError("OPTION_INVALID", "border must be a number of pixels, an integer of at least 0.");
  }
  const classTable = new Uint8Array(map.labels.length + 1).fill(VOID);
  const objectTable = new Uint8Array(map.labels.length + 1).fill(VOID);
  for (const { index, instanceId, name } of map.labels) {
    const classId = classIds[index];
    if (classId === undefined) continue;
    const outOfRange = (problem: string) =>
      new ValueRangeError("VALUE_OUT_OF_RANGE", `${quote(name)} has ${problem}.`);
    if (classId >= VOID) throw outOfRange(`the class id ${classId}; VOC's are 0 to 254`);
    if (instanceId >= VOID) throw outOfRange(`the object number ${instanceId}; VOC's are 1 to 254`);
    if (instanceId > 0 && classId === 0) {
      throw outOfRange("the class id 0, which is VOC's background; make the list with firstId: 1");
    }
    classTable[index + 1] = classId;
    objectTable[index + 1] = instanceId;
  }
  const { width, height } = map;
  const classData = paint(map.data, classTable);
  const objectData = paint(map.data, objectTable);
  if (border > 0) {
    const segmentTable = Uint16Array.from(classTable, (id, place) => id * 256 + objectTable[place]!);
    markBorders(paint(map.data, segmentTable), width, height, border, (index) => {
      classData[index] = VOID;
      objectData[index] = VOID;
    });
  }
  const encode = pixels === "rgb" ? encodeColourPng : encodePalettePng;
  return {
    segmentationClass: encode({ width, height, data: classData }),
    segmentationObject: encode({ width, height, data: objectData }),
  };
}

/**
 * Calls `mark` for each pixel whose square of `2 * border + 1` pixels holds two numbers, as far as the square is in the
 * image. Then the square holds two neighbours that differ.
 *
 * Rows are read `border` rows ahead of the row that is marked. `until` holds, for each column, the last row that the
 * changes read so far still reach.
 */
function markBorders(
  data: Uint16Array,
  width: number,
  height: number,
  border: number,
  mark: (index: number) => void,
): void {
  const reach = Math.min(border, Math.max(width, height));
  const until = new Int32Array(width).fill(-1);
  for (let entering = 0; entering < height + reach; entering++) {
    if (entering < height) {
      const row = entering * width;
      // A square with this change has both rows in it, so the change reaches one row less far.
      if (entering > 0) spread(entering + reach - 1, reach, (x) => data[row + x] !== data[row + x - width]);
      spread(entering + reach, reach - 1, (x) => x > 0 && data[row + x] !== data[row + x - 1]);
    }
    const y = entering - reach;
    if (y < 0) continue;
    for (let x = 0; x < width; x++) if (until[x]! >= y) mark(y * width + x);
  }

  /** Notes that each change reaches down to the row `last`, from `reach` columns left of it to `right` columns right of it. */
  function spread(last: number, right: number, isChange: (x: number) => boolean): void {
    let done = 0;
    for (let x = 0; x < width; x++) {
      if (!isChange(x)) continue;
      const end = Math.min(width, x + right + 1);
      until.fill(last, Math.max(done, x - reach), end);
      done = end;
    }
  }
}
