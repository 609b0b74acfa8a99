/** What the decoding functions are given: the types, and the checks that need no mask. */
import { checkKeys, isObject, kindOf, quote } from "./describe.js";
import { DecodeError } from "./errors.js";
import { type LegendInput, parseLegend } from "./legend.js";
import { parseResult, type SegmentationResult } from "./result.js";
import type { SnapOptions } from "./snap.js";
import { type Crop, checkCrop, checkResize, checkTargets, type Resize, type Target } from "./targets.js";

/** The bytes of a PNG file: an `ArrayBuffer` or any view of one (`Uint8Array`, Node's `Buffer`). */
export type PngInput = ArrayBuffer | ArrayBufferView;

/** What says which colour is which label: the vendor's result (object, JSON text or parsed), or a legend alone. */
export type ResultInput = SegmentationResult | LegendInput | { readonly legend: object } | string;

/** Limits on what is accepted. */
export interface LimitOptions {
  /** Most pixels that are accepted, and that a resize may make. Default 2^28 (1 GiB of labels). */
  maxPixels?: number;
  /** Most bytes of PNG that are accepted. Default 2^30. */
  maxBytes?: number;
  /** Check each chunk's CRC-32 and, with `fused`, the pixels' Adler-32 (`upng` always does). Default true. */
  verify?: boolean;
}

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

const DEFAULT_MAX_PIXELS = 2 ** 28;
const DEFAULT_MAX_BYTES = 2 ** 30;

/** @throws {DecodeError} OPTION_INVALID */
export function checkLimits({
  maxPixels = DEFAULT_MAX_PIXELS,
  maxBytes = DEFAULT_MAX_BYTES,
  verify = true,
}: LimitOptions): Required<LimitOptions> {
  if (!(maxPixels > 0)) throw new DecodeError("OPTION_INVALID", "maxPixels must be a positive number");
  if (!(maxBytes > 0)) throw new DecodeError("OPTION_INVALID", "maxBytes must be a positive number");
  return { maxPixels, maxBytes, verify };
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

export type Source = Pick<SegmentationResult, "legend" | "instances" | "issues">;

/** What has a `legend` is a result (parsed or not), a string is a result's JSON; the rest is a bare legend. */
export function readResult(input: ResultInput, { strict = false }: { readonly strict?: boolean }): Source {
  if (typeof input === "string" || (isObject(input) && "legend" in input)) {
    return parseResult(input, { strict });
  }
  const legend = parseLegend(input as LegendInput, { strict });
  return { legend, instances: null, issues: legend.issues };
}

/** @throws {DecodeError} OPTION_INVALID */
export function toBytes(png: PngInput): Uint8Array {
  try {
    if (ArrayBuffer.isView(png)) return new Uint8Array(png.buffer, png.byteOffset, png.byteLength);
    // Not instanceof: an ArrayBuffer of another realm (an iframe, a test runner's context) is one too.
    if (Object.prototype.toString.call(png) === "[object ArrayBuffer]") return new Uint8Array(png);
  } catch (cause) {
    throw new DecodeError("OPTION_INVALID", "the PNG's buffer is detached, or no longer as long", { cause });
  }
  throw new DecodeError(
    "OPTION_INVALID",
    `the PNG is ${kindOf(png)}; give its bytes: of a file \`await readFile(path)\`, of a Response or Blob \`await response.arrayBuffer()\``,
  );
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
