/**
 * The decoded mask, one label per pixel, and its views for training: classes, instances, both, one label,
 * colours.
 *
 * A view is a table with one value per label, and one pass over the pixels that looks each label up. The
 * table is one place longer than the labels and shifted by one, so that -1 (unlabelled) is an entry like any
 * other. All that can go wrong shows in the table, before a pixel is written.
 */
import type { ClassList } from "./classes.js";
import { isObject, kindOf, quote } from "./describe.js";
import { ClassError, DecodeError, type Issue, ValueRangeError } from "./errors.js";
import { parseColor } from "./legend.js";
import { type ClassBy, identifyEntries, type SegmentationResult } from "./result.js";

/** One legend entry and what the mask holds of it. */
export interface Label {
  /** Its place in the legend, and the value of its pixels in `LabelMap.data`. */
  readonly index: number;
  /** `#rrggbb`, or the legend's key as it is written where that is no colour. */
  readonly color: string;
  /** The legend's value: `Car`, `car # 1`. */
  readonly value: string;
  /** The value less its ` # n`, or the `class_id` where the mask was decoded with `classBy: "class_id"`. */
  readonly className: string;
  readonly classId: string | null;
  /** Its number in the instance map, unique within the image: 1, 2, 3, … in legend order. 0 is stuff. */
  readonly instance: number;
  /** The vendor's number, unique within the class only: the 2 of `car # 2`. 0 is stuff. */
  readonly instanceIndex: number;
  readonly _id: string | null;
  readonly attributes: readonly unknown[];
  readonly pixelCount: number;
  /** `[x, y, width, height]` in pixels, from the top left corner; `null` where there is no pixel. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number] | null;
}

/** The pixels whose colour is not in the legend. */
export interface Unlabelled {
  readonly count: number;
  /** The first 16 distinct colours (`#rrggbb`) in scan order, with their pixel counts. */
  readonly colors: readonly { readonly color: string; readonly count: number }[];
}

export interface LabelMapInit {
  readonly width: number;
  readonly height: number;
  readonly data: Int32Array;
  readonly labels: readonly Label[];
  readonly unlabelled: Unlabelled;
  readonly issues: readonly Issue[];
}

/** The arrays that a view can be had as. */
export interface ViewArrays {
  int32: Int32Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
  uint16: Uint16Array<ArrayBuffer>;
}
export type Dtype = keyof ViewArrays;

export interface ViewOptions<D extends Dtype> {
  /** The type of the array. Default `"int32"`. */
  readonly dtype?: D;
}

export interface ClassViewOptions<D extends Dtype> extends ViewOptions<D> {
  /** What becomes of a class that the list lacks: an error, or the list's `voidId`. Default `"error"`. */
  readonly missing?: "error" | "void";
}

export interface PanopticOptions<D extends Dtype> extends ClassViewOptions<D> {
  /** What the class id is multiplied by; above every instance number. Default 1000, as in Cityscapes. */
  readonly divisor?: number;
}

const DTYPES: ReadonlyMap<Dtype, { max: number; allocate: (length: number) => ViewArrays[Dtype] }> = new Map([
  ["int32", { max: 2 ** 31 - 1, allocate: (length) => new Int32Array(length) }],
  ["uint8", { max: 255, allocate: (length) => new Uint8Array(length) }],
  ["uint16", { max: 65_535, allocate: (length) => new Uint16Array(length) }],
]);

/** A mask as labels. All arrays are row-major, `height * width`: pixel (x, y) is at `y * width + x`. */
export class LabelMap {
  readonly width: number;
  readonly height: number;
  /** Each pixel's label, its place in `labels`; -1 where its colour is not in the legend. */
  readonly data: Int32Array;
  readonly labels: readonly Label[];
  readonly unlabelled: Unlabelled;
  readonly issues: readonly Issue[];

  /**
   * `labels[i].index` is `i`, and counts and boxes fit `data`: the views rely on it and do not check.
   *
   * @throws {DecodeError} OPTION_INVALID: `data` does not have `width * height` elements.
   */
  constructor(init: LabelMapInit) {
    if (init.data.length !== init.width * init.height) {
      throw new DecodeError(
        "OPTION_INVALID",
        `data must have width * height elements, not ${init.data.length}.`,
      );
    }
    this.width = init.width;
    this.height = init.height;
    this.data = init.data;
    this.labels = init.labels;
    this.unlabelled = init.unlabelled;
    this.issues = init.issues;
  }

  /**
   * Per pixel its class id; unlabelled pixels get the list's `voidId`.
   *
   * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is not in the list. It is named.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id that occurs does not fit the dtype.
   * @throws {DecodeError} OPTION_INVALID.
   */
  semantic<D extends Dtype = "int32">(
    classList: ClassList,
    options: ClassViewOptions<D> = {},
  ): ViewArrays[D] {
    checkViewOptions(options);
    const ids = this.#classIds(classList, options.missing);
    return this.#view(options.dtype, classList.voidId, ({ index }) => ids[index]!);
  }

  /**
   * Per pixel its instance's number, unique within the image (`Label.instance`); 0 is stuff or unlabelled.
   *
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a number that occurs does not fit the dtype.
   * @throws {DecodeError} OPTION_INVALID.
   */
  instance<D extends Dtype = "int32">(options: ViewOptions<D> = {}): ViewArrays[D] {
    checkViewOptions(options);
    return this.#view(options.dtype, 0, ({ instance }) => instance);
  }

  /**
   * Per pixel `class id * divisor + instance`, where the instance is that of `instance()`: two objects never
   * share a value, even where several class names share an id. Unlabelled pixels get `voidId * divisor`.
   *
   * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is not in the list. It is named.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an instance that occurs is not below the divisor, or a value
   *   that occurs does not fit the dtype.
   * @throws {DecodeError} OPTION_INVALID.
   */
  panoptic<D extends Dtype = "int32">(classList: ClassList, options: PanopticOptions<D> = {}): ViewArrays[D] {
    checkViewOptions(options);
    const { divisor = 1000, dtype, missing } = options;
    if (!Number.isInteger(divisor) || divisor < 1) {
      throw new DecodeError("OPTION_INVALID", "divisor must be an integer of at least 1.");
    }
    const ids = this.#classIds(classList, missing);
    return this.#view(dtype, classList.voidId * divisor, ({ index, instance, value }) => {
      if (instance < divisor) return ids[index]! * divisor + instance;
      const message = `Instance ${instance} (${quote(value)}) is not below the divisor ${divisor}; give a larger one.`;
      throw new ValueRangeError("VALUE_OUT_OF_RANGE", message);
    });
  }

  /**
   * 1 where a pixel is of the label, else 0. A value that several legend colours have means all of them.
   *
   * @param label its index, its value as the legend writes it, or the label itself out of `labels`.
   * @throws {DecodeError} LABEL_UNKNOWN.
   */
  mask(label: number | string | Label): Uint8Array<ArrayBuffer> {
    const isMeant = (candidate: Label) =>
      candidate === label || candidate.index === label || candidate.value === label;
    if (!this.labels.some(isMeant)) {
      const name = typeof label === "string" ? quote(label) : typeof label === "number" ? label : "like that";
      throw new DecodeError(
        "LABEL_UNKNOWN",
        `There is no label ${name}; give an index or a value of \`labels\`, such as "car # 1".`,
      );
    }
    return this.#view("uint8", 0, (candidate) => (isMeant(candidate) ? 1 : 0));
  }

  /** The colours again, 4 bytes per pixel with alpha 255; unlabelled pixels are 0, 0, 0, 0. */
  toRGBA(): Uint8ClampedArray<ArrayBuffer> {
    const table = new Int32Array(this.labels.length + 1);
    // Written byte by byte, so that the words come out right whatever the machine's byte order.
    const tableBytes = new DataView(table.buffer);
    this.labels.forEach(({ color }, index) => {
      const rgb = parseColor(color);
      if (rgb >= 0) tableBytes.setUint32((index + 1) * 4, rgb * 256 + 255);
    });
    const pixels = new Int32Array(this.data.length);
    lookUp(this.data, table, pixels);
    return new Uint8ClampedArray(pixels.buffer);
  }

  /** Each label's class id. Only the labels that have pixels must have one: the others are never looked up. */
  #classIds(classList: ClassList, missing: "error" | "void" = "error"): (number | undefined)[] {
    if (typeof classList?.idOf !== "function") {
      throw new DecodeError("OPTION_INVALID", `The class list is ${kindOf(classList)}; give a ClassList.`);
    }
    if (missing !== "error" && missing !== "void") {
      throw new DecodeError("OPTION_INVALID", 'missing must be "error" or "void".');
    }
    const unknown = new Set<string>();
    const ids = this.labels.map(({ className, pixelCount }) => {
      const id = classList.idOf(className);
      if (id !== undefined || missing === "void") return id ?? classList.voidId;
      if (pixelCount > 0) unknown.add(className);
      return undefined;
    });
    if (unknown.size === 0) return ids;
    const names = [...unknown].slice(0, 10).map(quote).join(", ");
    const more = unknown.size > 10 ? ` and ${unknown.size - 10} more` : "";
    const remedy = 'Add what is missing, or pass missing: "void".';
    throw new ClassError("CLASS_UNKNOWN", `The class list lacks ${names}${more}. ${remedy}`);
  }

  /** One value per label, checked where it occurs, and the pass over the pixels. */
  #view<D extends Dtype>(
    dtype: D | undefined,
    unlabelledValue: number,
    valueFor: (label: Label) => number,
  ): ViewArrays[D] {
    const type = DTYPES.get(dtype ?? "int32");
    if (type === undefined) {
      throw new DecodeError("OPTION_INVALID", `dtype must be one of ${[...DTYPES.keys()].join(", ")}.`);
    }
    const checked = (value: number, owner: string) => {
      if (value <= type.max) return value;
      const message = `The value ${value} of ${owner} does not fit ${dtype ?? "int32"} (at most ${type.max}).`;
      throw new ValueRangeError("VALUE_OUT_OF_RANGE", message);
    };
    const table = new Int32Array(this.labels.length + 1);
    if (this.unlabelled.count > 0) table[0] = checked(unlabelledValue, "the unlabelled pixels");
    this.labels.forEach((label, index) => {
      if (label.pixelCount > 0)
        table[index + 1] = checked(valueFor(label), `the label ${quote(label.value)}`);
    });
    const view = type.allocate(this.data.length) as ViewArrays[D];
    lookUp(this.data, table, view);
    return view;
  }
}

/**
 * The labels of a result, with what the scan measured of them.
 *
 * @param counts pixels per label.
 * @param boxes four numbers per label: x, y, width, height; width 0 where there is no pixel.
 * @throws {DecodeError} OPTION_INVALID: a wrong `classBy`.
 */
export function buildLabels(
  result: Pick<SegmentationResult, "legend" | "instances">,
  classBy: ClassBy,
  counts: Float64Array | Uint32Array,
  boxes: Int32Array,
): Label[] {
  const identities = identifyEntries(result, classBy);
  let instances = 0;
  return result.legend.entries.map(({ color, value }, index): Label => {
    // Field by field: a spread costs a microsecond per label, and screenshots have thousands of colours.
    const { className, classId, instanceIndex, _id, attributes } = identities[index]!;
    const box = index * 4;
    return {
      index,
      color,
      value,
      className,
      classId,
      instance: instanceIndex > 0 ? ++instances : 0,
      instanceIndex,
      _id,
      attributes,
      pixelCount: counts[index]!,
      bbox: boxes[box + 2]! > 0 ? [boxes[box]!, boxes[box + 1]!, boxes[box + 2]!, boxes[box + 3]!] : null,
    };
  });
}

function checkViewOptions(options: unknown): void {
  if (isObject(options)) return;
  throw new DecodeError("OPTION_INVALID", `The options are ${kindOf(options)}; give an object.`);
}

/** Writes `table[label + 1]` for each label. The table is always of one type: V8 then compiles a tight loop. */
function lookUp(labels: Int32Array, table: Int32Array, output: ViewArrays[Dtype]): void {
  for (let i = 0; i < labels.length; i++) output[i] = table[labels[i]! + 1]!;
}
