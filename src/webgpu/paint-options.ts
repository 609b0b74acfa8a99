/** The options of `paint`, and their checks. */

import { checkOptions } from "../checks/arguments.js";
import { checkKeys, isObject } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { checkSignal } from "../checks/signal.js";
import type { SignalOptions } from "../decode/input-types.js";
import { type Area, type Crop, checkArea, type Resize } from "../geometry/area.js";
import type { ClassList } from "../legend/class-list.js";
import {
  ELEMENTS,
  type ElementArrays,
  type ElementType,
  TEXTURES,
  type TextureFormat,
} from "./element-types.js";
import type { GpuBuffer, GpuTexture } from "./gpu-types.js";

/** Which pixels of the mask the output shows. The steps are done in this order: crop, resize, flip. */
export interface AreaOptions {
  /** A part of the mask, in its pixels. Default: all of it. */
  readonly crop?: Crop;
  /** The size of the output. Values are taken by nearest neighbour, as `resize` of `labelmap/geometry` takes them. */
  readonly resize?: Resize;
  /** `"horizontal"` swaps left and right, `"vertical"` top and bottom. Default: none. */
  readonly flip?: "horizontal" | "vertical" | "both";
}

/** Which value each pixel gets. The values are those that the target of `decodeMask` gives. */
export interface ValueOptions {
  /** Default `"label"`: the label's index, or the value of a map whose labels are not known, as it is. */
  readonly map?: "label" | "semantic" | "instance" | "panoptic";
  /** For `"semantic"` and `"panoptic"`. */
  readonly classes?: ClassList;
  /** For `"panoptic"`: the class id is multiplied by this. Default 1000. */
  readonly divisor?: number;
  /** What to do with a class that the list lacks: throw an error, or use the list's `voidId`. Default `"error"`. */
  readonly missing?: "error" | "void";
}

/** One channel for each class id, with 1 for the pixels of the class and 0 elsewhere. */
export interface OneHotChannels {
  /** The class list, or the number of classes if their ids are 0 to `classes - 1`. Default: the option `classes`. */
  readonly classes?: number | ClassList;
  /** The ids whose pixels are 0 in all channels. Default: the list's `voidId` and `ignoreId`. */
  readonly ignore?: number | readonly number[];
}

export interface PaintOptions extends AreaOptions, ValueOptions, SignalOptions {
  /** The type of the elements. Default `"int32"`; for one-hot tensors `"float32"`. */
  readonly dtype?: ElementType;
  /** Makes a one-hot tensor N×C×H×W of the class ids. C is the largest class id plus 1. */
  readonly oneHot?: true | OneHotChannels;
  /** Makes a texture instead of a buffer. Several maps become its array layers. */
  readonly texture?: TextureFormat;
  /** Flags of `GPUBufferUsage` or `GPUTextureUsage`, added to those that the output has anyway. */
  readonly usage?: number;
  /** What to write to, instead of a new buffer, texture or array. */
  readonly into?: GpuBuffer | GpuTexture | ElementArrays[ElementType];
}

/** The options, checked as far as possible without a map. */
export interface CheckedOptions extends Omit<PaintOptions, keyof AreaOptions> {
  readonly dtype: ElementType;
  readonly area: Area;
  readonly flip: AreaOptions["flip"];
}

const KEYS = "map classes divisor missing dtype oneHot crop resize flip texture usage into signal";
/** What each map takes. */
const VIEW_KEYS = {
  ...{ label: "", instance: "" },
  ...{ semantic: "classes missing", panoptic: "classes divisor missing" },
} as const;
const FLIPS: readonly unknown[] = [undefined, "horizontal", "vertical", "both"];

/** @throws {DecodeError} OPTION_INVALID; what the signal was aborted with */
export function checkPaintOptions(options: PaintOptions): CheckedOptions {
  checkKeys(checkOptions(options), KEYS, "The options of paint");
  const { texture, oneHot, usage = 0, map = "label", classes, divisor, missing } = options;
  checkSignal(options.signal);
  if (!Object.hasOwn(VIEW_KEYS, map)) throw oneOf("map", VIEW_KEYS);
  // A one-hot tensor of a map without labels has its classes here as well.
  const given = { classes: oneHot === undefined ? classes : undefined, divisor, missing };
  checkKeys(given, VIEW_KEYS[map], `The options of map "${map}"`);
  if (texture !== undefined && !Object.hasOwn(TEXTURES, texture)) throw oneOf("texture", TEXTURES);
  if (texture !== undefined && (oneHot ?? options.dtype) !== undefined) {
    throw invalid("texture cannot be combined with oneHot or dtype; its format says what the texels are.");
  }
  if (oneHot !== undefined && oneHot !== true) {
    if (!isObject(oneHot)) throw invalid("oneHot must be true, or an object with classes or ignore.");
    checkKeys(oneHot, "classes ignore", "oneHot");
  }
  const { dtype = texture !== undefined ? TEXTURES[texture] : oneHot ? "float32" : "int32" } = options;
  if (!Object.hasOwn(ELEMENTS, dtype)) throw oneOf("dtype", ELEMENTS);
  if (usage >>> 0 !== usage) throw invalid("usage must be flags of GPUBufferUsage or GPUTextureUsage.");
  return { ...options, ...checkAreaOptions(options), dtype };
}

/** @throws {DecodeError} OPTION_INVALID */
export function checkAreaOptions(options: AreaOptions): Pick<CheckedOptions, "area" | "flip"> {
  const { crop, resize, flip } = options;
  if (!FLIPS.includes(flip)) throw invalid('flip must be "horizontal", "vertical" or "both".');
  return { area: checkArea({ crop, resize }, Number.POSITIVE_INFINITY), flip };
}

function oneOf(name: string, table: object): Error {
  return invalid(`${name} must be one of ${Object.keys(table).join(", ")}.`);
}
