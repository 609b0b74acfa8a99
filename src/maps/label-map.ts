/**
 * The decoded mask, one label per pixel, and its views for training: classes, instances, both, a single label, colours.
 * Each view is a table with one value per label (views.ts), and one pass over the pixels that looks each label up. Views of
 * a map that was released throw MAP_RECYCLED.
 */

import type { ConstOnly } from "../checks/const-options.js";
import { quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { ClassError, DecodeError, type Issue } from "../errors.js";
import type { ClassList } from "../legend/class-list.js";
import { parseColor } from "../legend/legend.js";
import { type ClassBy, identifyEntries, type SegmentationResult } from "../legend/result.js";
import { allocate } from "./allocate.js";
import { checkPixel, wrongLength } from "./dense-map.js";
import { type Label, NOTHING_SNAPPED, type Snapped, type Unlabelled } from "./label.js";
import { pixelsOf, ReleasableMap } from "./released.js";
import {
  type ClassViewOptions,
  checkViewOptions,
  type Dtype,
  lookUpValues,
  makeViewTable,
  type PanopticOptions,
  type SourceClassOptions,
  type View,
  type ViewArrayOf,
  type ViewArrays,
  type ViewOptions,
} from "./views.js";

export interface LabelMapInit {
  readonly width: number;
  readonly height: number;
  readonly data: Int32Array;
  readonly labels: readonly Label[];
  readonly unlabelled: Unlabelled;
  /** Default: no pixel was snapped. */
  readonly snapped?: Snapped;
  readonly issues: readonly Issue[];
}

/** What `JSON.stringify` writes for a label map: its size and counts. */
export interface LabelMapSummary {
  readonly width: number;
  readonly height: number;
  /** How many labels there are, whether they have pixels or not. */
  readonly labels: number;
  /** How many pixels have no label. */
  readonly unlabelled: number;
  /** How many elements `issues` has. */
  readonly issues: number;
}

/** The properties of the DOM's `ImageData`, H×W×4 bytes, row-major: red, green, blue, alpha. */
export interface ImageDataShape {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly colorSpace: "srgb";
}

/** The DOM's `ImageData` if your program has the DOM's types, and otherwise its shape. */
export type MaskImageData = typeof globalThis extends { ImageData: { prototype: infer Image } }
  ? Image
  : ImageDataShape;

type ImageDataConstructor = new (
  data: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number,
) => MaskImageData;

/** Node's name of the method that `console.log` calls; Bun and Deno know it too. */
const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** A mask as labels. All arrays are row-major, `height * width`: pixel (x, y) is at `y * width + x`. */
export class LabelMap extends ReleasableMap {
  readonly width: number;
  readonly height: number;
  /** Each pixel's label: its index in `labels`, or -1 if the pixel's colour is not in the legend. */
  readonly data: Int32Array;
  readonly labels: readonly Label[];
  readonly unlabelled: Unlabelled;
  readonly snapped: Snapped;
  /** The first hundred; if there are more, also an issue `more-issues` that counts the others. */
  readonly issues: readonly Issue[];

  /**
   * You must make sure that `labels[i].index` is `i`, and that counts and boxes agree with `data`: the views rely on it
   * and nothing checks it.
   *
   * @throws {DecodeError} OPTION_INVALID: `data` does not have `width * height` elements.
   */
  constructor(init: LabelMapInit) {
    super();
    if (init.data.length !== init.width * init.height) {
      throw invalid(wrongLength("data", init.data.length, init.width, init.height));
    }
    this.width = init.width;
    this.height = init.height;
    this.data = init.data;
    this.labels = init.labels;
    this.unlabelled = init.unlabelled;
    this.snapped = init.snapped ?? NOTHING_SNAPPED;
    this.issues = init.issues;
  }

  /**
   * The class id of each pixel, H×W, row-major. Unlabelled pixels get the list's `voidId`.
   *
   * Without a list, the ids are the labels' own `classId`s: COCO's category ids, Cityscapes' label ids. Unlabelled pixels
   * get the option `voidId`, default 255.
   *
   * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is not in the list, or, without a list, has no integer
   *   `classId`. The message names it.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id that occurs does not fit the dtype.
   * @throws {DecodeError} OPTION_INVALID: an invalid option, something that is not a class list, or a `voidId` that is
   *   the id of a class.
   */
  semantic<const Given extends object>(
    classList: ClassList,
    options: Given & ConstOnly<Given, ClassViewOptions<Dtype>>,
  ): ViewArrayOf<Given>;
  semantic<D extends Dtype = "int32">(classList: ClassList, options?: ClassViewOptions<D>): ViewArrays[D];
  semantic<D extends Dtype = "int32">(classList?: undefined, options?: SourceClassOptions<D>): ViewArrays[D];
  semantic<D extends Dtype = "int32">(
    classList?: ClassList,
    options: ClassViewOptions<D> = {},
  ): ViewArrays[D] {
    checkViewOptions(options);
    const view = { ...options, map: "semantic", classes: classList } as View;
    return viewOf(this, view, classList === undefined) as ViewArrays[D];
  }

  /**
   * The instance number of each pixel (`Label.instanceId`, unique within the image), H×W, row-major. Stuff and unlabelled
   * pixels are 0.
   *
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a number that occurs does not fit the dtype.
   * @throws {DecodeError} OPTION_INVALID: an invalid option.
   */
  instance<const Given extends object>(
    options: Given & ConstOnly<Given, ViewOptions<Dtype>>,
  ): ViewArrayOf<Given>;
  instance<D extends Dtype = "int32">(options?: ViewOptions<D>): ViewArrays[D];
  instance<D extends Dtype = "int32">(options: ViewOptions<D> = {}): ViewArrays[D] {
    checkViewOptions(options);
    return viewOf(this, { ...options, map: "instance" }) as ViewArrays[D];
  }

  /**
   * `class id * divisor + instance` for each pixel, H×W, row-major; the instance is the number that `instance()` gives.
   * So two objects never share a value, even if several class names share an id. Unlabelled pixels get
   * `voidId * divisor`.
   *
   * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is not in the list. The message names it.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an instance number that occurs is not below the divisor, or a value
   *   that occurs does not fit the dtype.
   * @throws {DecodeError} OPTION_INVALID: an invalid option, or something that is not a class list.
   */
  panoptic<const Given extends object>(
    classList: ClassList,
    options: Given & ConstOnly<Given, PanopticOptions<Dtype>>,
  ): ViewArrayOf<Given>;
  panoptic<D extends Dtype = "int32">(classList: ClassList, options?: PanopticOptions<D>): ViewArrays[D];
  panoptic<D extends Dtype = "int32">(classList: ClassList, options: PanopticOptions<D> = {}): ViewArrays[D] {
    checkViewOptions(options);
    return viewOf(this, { ...options, map: "panoptic", classes: classList }) as ViewArrays[D];
  }

  /**
   * A mask of one label, H×W, row-major: 1 if the pixel has the label, 0 if not. If several legend colours have the
   * same name, that name selects all of them.
   *
   * @param label its index, its name as the legend writes it, or an element of `labels`.
   * @throws {DecodeError} LABEL_UNKNOWN: the map has no such label.
   */
  mask(label: number | string | Label): Uint8Array<ArrayBuffer> {
    return maskOf(
      this,
      (candidate) => candidate === label || candidate.index === label || candidate.name === label,
      () => {
        const name =
          typeof label === "string" ? quote(label) : typeof label === "number" ? label : "like that";
        return new DecodeError(
          "LABEL_UNKNOWN",
          `There is no label ${name}; give an index or a name of \`labels\`, such as "car # 1".`,
        );
      },
    );
  }

  /**
   * A mask of one class, H×W, row-major: 1 if the pixel's label is of the class, 0 if not. All objects of the class are 1.
   *
   * @param className the class as `Label.className` has it: `car`, not `car # 1`.
   * @throws {ClassError} CLASS_UNKNOWN: no label is of this class. The message has the first ten classes. A class
   *   of the legend that has no pixels is no error: its mask is all 0.
   */
  classMask(className: string): Uint8Array<ArrayBuffer> {
    return maskOf(
      this,
      (label) => label.className === className,
      () => noClass(className, this.labels),
    );
  }

  /**
   * The mask's colours as H×W×4 bytes, row-major: red, green, blue and alpha 255. Unlabelled pixels are 0, 0, 0, 0.
   * This is the form that `ImageData` takes.
   */
  toRGBA(): Uint8ClampedArray<ArrayBuffer> {
    const table = new Int32Array(this.labels.length + 1);
    // Written byte by byte, so that the words come out right whatever the machine's byte order.
    const tableBytes = new DataView(table.buffer);
    this.labels.forEach(({ color }, index) => {
      const rgb = parseColor(color);
      if (rgb >= 0) tableBytes.setUint32((index + 1) * 4, rgb * 256 + 255);
    });
    const labels = pixelsOf(this);
    const pixels = new Int32Array(labels.length);
    lookUpValues(labels, table, pixels);
    return new Uint8ClampedArray(pixels.buffer);
  }

  /**
   * The mask's colours as an `ImageData`, H×W×4 bytes as `toRGBA` gives them, for `putImageData` and `createImageBitmap`.
   * Where there is no `ImageData`, as in Node, it is a plain object with the same four properties.
   */
  toImageData(): MaskImageData {
    const { width, height } = this;
    const data = this.toRGBA();
    const { ImageData } = globalThis as { readonly ImageData?: ImageDataConstructor };
    return ImageData === undefined
      ? { data, width, height, colorSpace: "srgb" }
      : new ImageData(data, width, height);
  }

  /**
   * The label of the pixel (x, y); `null` if the pixel is unlabelled.
   *
   * @param x the column, an integer from 0 to `width - 1`. For the position of a pointer, use `Math.floor`.
   * @param y the row, an integer from 0 to `height - 1`.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: there is no such pixel.
   */
  labelAt(x: number, y: number): Label | null {
    checkPixel(this, x, y);
    return this.labels[pixelsOf(this)[y * this.width + x]!] ?? null;
  }

  /** The size and the counts, without pixels, so that `JSON.stringify(map)` and logs stay short. It is no way to save a map. */
  toJSON(): LabelMapSummary {
    const { width, height, labels, unlabelled, issues } = this;
    return { width, height, labels: labels.length, unlabelled: unlabelled.count, issues: issues.length };
  }

  /** What `console.log(map)` prints in Node, Bun and Deno: what `toJSON` returns. */
  [INSPECT](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    return `LabelMap ${inspect(this.toJSON(), options)}`;
  }
}

function maskOf(
  map: LabelMap,
  isMeant: (label: Label) => boolean,
  unknown: () => Error,
): Uint8Array<ArrayBuffer> {
  if (!map.labels.some(isMeant)) throw unknown();
  const values = Int32Array.from([0, ...map.labels.map((label) => Number(isMeant(label)))]);
  const labels = pixelsOf(map);
  const mask = new Uint8Array(labels.length);
  lookUpValues(labels, values, mask);
  return mask;
}

function viewOf(map: LabelMap, view: View, isOfSource = false): ViewArrays[Dtype] {
  const table = makeViewTable(view, map.labels, isOfSource);
  table.check(map.labels, map.unlabelled.count);
  const labels = pixelsOf(map);
  const output = allocate(table.dtype, labels.length);
  lookUpValues(labels, table.values, output);
  return output;
}

function noClass(className: string, labels: readonly Label[]): ClassError {
  const names = [...new Set(labels.map((label) => label.className))].slice(0, 10).map(quote).join(", ");
  return new ClassError(
    "CLASS_UNKNOWN",
    `There is no class ${quote(String(className))}; the first classes are: ${names || "none"}.`,
  );
}

/**
 * The labels of a result, with the counts and boxes that the scan measured.
 *
 * @param counts pixels per label; empty: they are not known yet.
 * @param boxes four numbers per label: x, y, width, height. The width is 0 if the label has no pixels. Empty: not known yet.
 * @throws {DecodeError} OPTION_INVALID: an invalid `classBy`.
 */
export function buildLabels(
  result: Pick<SegmentationResult, "legend" | "instances">,
  classBy: ClassBy,
  counts: ArrayLike<number>,
  boxes: ArrayLike<number>,
): Label[] {
  const identities = identifyEntries(result, classBy);
  let instances = 0;
  return result.legend.entries.map(({ color, name, id, isThing, supercategory }, index): Label => {
    // Copied field by field: a spread costs a microsecond per label, and screenshots have thousands of colours.
    const { className, classId, instanceNumber, sourceId, attributes } = identities[index]!;
    const box = index * 4;
    return {
      index,
      color,
      name,
      className,
      classId: classId ?? id ?? null,
      instanceId: instanceNumber > 0 ? ++instances : 0,
      instanceNumber,
      sourceId,
      isThing: isThing ?? instanceNumber > 0,
      isCrowd: false,
      supercategory: supercategory ?? null,
      attributes,
      pixelCount: counts[index] ?? 0,
      bbox: boxes[box + 2]! > 0 ? [boxes[box]!, boxes[box + 1]!, boxes[box + 2]!, boxes[box + 3]!] : null,
    };
  });
}
