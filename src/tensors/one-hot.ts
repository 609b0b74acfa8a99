/**
 * Turns maps of class ids into one-hot tensors: one channel per class, with 1 for the class's pixels and 0 elsewhere.
 * Every id is looked up in a table, so an unknown id is an error and never silently becomes zeros.
 */

import type { ConstOnly } from "../checks/const-options.js";
import { isObject, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import { ValueRangeError } from "../errors.js";
import type { ClassList } from "../legend/class-list.js";
import { isClassList } from "../legend/is-class-list.js";
import { contentOf } from "../maps/content.js";
import type { DenseMap, LabelArray } from "../maps/dense-map.js";
import { type Batch, batchOf, placeOf } from "./batch.js";
import type { TensorData } from "./to-tensor.js";

export interface OneHotOptions<T extends "uint8" | "float32"> {
  /** The class list, or the number of classes if their ids are 0 to `classes - 1` (1 to 65,536 classes). */
  readonly classes: number | ClassList;
  /** Whether the channels come before the pixels (PyTorch, ONNX) or after them (TensorFlow). Default `"CHW"`. */
  readonly layout?: "CHW" | "HWC";
  /** The type of the elements. Default `"float32"`. */
  readonly dtype?: T;
  /**
   * The ids whose pixels are 0 in all channels. Default: the list's `voidId` and `ignoreId`; none if `classes` is a
   * number. Use -1 for the unlabelled pixels of a `LabelMap`.
   */
  readonly ignore?: number | readonly number[];
}

/** What the table of ids says if an id has no channel; any other number is a channel. */
const UNKNOWN = -2;
const IGNORED = -1;

/**
 * A new one-hot tensor of N × C × H × W, or N × H × W × C, in float32 or uint8. N is the number of maps, 1 for a single
 * map. C is the number of classes; with a class list it is the largest class id plus 1. The channel of a class is its
 * id.
 *
 * @throws {DecodeError} OPTION_INVALID: not a map, an invalid option, or a class list for a map of labels or instances;
 *   OUT_OF_MEMORY.
 * @throws {LabelMapError} SIZE_MISMATCH: the maps have different sizes.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a pixel's id is neither a class nor ignored.
 */
export function oneHot<const Given extends object>(
  map: DenseMap | readonly DenseMap[],
  options: Given & ConstOnly<Given, OneHotOptions<"uint8" | "float32">>,
): TensorData<"uint8" | "float32">;
export function oneHot<T extends "uint8" | "float32" = "float32">(
  map: DenseMap | readonly DenseMap[],
  options: OneHotOptions<T>,
): TensorData<T>;
export function oneHot<T extends "uint8" | "float32" = "float32">(
  map: DenseMap | readonly DenseMap[],
  options: OneHotOptions<T>,
): TensorData<T> {
  const batch = batchOf(map);
  if (!isObject(options)) throw invalid(`The options are ${kindOf(options)}; give an object with classes.`);
  const { classes, layout = "CHW", dtype = "float32", ignore } = options as OneHotOptions<T>;
  if (layout !== "CHW" && layout !== "HWC") throw invalid('layout must be "CHW" or "HWC".');
  if (dtype !== "uint8" && dtype !== "float32") throw invalid('dtype must be "uint8" or "float32".');
  if (isClassList(classes)) batch.maps.forEach(checkHoldsClassIds);
  const ids = classIds(classes);
  const channels = ids.reduce((most, id) => Math.max(most, id + 1), 0);
  const channelOf = new Map(ids.map((id) => [id, id]));
  for (const id of ignoredIds(ignore, classes)) channelOf.set(id, IGNORED);

  const { maps, width, height } = batch;
  const pixels = width * height;
  const elements = maps.length * channels * pixels;
  const data = withMemoryFor(`${elements} elements`, () =>
    dtype === "uint8" ? new Uint8Array(elements) : new Float32Array(elements),
  );
  const [channelStride, pixelStride] = layout === "CHW" ? [pixels, 1] : [1, channels];
  maps.forEach(({ data: values }, place) => {
    const start = place * channels * pixels;
    const wrong = setOnes(values, channelOf, data, start, channelStride, pixelStride);
    if (wrong >= 0) throw outOfRange(batch, place, wrong);
  });
  const dims =
    layout === "CHW" ? [maps.length, channels, height, width] : [maps.length, height, width, channels];
  return { type: dtype as T, data: data as TensorData<T>["data"], dims };
}

/**
 * Labels are indices in a mask's legend. Most of them happen to be class ids too, so the mistake would go unnoticed.
 */
function checkHoldsClassIds(map: DenseMap): void {
  const content = contentOf(map);
  if (content === undefined || content === "semantic") return;
  const remedy =
    'decode with target: { map: "semantic", classes }, or give { width, height, data: map.semantic(classes) }';
  throw invalid(`The map has map: "${content}", so its values are not class ids; ${remedy}.`);
}

/** The class ids. @throws {DecodeError} OPTION_INVALID: neither a list of classes nor a number of them. */
export function classIds(classes: number | ClassList): number[] {
  if (isClassList(classes) && classes.classes.length > 0) return classes.classes.map(({ id }) => id);
  if (Number.isInteger(classes) && (classes as number) > 0 && (classes as number) <= 65_536) {
    return Array.from({ length: classes as number }, (_, id) => id);
  }
  throw invalid(
    "classes must be a ClassList that has classes, or the number of classes: an integer from 1 to 65536.",
  );
}

/** The ids whose pixels are 0 in all channels. @throws {DecodeError} OPTION_INVALID: something that is not an integer. */
export function ignoredIds(ignore: unknown, classes: number | ClassList): readonly number[] {
  if (ignore === undefined) return isClassList(classes) ? [classes.voidId, classes.ignoreId] : [];
  const ids: unknown[] = Array.isArray(ignore) ? Array.from(ignore) : [ignore];
  if (ids.every((id) => Number.isInteger(id))) return ids as number[];
  throw invalid("ignore must be an integer or an array of integers: the ids to leave out.");
}

/**
 * Writes the ones. Returns the first pixel whose id is unknown, or -1. Neighbouring pixels mostly have the same id, so
 * an id is looked up only when it changes.
 */
function setOnes(
  values: LabelArray,
  channelOf: ReadonlyMap<number, number>,
  data: Uint8Array | Float32Array,
  start: number,
  channelStride: number,
  pixelStride: number,
): number {
  let last = values[0]!;
  let channel = channelOf.get(last) ?? UNKNOWN;
  for (let pixel = 0; pixel < values.length; pixel++) {
    const value = values[pixel]!;
    if (value !== last) {
      last = value;
      channel = channelOf.get(value) ?? UNKNOWN;
    }
    if (channel >= 0) data[start + channel * channelStride + pixel * pixelStride] = 1;
    else if (channel === UNKNOWN) return pixel;
  }
  return -1;
}

function outOfRange(batch: Batch, map: number, pixel: number): ValueRangeError {
  const value = batch.maps[map]!.data[pixel]!;
  const message = `The id ${value} (${placeOf(batch, map, pixel)}) is not a class; add it to \`classes\` or to \`ignore\`.`;
  return new ValueRangeError("VALUE_OUT_OF_RANGE", message);
}
