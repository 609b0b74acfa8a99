/** Pascal VOC's two PNGs of an image to maps of classes and objects. */

import { isObject, kindOf } from "../../checks/describe.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { DecodeError, FormatError, LabelMapError } from "../../errors.js";
import { decodeLabelPng } from "../label-png/read.js";
import type { PanopticMaps } from "../shared/segment-maps.js";

const FORMAT = "Pascal VOC";
const VOID = 255;

/**
 * Turns the two PNGs of an image into two maps, H×W, row-major. `semantic` is the class id, 0 to 254, or 255 for void.
 * `instance` is the object's number, 1 to 254, or 0 if the pixel is background or void in one of the PNGs. The convention
 * is that of the PASCAL VOC2012 development kit.
 *
 * @throws {FormatError} FORMAT_INVALID: an object is in the background or has two classes. FORMAT_UNSUPPORTED: a PNG has
 *   colours, or 16 bits.
 * @throws {LabelMapError} SIZE_MISMATCH: the two PNGs have different sizes.
 * @throws {PngError} a file is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeVoc(
  files: { readonly segmentationClass: PngInput; readonly segmentationObject: PngInput },
  options: LimitOptions = {},
): Promise<PanopticMaps> {
  if (!isObject(files))
    throw new DecodeError("OPTION_INVALID", `The files are ${kindOf(files)}; give an object.`);
  const classes = await decodeLabelPng(files.segmentationClass, options);
  const objects = await decodeLabelPng(files.segmentationObject, options);
  const { width, height } = classes;
  if (objects.width !== width || objects.height !== height) {
    const sizes = `${objects.width}×${objects.height} pixels, but segmentationClass has ${width}×${height}`;
    throw new LabelMapError("SIZE_MISMATCH", `segmentationObject has ${sizes}.`);
  }
  if (classes.data instanceof Uint16Array || objects.data instanceof Uint16Array) {
    throw new FormatError("FORMAT_UNSUPPORTED", FORMAT, "a PNG has 16 bits per pixel, but VOC's have 8.");
  }
  const semantic = new Int32Array(classes.data);
  const instance = new Int32Array(semantic.length);
  const classOfObject = new Int32Array(VOID).fill(-1);
  for (let index = 0; index < semantic.length; index++) {
    const object = objects.data[index]!;
    const classId = semantic[index]!;
    if (object === 0 || object === VOID || classId === VOID) continue;
    const known = classOfObject[object]!;
    if (classId === 0 || (known >= 0 && known !== classId)) {
      const place = classId === 0 ? "in the background" : `of two classes, ${known} and ${classId},`;
      const pixel = `(${index % width}, ${Math.floor(index / width)})`;
      throw new FormatError(
        "FORMAT_INVALID",
        FORMAT,
        `the object ${object} is ${place} at the pixel ${pixel}.`,
      );
    }
    classOfObject[object] = classId;
    instance[index] = object;
  }
  return { width, height, semantic, instance };
}
