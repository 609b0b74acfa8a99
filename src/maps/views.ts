/**
 * Makes the tables behind `LabelMap`'s views and the targets of `decodeMask`: the value that each label gets in a map
 * for training.
 *
 * A view is a table with one value per label. The table is shifted by one, so that -1 (unlabelled) has an entry like
 * every label. It is made before the pixels are decoded. It is checked after they are counted, because a value that
 * does not fit is an error only if its label has pixels.
 */

import { isObject, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { ClassError, ValueRangeError } from "../errors.js";
import type { ClassList } from "../legend/class-list.js";
import type { LabelArray } from "./dense-map.js";
import type { Label } from "./label.js";

/** The array type of each dtype. */
export interface ViewArrays {
  int32: Int32Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
  uint16: Uint16Array<ArrayBuffer>;
}
export type Dtype = keyof ViewArrays;

/** The array of a view whose options are in a `const`. Its dtype may be any, unless they say nothing of it. */
export type ViewArrayOf<Given> = ViewArrays[Given extends { readonly dtype: string } ? Dtype : "int32"];

export interface ViewOptions<D extends Dtype> {
  /** The type of the array. Default `"int32"`. */
  readonly dtype?: D;
}

export interface ClassViewOptions<D extends Dtype> extends ViewOptions<D> {
  /** What to do with a class that the list lacks: throw an error, or use the list's `voidId`. Default `"error"`. */
  readonly missing?: "error" | "void";
}

/** The options of `semantic` without a class list, whose values are the labels' own `classId`s. */
export interface SourceClassOptions<D extends Dtype> extends ViewOptions<D> {
  /** The value of pixels without a label. No label may have it as its class id. Default 255. */
  readonly voidId?: number;
  /** What to do with a label that has no integer `classId`: throw an error, or use `voidId`. Default `"error"`. */
  readonly missing?: "error" | "void";
}

export interface PanopticOptions<D extends Dtype> extends ClassViewOptions<D> {
  /** The class id is multiplied by this. It must be above every instance number. Default 1000, as in Cityscapes. */
  readonly divisor?: number;
}

/**
 * The label's index in the legend. Unlabelled pixels are -1. In an unsigned array they are the type's largest value,
 * 255 or 65,535, which then cannot be a label.
 */
export interface LabelView<D extends Dtype = Dtype> extends ViewOptions<D> {
  readonly map: "label";
}
/** The class id; unlabelled pixels get the list's `voidId`. */
export interface SemanticView<D extends Dtype = Dtype> extends ClassViewOptions<D> {
  readonly map: "semantic";
  readonly classes: ClassList;
}
/** The instance's number, unique within the image; 0 is stuff or unlabelled. */
export interface InstanceView<D extends Dtype = Dtype> extends ViewOptions<D> {
  readonly map: "instance";
}
/** Class id × divisor + instance number; unlabelled pixels get `voidId * divisor`. */
export interface PanopticView<D extends Dtype = Dtype> extends PanopticOptions<D> {
  readonly map: "panoptic";
  readonly classes: ClassList;
}
export type View<D extends Dtype = Dtype> =
  | LabelView<D>
  | SemanticView<D>
  | InstanceView<D>
  | PanopticView<D>;

const MAXIMA: ReadonlyMap<unknown, number> = new Map([
  ["int32", 2 ** 31 - 1],
  ["uint8", 255],
  ["uint16", 65_535],
]);

/** A view's table, and the check to call once the pixels are counted. */
export interface ViewTable {
  readonly dtype: Dtype;
  /** The value of unlabelled pixels, then the value of each label. 0 stands for a value for which `check` may throw. */
  readonly values: Int32Array<ArrayBuffer>;
  /**
   * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is not in the list. The message names it.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a value that occurs does not fit.
   */
  check(labels: readonly Label[], unlabelledCount: number): void;
}

/** How a view finds its values. */
interface Rule {
  readonly unlabelled: number;
  /** `undefined` if the class list lacks the label's class. */
  valueOf(label: Label): number | undefined;
  /** The largest instance number that may occur; only panoptic values have one. */
  readonly mostInstances?: number;
  readonly max: number;
}

/**
 * @param labels the mask's labels; their pixel counts are not read yet.
 * @param isOfSource whether class ids are the labels' own, so that no class list is needed.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or something that is not a class list.
 */
export function makeViewTable(view: View, labels: readonly Label[], isOfSource = false): ViewTable {
  const { dtype = "int32" } = view;
  const most = MAXIMA.get(dtype);
  if (most === undefined) {
    throw invalid(`dtype must be one of ${[...MAXIMA.keys()].join(", ")}.`);
  }
  const rule = ruleOf(view, most, isOfSource);
  const isFit = (value: number | undefined) => value !== undefined && value <= rule.max;
  const values = new Int32Array(labels.length + 1);
  values[0] = rule.unlabelled <= most ? rule.unlabelled : 0;
  labels.forEach((label, index) => {
    const value = rule.valueOf(label);
    values[index + 1] = isFit(value) ? value! : 0;
  });
  return { dtype, values, check: (counted, unlabelled) => checkRule(rule, dtype, most, counted, unlabelled) };
}

function ruleOf(view: View, most: number, isOfSource: boolean): Rule {
  if (view.map === "label") {
    const isSigned = most > 65_535;
    return {
      unlabelled: isSigned ? -1 : most,
      valueOf: ({ index }) => index,
      max: isSigned ? most : most - 1,
    };
  }
  if (view.map === "instance") return { unlabelled: 0, valueOf: ({ instanceId }) => instanceId, max: most };
  if (view.map !== "semantic" && view.map !== "panoptic") {
    throw invalid('map must be "label", "semantic", "instance", "panoptic" or "runs".');
  }
  const { classes, missing = "error" } = view;
  if (!isOfSource && typeof (classes as Partial<ClassList> | null | undefined)?.idOf !== "function") {
    throw invalid(`The class list is ${kindOf(classes)}; give a ClassList.`);
  }
  if (missing !== "error" && missing !== "void") {
    throw invalid('missing must be "error" or "void".');
  }
  const { voidId = 255 }: SourceClassOptions<Dtype> = isOfSource ? view : classes;
  const isId = (id: unknown): id is number => (id as number) >>> 0 === id;
  const checkVoid = (isOk: boolean) => {
    if (isOk) return;
    throw invalid(
      `voidId, the value of unlabelled pixels, is ${voidId}; pass an integer of at least 0 that is no class id: semantic(undefined, { voidId: 65535 }).`,
    );
  };
  checkVoid(isId(voidId));
  const idOf = ({ className, classId }: Label) => {
    checkVoid(!isOfSource || classId !== voidId);
    const id = isOfSource ? classId : classes.idOf(className);
    return isId(id) ? id : missing === "void" ? voidId : undefined;
  };
  if (view.map === "semantic") return { unlabelled: voidId, valueOf: idOf, max: most };

  const { divisor = 1000 } = view;
  if (!Number.isInteger(divisor) || divisor < 1) {
    throw invalid("divisor must be an integer of at least 1.");
  }
  return {
    unlabelled: voidId * divisor,
    valueOf: (label) => {
      const id = idOf(label);
      return id === undefined ? undefined : id * divisor + label.instanceId;
    },
    mostInstances: divisor - 1,
    max: most,
  };
}

function checkRule(
  rule: Rule,
  dtype: Dtype,
  most: number,
  labels: readonly Label[],
  unlabelledCount: number,
): void {
  const tooLarge = (value: number, owner: string) => {
    const message = `The value ${value} of ${owner} does not fit ${dtype} (at most ${Math.min(most, rule.max)}).`;
    return new ValueRangeError("VALUE_OUT_OF_RANGE", message);
  };
  const unknown = new Set<string>();
  for (const label of labels) {
    if (label.pixelCount > 0 && rule.valueOf(label) === undefined) unknown.add(label.className);
  }
  if (unknown.size > 0) {
    const names = [...unknown].slice(0, 10).map(quote).join(", ");
    const more = unknown.size > 10 ? ` and ${unknown.size - 10} more` : "";
    const remedy = 'Give a legend or a class list with all classes, or pass missing: "void".';
    throw new ClassError("CLASS_UNKNOWN", `There is no class id for ${names}${more}. ${remedy}`);
  }
  if (unlabelledCount > 0 && rule.unlabelled > most) throw tooLarge(rule.unlabelled, "the unlabelled pixels");
  for (const label of labels) {
    if (label.pixelCount === 0) continue;
    const { instanceId, name } = label;
    if (instanceId > (rule.mostInstances ?? Number.POSITIVE_INFINITY)) {
      const divisor = rule.mostInstances! + 1;
      const message = `Instance ${instanceId} (${quote(name)}) is not below the divisor ${divisor}; use a larger divisor.`;
      throw new ValueRangeError("VALUE_OUT_OF_RANGE", message);
    }
    const found = rule.valueOf(label)!;
    if (found > rule.max) throw tooLarge(found, `the label ${quote(name)}`);
  }
}

/** @throws {DecodeError} OPTION_INVALID: not an object. */
export function checkViewOptions(options: unknown): void {
  if (isObject(options)) return;
  throw invalid(`The options are ${kindOf(options)}; give an object.`);
}

/** Runs of at least this many pixels are written with `fill`. For shorter ones the call costs more than it saves. */
const LONG_RUN = 24;

/** Writes `values[label + 1]` for each label. Looks the value up once per run of equal labels. */
export function lookUpValues(labels: Int32Array, values: Int32Array, output: LabelArray): void {
  for (let pixel = 0; pixel < labels.length; ) {
    const start = pixel;
    const label = labels[start]!;
    const value = values[label + 1]!;
    do pixel++;
    while (pixel < labels.length && labels[pixel] === label);
    if (pixel - start >= LONG_RUN) output.fill(value, start, pixel);
    else for (let place = start; place < pixel; place++) output[place] = value;
  }
}
