/** The options of `measure`, and their checks. */

import { checkOptions } from "../checks/arguments.js";
import { checkKeys, isSize, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { checkSignal } from "../checks/signal.js";
import type { SignalOptions } from "../decode/input-types.js";
import { LabelMapError } from "../errors.js";
import type { ClassList } from "../legend/class-list.js";
import { isClassList } from "../legend/is-class-list.js";
import type { Measurement } from "./measurement.js";
import { type AreaOptions, type CheckedOptions, checkAreaOptions } from "./paint-options.js";

/** The types of a prediction's elements. Integers are class ids N×H×W, and floats are logits N×C×H×W. */
export type PredictionType = "int32" | "uint8" | "uint16" | "int64" | "float32" | "float16";

export interface MeasureOptions extends AreaOptions, SignalOptions {
  readonly classes: ClassList;
  /** The type of the prediction's elements. Default `"int32"`. */
  readonly dtype?: PredictionType;
  /** The number of channels of logits. Each channel's number is a class id. Default: the largest class id plus 1. */
  readonly channels?: number;
  /** What to do with classes and ids that the list lacks: throw an error, or treat them as void. Default `"error"`. */
  readonly missing?: "error" | "void";
  /** What an earlier call has returned. Its counts are added, for the scores of a whole data set. */
  readonly previous?: Measurement;
}

export interface PredictionElement {
  readonly bytes: 1 | 2 | 4 | 8;
  /** The number of the type in the shader. */
  readonly kind: number;
  readonly isLogits: boolean;
  readonly array: string;
}

const PREDICTIONS: Readonly<Record<PredictionType, PredictionElement>> = {
  int32: { bytes: 4, kind: 0, isLogits: false, array: "Int32Array" },
  uint8: { bytes: 1, kind: 1, isLogits: false, array: "Uint8Array" },
  uint16: { bytes: 2, kind: 2, isLogits: false, array: "Uint16Array" },
  int64: { bytes: 8, kind: 5, isLogits: false, array: "BigInt64Array" },
  float32: { bytes: 4, kind: 3, isLogits: true, array: "Float32Array" },
  float16: { bytes: 2, kind: 4, isLogits: true, array: "Uint16Array" },
};

export interface CheckedMeasure extends Pick<CheckedOptions, "area" | "flip"> {
  readonly classes: ClassList;
  readonly element: PredictionElement;
  readonly channels: number;
  readonly missing: "error" | "void";
  readonly previous: Measurement | undefined;
}

const KEYS = "classes dtype channels missing previous crop resize flip signal";

/** @throws {DecodeError} OPTION_INVALID; what the signal was aborted with */
export function checkMeasureOptions(options: MeasureOptions): CheckedMeasure {
  checkKeys(checkOptions(options), KEYS, "The options of measure");
  const { classes, dtype = "int32", missing = "error", signal, previous } = options;
  checkSignal(signal);
  if (!isClassList(classes)) throw invalid(`classes is ${kindOf(classes)}; give a ClassList.`);
  if (!Object.hasOwn(PREDICTIONS, dtype)) {
    throw invalid(`dtype must be one of ${Object.keys(PREDICTIONS).join(", ")}.`);
  }
  if (missing !== "error" && missing !== "void") throw invalid('missing must be "error" or "void".');
  const element = PREDICTIONS[dtype];
  const { channels = classes.classes.reduce((most, { id }) => Math.max(most, id + 1), 1) } = options;
  if (!isSize(channels)) throw invalid("channels must be an integer of at least 1.");
  const idsOf = (list: readonly { readonly id: number }[] | undefined) => String(list?.map(({ id }) => id));
  if (previous !== undefined && idsOf(previous?.classes) !== idsOf(classes.classes)) {
    throw invalid(`previous must be what measure returned for these classes.`);
  }
  return {
    ...{ classes, element, missing, previous, channels: element.isLogits ? channels : 1 },
    ...checkAreaOptions(options),
  };
}

/** @throws {LabelMapError} SIZE_MISMATCH */
export function checkPredictionSize(bytes: number, needed: number): void {
  if (bytes >= needed) return;
  const message = `The prediction has ${bytes} bytes; maps of this size need ${needed}.`;
  throw new LabelMapError("SIZE_MISMATCH", message);
}
