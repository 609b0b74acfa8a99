/** What the decoding functions are given: the types, and the checks that need no mask. */
import { checkKeys, isObject, kindOf, quote } from "../checks/describe.js";
import { DecodeError } from "../errors.js";
import { checkLimits, type LimitOptions } from "./limits.js";
import type { SnapOptions } from "./snap.js";
import { type Crop, checkCrop, checkResize, checkTargets, type Resize, type Target } from "./targets.js";

export interface DecodeOptions extends LimitOptions {
  /**
   * What turns the compressed bytes into labels. `fused` does it all in WebAssembly and is the fast one; it takes PNGs
   * of up to 8 bits per sample that are not interlaced. `upng` takes every PNG. `auto`, the default, takes `fused`
   * where it can.
   */
  engine?: "auto" | "fused" | "upng";
  /** Defects of the legend are errors instead of issues. Default false. */
  strict?: boolean;
  /** What makes labels one class: the value less its ` # n` (`name`, the default), or the vendor's `class_id`. */
  classBy?: "name" | "class_id";
  /**
   * Where the labels go instead of a fresh array: `width * height` elements. An error in the call or the container
   * leaves its content as it was; one that shows only while pixels are decoded leaves it all -1.
   */
  into?: Int32Array;
  /** Only this part of the mask. All of it is decoded, counted and checked: a class that a list lacks is an error anywhere. */
  crop?: Crop;
  /** The labels of fewer or more pixels, taken while decoding: no map of the mask's own size is made. */
  resize?: Resize;
  /** Colours that the legend does not have become the nearest that it has. Off by default, since it invents data. */
  snap?: SnapOptions;
}

/** The options, checked and complete. */
export interface CheckedOptions extends Required<LimitOptions> {
  readonly engine: "auto" | "fused" | "upng";
  readonly strict: boolean;
  readonly classBy: "name" | "class_id";
  readonly into: Int32Array | undefined;
  readonly crop: Crop | undefined;
  readonly resize: Resize | undefined;
  readonly snap: SnapOptions | undefined;
  /** `null`: a label map. */
  readonly targets: readonly Target[] | null;
  /** Whether several targets were asked for, were it but one. */
  readonly isList: boolean;
}

const KEYS = "target into crop resize snap engine strict classBy maxPixels maxBytes verify";

/**
 * The options, checked: a copy of all that is in them, since the caller may change his own while a module is loaded.
 *
 * @param keys which options there are.
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkOptions(
  given: DecodeOptions & { readonly target?: unknown },
  keys: string = KEYS,
): CheckedOptions {
  if (!isObject(given as unknown)) throw new DecodeError("OPTION_INVALID", "the options must be an object");
  checkKeys(given, keys, "the options");
  const { target, engine = "auto", strict = false, classBy = "name", into, snap, crop, resize } = given;
  if (!["auto", "fused", "upng"].includes(engine)) {
    throw new DecodeError(
      "OPTION_INVALID",
      `there is no engine ${nameOf(engine)}: use "auto", "fused" or "upng"`,
    );
  }
  if (!["name", "class_id"].includes(classBy)) {
    throw new DecodeError("OPTION_INVALID", `classBy must be "name" or "class_id", not ${nameOf(classBy)}`);
  }
  if (into !== undefined && target !== undefined) {
    throw new DecodeError("OPTION_INVALID", "with a target, `into` belongs into the target");
  }
  if (into !== undefined && !(into instanceof Int32Array)) {
    throw new DecodeError("OPTION_INVALID", "`into` must be an Int32Array");
  }
  const { maxPixels, maxBytes, verify } = checkLimits(given);
  return {
    maxPixels,
    maxBytes,
    verify,
    engine,
    strict,
    classBy,
    into,
    snap: snap === undefined ? undefined : checkSnap(snap),
    crop: crop === undefined ? undefined : checkCrop(crop),
    resize: resize === undefined ? undefined : checkResize(resize, maxPixels),
    targets: target === undefined ? null : checkTargets(target),
    isList: Array.isArray(target),
  };
}

/**
 * Checks options as `decodeMask` does, for programs that take them long before their first mask.
 *
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkDecodeOptions(options: DecodeOptions & { readonly target?: unknown }): void {
  checkOptions(options);
}

function checkSnap(snap: SnapOptions): SnapOptions {
  const maxDistance = isObject(snap) ? snap.maxDistance : undefined;
  if (typeof maxDistance === "number" && maxDistance > 0) {
    checkKeys(snap, "maxDistance", "snap");
    return { maxDistance };
  }
  throw new DecodeError("OPTION_INVALID", "snap must be an object whose maxDistance is a number above 0");
}

/** How a wrong option is named in a message. */
function nameOf(option: unknown): string {
  return typeof option === "string" ? quote(option) : kindOf(option);
}

/**
 * Labels are written while the input is still read, and all targets at once: no array may lie in another.
 *
 * @param input what is decoded, by its name in the message
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkOverlap(
  arrays: readonly ArrayBufferView[],
  input: ArrayBufferView,
  inputName: string,
): void {
  arrays.forEach((into, index) => {
    if (areOverlapping(into, input)) {
      throw new DecodeError("OPTION_INVALID", `\`into\` must not lie where ${inputName} are`);
    }
    if (arrays.slice(0, index).some((other) => areOverlapping(into, other))) {
      throw new DecodeError("OPTION_INVALID", "two targets' `into` overlap: give each an array of its own");
    }
  });
}

function areOverlapping(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return (
    a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.byteLength &&
    b.byteOffset < a.byteOffset + a.byteLength
  );
}
