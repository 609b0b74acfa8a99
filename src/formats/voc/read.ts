/** Pascal VOC's two PNGs of an image to maps of classes and objects. */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, isObject, kindOf } from "../../checks/describe.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { DecodeError, FormatError, LabelMapError } from "../../errors.js";
import { vocColorMap } from "../../legend/palettes/pascal-voc.js";
import { checkBy, coloursOf } from "../label-png/palette-order.js";
import { decodeNumbers } from "../label-png/read.js";
import type { PanopticMaps } from "../shared/segment-maps.js";

const FORMAT = "Pascal VOC";
const VOID = 255;
/** The last of VOC's 256 colours. */
const VOID_COLOUR = 0xe0e0c0;

/** How the colours of the two PNGs are read. */
export interface VocReadOptions extends LimitOptions {
  /**
   * What gives a pixel its number. `"palette"`, the default: the index if the palette has VOC's colours in their order,
   * or the colour. `"index"`: the index, whatever its colour.
   */
  readonly by?: "palette" | "index";
  /**
   * The colours of the class ids, `#rrggbb`, for masks with classes of their own, such as CVAT's: the keys of
   * `parseLabelmapTxt(text)` of `labelmap/legend`, in the order of your ids. VOC's `#e0e0c0` is void too. Default: VOC's.
   */
  readonly palette?: readonly string[];
}

/**
 * Turns the two PNGs of an image into two maps, H×W, row-major. `semantic` is the class id, 0 to 254, or 255 for void.
 * `instance` is the object's number, 1 to 254, or 0 if the pixel is background or void in one of the PNGs. The convention
 * is that of the PASCAL VOC2012 development kit.
 *
 * A PNG whose palette has VOC's colours in another order, as sharp writes it, is read by its colours, and so is a copy in
 * RGB or opaque RGBA, as CVAT and datumaro write it. In grey PNGs the samples are the numbers.
 *
 * @throws {FormatError} FORMAT_INVALID: an object is in the background or has two classes, or a colour is not one of the
 *   expected. FORMAT_UNSUPPORTED: a PNG has 16 bits, or pixels that are not opaque.
 * @throws {LabelMapError} SIZE_MISMATCH: the two PNGs have different sizes.
 * @throws {PngError} a file is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeVoc(
  files: { readonly segmentationClass: PngInput; readonly segmentationObject: PngInput },
  options: VocReadOptions = {},
): Promise<PanopticMaps> {
  if (!isObject(files))
    throw new DecodeError("OPTION_INVALID", `The files are ${kindOf(files)}; give an object.`);
  checkOptions(options);
  checkKeys(options, "by palette maxPixels maxBytes verify strict", "the options");
  const { by = "palette", palette = vocColorMap } = options;
  checkBy(by, options.palette);
  const classes = await decodeNumbers(files.segmentationClass, by, withVoid(coloursOf(palette)), options);
  const objects = await decodeNumbers(files.segmentationObject, by, coloursOf(vocColorMap), options);
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

/** The colours of class ids, with that of void. */
function withVoid(colours: Int32Array): Int32Array {
  const all = new Int32Array(VOID + 1).fill(-1);
  all[VOID] = colours.includes(VOID_COLOUR) ? -1 : VOID_COLOUR;
  all.set(colours);
  return all;
}
