/** Pascal VOC's two PNGs of an image to a label map. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys, isObject, kindOf } from "../../checks/describe.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { DecodeError, FormatError, LabelMapError } from "../../errors.js";
import type { ClassEntry, ClassList } from "../../legend/class-list.js";
import { canonicalColor } from "../../legend/legend.js";
import { pascalVoc, vocColorMap } from "../../legend/palettes/pascal-voc.js";
import type { LabelMap } from "../../maps/label-map.js";
import { type LabelFacts, makeLabelMap } from "../../maps/make-label-map.js";
import { checkBy, coloursOf } from "../label-png/palette-order.js";
import { decodeNumbers } from "../label-png/read.js";
import type { AbortableOptions } from "../shared/abortable.js";
import { classesById } from "../shared/class-names.js";

const FORMAT = "Pascal VOC";
const VOID = 255;
/** The last of VOC's 256 colours. */
const VOID_COLOUR = 0xe0e0c0;

/** How the colours of the two PNGs are read. */
export interface VocReadOptions extends LimitOptions, AbortableOptions {
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
  /**
   * The names of the class ids, for masks with classes of their own. An id that the list lacks is its own name. Default:
   * VOC's names, unless you give a `palette`; then each id is its own name.
   */
  readonly classes?: ClassList;
}

/**
 * Turns the two PNGs of an image into a label map with a label for each object, and one for each class whose pixels belong
 * to no object. Labels are in the order of the class ids, then of the objects' numbers. Pixels that are void in
 * `segmentationClass` are unlabelled. `map.semantic()` gives the class ids, 0 to 254, and 255 for void. `map.instance()`
 * gives the object's number, 1 to 254, or 0 if the pixel is background or void in one of the PNGs. The convention is that
 * of the PASCAL VOC2012 development kit.
 *
 * A PNG whose palette has VOC's colours in another order, as sharp writes it, is read by its colours, and so is a copy in
 * RGB or opaque RGBA, as CVAT and datumaro write it. In grey PNGs the samples are the numbers.
 *
 * Without `segmentationObject`, no pixel belongs to an object.
 *
 * VOC does not say which classes are things. VOC's own classes are, except for the background. Of other classes those are
 * that have an object in the image, unless `classes` says otherwise.
 *
 * @throws {FormatError} FORMAT_INVALID: an object is in the background or has two classes, or a colour is not one of the
 *   expected. FORMAT_UNSUPPORTED: a PNG has 16 bits, or pixels that are not opaque.
 * @throws {LabelMapError} SIZE_MISMATCH: the two PNGs have different sizes.
 * @throws {PngError} a file is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeVoc<const Given extends object = VocReadOptions>(
  files: { readonly segmentationClass: PngInput; readonly segmentationObject?: PngInput },
  options?: OrConst<Given, VocReadOptions>,
): Promise<LabelMap>;
export async function decodeVoc(
  files: { readonly segmentationClass: PngInput; readonly segmentationObject?: PngInput },
  options: VocReadOptions = {},
): Promise<LabelMap> {
  if (!isObject(files))
    throw new DecodeError("OPTION_INVALID", `The files are ${kindOf(files)}; give an object.`);
  checkOptions(options);
  checkKeys(options, "by palette classes maxPixels maxBytes verify strict signal", "the options");
  const { by = "palette", palette = vocColorMap } = options;
  checkBy(by, options.palette);
  const names = namesOf(options);
  const classes = await decodeNumbers(files.segmentationClass, by, withVoid(coloursOf(palette)), options);
  const { width, height } = classes;
  const objects =
    files.segmentationObject === undefined
      ? { width, height, data: new Uint8Array(width * height), issues: [] }
      : await decodeNumbers(files.segmentationObject, by, coloursOf(vocColorMap), options);
  if (objects.width !== width || objects.height !== height) {
    const sizes = `${objects.width}×${objects.height} pixels, but segmentationClass has ${width}×${height}`;
    throw new LabelMapError("SIZE_MISMATCH", `segmentationObject has ${sizes}.`);
  }
  if (classes.data instanceof Uint16Array || objects.data instanceof Uint16Array) {
    throw new FormatError("FORMAT_UNSUPPORTED", FORMAT, "a PNG has 16 bits per pixel, but VOC's have 8.");
  }
  const pairs = pairsOf(classes.data, objects.data, width);
  // The pair of a class and an object, as `class * 256 + object`.
  const indexOfPair = new Int32Array(2 ** 16).fill(-1);
  const found = [...pairs.keys()].filter((pair) => pairs[pair] === 1);
  for (const [index, pair] of found.entries()) indexOfPair[pair] = index;
  const data = new Int32Array(width * height);
  for (let pixel = 0; pixel < data.length; pixel++) {
    const object = objects.data[pixel]!;
    data[pixel] = indexOfPair[classes.data[pixel]! * 256 + (object === VOID ? 0 : object)]!;
  }
  const countable = new Set(found.filter((pair) => pair % 256 > 0).map((pair) => pair >> 8));
  const labels = found.map((pair): LabelFacts => {
    const [classId, object] = [pair >> 8, pair % 256];
    const isInstance = object > 0;
    const { name = String(classId), isThing = countable.has(classId), supercategory } = names(classId);
    return {
      className: name,
      classId,
      supercategory: supercategory ?? null,
      isInstance,
      instanceId: object,
      instanceNumber: object,
      isThing: isThing || isInstance,
      color: isInstance || palette[classId] === undefined ? undefined : canonicalColor(palette[classId]!),
    };
  });
  return makeLabelMap({ width, height, data }, labels, [...classes.issues, ...objects.issues]);
}

/** What is known of a class id: what `classes` says, or VOC's own names. */
function namesOf({ classes, palette }: VocReadOptions): (classId: number) => Partial<ClassEntry> {
  const named = classesById(classes);
  if (classes !== undefined || palette !== undefined) return (classId) => named.get(classId) ?? {};
  return (classId) => {
    const entry = pascalVoc.entries.find(({ id }) => id === classId);
    return entry === undefined ? {} : { name: entry.name, isThing: classId > 0 };
  };
}

/**
 * Which pairs of a class and an object occur: 1 at `class * 256 + object`. The object is 0 where there is none.
 * @throws {FormatError} FORMAT_INVALID: an object is in the background, or has two classes.
 */
function pairsOf(classes: Uint8Array, objects: Uint8Array, width: number): Uint8Array {
  const pairs = new Uint8Array(2 ** 16);
  const classOfObject = new Int32Array(VOID).fill(-1);
  for (let index = 0; index < classes.length; index++) {
    const object = objects[index]!;
    const classId = classes[index]!;
    if (classId === VOID) continue;
    if (object === 0 || object === VOID) {
      pairs[classId * 256] = 1;
      continue;
    }
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
    pairs[classId * 256 + object] = 1;
  }
  return pairs;
}

/** The colours of class ids, with that of void. */
function withVoid(colours: Int32Array): Int32Array {
  const all = new Int32Array(VOID + 1).fill(-1);
  all[VOID] = colours.includes(VOID_COLOUR) ? -1 : VOID_COLOUR;
  all.set(colours);
  return all;
}
