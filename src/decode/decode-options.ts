/** The options of the decoding functions: their types, and the checks that need no mask. */

import { checkKeys, isObject, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import type { Area, Crop, Resize } from "../geometry/area.js";
import type { Encoding, EncodingInput } from "./encodings/encoding.js";
import type { SignalInput, SignalOptions } from "./input-types.js";
import { checkLimits, type LimitOptions } from "./limits.js";
import type { Transparent } from "./mask-info.js";
import { partOf } from "./parts.js";
import type { SnapOptions } from "./snap.js";
import { checkTargets, type Target } from "./targets.js";

export interface DecodeOptions extends LimitOptions {
  /**
   * What turns the compressed bytes into labels. `fused` is fast: it works entirely in WebAssembly. `upng` decodes with
   * upng-js, as a second opinion. `auto`, the default, uses `fused` unless a row has more than 2^26 pixels or 2^28 bytes.
   */
  engine?: "auto" | "fused" | "upng";
  /**
   * How samples stand for labels. `colors`, the default: R, G and B are a key of the legend. Otherwise the samples are
   * numbers of classes, and perhaps of objects; `ENCODINGS` of `labelmap/ids` lists them all. The legend then has the names
   * of the class ids, and may be null.
   */
  encoding?: EncodingInput;
  /** Treats defects of the legend, and of the PNG's container, as errors instead of issues. Default false. */
  strict?: boolean;
  /** How labels form classes: by the value without its ` # n` (`name`, the default), or by the vendor's `class_id`. */
  classBy?: "name" | "class_id";
  /**
   * An array of yours for the labels, with `width * height` elements. An error in the call or the container leaves its
   * content unchanged, unless the file is decoded while it arrives. An error that shows up only while pixels are decoded
   * fills it with -1.
   */
  into?: Int32Array;
  /**
   * Returns only this part of the mask. The whole mask is still decoded, counted and checked, so a class that is missing
   * in a class list is an error even outside the crop.
   */
  crop?: Crop;
  /** Returns a map of another size. Pixels are sampled while decoding, so no map of the mask's own size is made. */
  resize?: Resize;
  /**
   * What fully transparent pixels mean: alpha 0, or the colour or palette index that a `tRNS` chunk makes transparent.
   * `ignore-alpha`, the default: nothing, only red, green and blue count. An issue then says how many such pixels got a
   * label. `unlabelled`: nobody labelled them, as in the vendor's pre-labels.
   */
  transparent?: Transparent;
  /**
   * Replaces colours that are not in the legend by the nearest one that is, or, with `to: "neighbours"`, by the nearest one
   * beside the pixel. Off by default, since it invents data.
   */
  snap?: SnapOptions;
}

/** The options of `decodeMask`. */
export interface AsyncDecodeOptions extends DecodeOptions, SignalOptions {}

/** The options, complete, and checked except for `crop`, `resize` and `encoding`; see `areaOf` and `encodingOf`. */
export interface CheckedOptions extends Required<LimitOptions> {
  readonly engine: "auto" | "fused" | "upng";
  readonly classBy: "name" | "class_id";
  readonly transparent: Transparent;
  /** `undefined`: colours. */
  readonly encoding: EncodingInput | undefined;
  readonly into: Int32Array | undefined;
  readonly crop: Crop | undefined;
  readonly resize: Resize | undefined;
  readonly snap: SnapOptions | undefined;
  readonly signal: SignalInput | undefined;
  /** `null`: a label map. */
  readonly targets: readonly Target[] | null;
  /** Whether the targets were given as an array, even if it has only one. */
  readonly isList: boolean;
}

/** The options of `decodeMaskSync`. */
const KEYS =
  "target into crop resize snap encoding engine strict classBy transparent maxPixels maxBytes verify";
/** The options of `decodeMask`. */
export const ASYNC_KEYS = `${KEYS} signal`;

/**
 * The checked options, as a copy: the caller may change the original while a module is being loaded.
 *
 * @param keys the allowed options.
 * @throws {DecodeError} OPTION_INVALID, PART_MISSING
 */
export function checkOptions(
  given: AsyncDecodeOptions & { readonly target?: unknown },
  keys: string = KEYS,
): CheckedOptions {
  if (!isObject(given as unknown)) throw invalid("the options must be an object");
  checkKeys(given, keys, "the options");
  const { target, engine = "auto", classBy = "name", into, snap, crop, resize } = given;
  const { transparent = "ignore-alpha", encoding } = given;
  checkChoice("engine", engine, ["auto", "fused", "upng"]);
  checkChoice("classBy", classBy, ["name", "class_id"]);
  checkChoice("transparent", transparent, ["ignore-alpha", "unlabelled"]);
  if (into !== undefined && target !== undefined) {
    throw invalid("`into` cannot be used with `target`; put it into the target");
  }
  if (into !== undefined && !(into instanceof Int32Array)) {
    throw invalid("`into` must be an Int32Array");
  }
  if (snap !== undefined && encoding !== undefined && encoding !== "colors") {
    throw invalid("snap is for colours; leave out snap or the encoding");
  }
  const { maxPixels, maxBytes, verify, strict } = checkLimits(given);
  return {
    // Not a spread, which takes several microseconds.
    // Pixels are counted with 32 bits.
    maxPixels: Math.min(maxPixels, 2 ** 32 - 1),
    maxBytes,
    verify,
    strict,
    engine,
    classBy,
    transparent,
    encoding: encoding === "colors" ? undefined : copyOf(encoding),
    into,
    snap: snap === undefined ? undefined : checkSnap(snap),
    crop: copyOf(crop),
    resize: copyOf(resize),
    signal: given.signal,
    targets: target === undefined ? null : checkParts(checkTargets(target)),
    isList: Array.isArray(target),
  };
}

const copyOf = <T>(option: T): T => (isObject(option) ? { ...option } : option);

/** The checked crop and resize; `undefined` if there is neither. @throws {DecodeError} PART_MISSING, OPTION_INVALID */
export function areaOf(options: CheckedOptions): Area | undefined {
  if (options.crop === undefined && options.resize === undefined) return undefined;
  return partOf("geometry").checkArea(options, options.maxPixels);
}

/** The checked encoding; `undefined` for colours. @throws {DecodeError} PART_MISSING, OPTION_INVALID */
export function encodingOf({ encoding }: CheckedOptions): Encoding | undefined {
  return encoding === undefined ? undefined : partOf("ids").encodingOf(encoding);
}

/**
 * Checks options like `decodeMask`, for programs that read them long before the first mask. For `crop` and `resize` call
 * `checkArea` of `labelmap/geometry` too, and for `encoding` `encodingOf` of `labelmap/ids`.
 *
 * @throws {DecodeError} OPTION_INVALID; PART_MISSING: `snap` needs `labelmap/snap`
 */
export function checkDecodeOptions(options: AsyncDecodeOptions & { readonly target?: unknown }): void {
  checkOptions(options, ASYNC_KEYS);
}

/**
 * `checkOptions`, and the checks of `crop`, `resize`, `encoding` and `engine`, which need parts of the library. For calls
 * that do something expensive before they decode.
 *
 * @throws {DecodeError} OPTION_INVALID, PART_MISSING
 */
export function checkWithParts(
  given: AsyncDecodeOptions & { readonly target?: unknown },
  keys?: string,
): void {
  const options = checkOptions(given, keys);
  areaOf(options);
  encodingOf(options);
  if (options.engine === "upng") partOf("upng");
}

/** @throws {DecodeError} PART_MISSING */
function checkParts(targets: readonly Target[]): readonly Target[] {
  if (targets.some(({ map }) => map === "runs")) partOf("maps");
  return targets;
}

function checkSnap(snap: SnapOptions): SnapOptions {
  const { to, maxDistance }: Partial<SnapOptions> = isObject(snap) ? snap : {};
  const isFree = to === "neighbours";
  const isDistance = typeof maxDistance === "number" ? maxDistance > 0 : isFree && maxDistance === undefined;
  if (isDistance && (isFree || to === undefined || to === "nearest")) {
    checkKeys(snap, "maxDistance to", "snap");
    // Before anything is decoded.
    partOf("snap");
    return { to, maxDistance } as SnapOptions;
  }
  throw invalid('snap must be an object with a maxDistance above 0, or with to: "neighbours"');
}

function checkChoice(name: string, given: unknown, choices: readonly string[]): void {
  if (choices.includes(given as string)) return;
  const quoted = choices.map(quote);
  const shown = typeof given === "string" ? quote(given) : kindOf(given);
  throw invalid(`${name} must be ${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}, not ${shown}`);
}

/**
 * Labels are written while the input is still being read, and to all targets at once, so no array may overlap another.
 *
 * @param inputName the name of the input in the message
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkOverlap(
  arrays: readonly ArrayBufferView[],
  input: ArrayBufferView,
  inputName: string,
): void {
  arrays.forEach((into, index) => {
    if (areOverlapping(into, input)) {
      throw invalid(`\`into\` overlaps ${inputName}; give it memory of its own`);
    }
    if (arrays.slice(0, index).some((other) => areOverlapping(into, other))) {
      throw invalid("two targets' `into` overlap: give each an array of its own");
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
