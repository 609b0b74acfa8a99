/**
 * Your own arrays to a label map: class ids, with or without numbers of objects, such as a model's prediction. Each pair
 * of a class and an object that occurs becomes a label.
 */

import { checkOptions } from "../checks/arguments.js";
import { counted } from "../checks/counted.js";
import { checkKeys, isObject, isSize, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import { ClassError, ValueRangeError } from "../errors.js";
import type { ClassEntry, ClassList } from "../legend/class-list.js";
import { isClassList } from "../legend/is-class-list.js";
import { contentOf } from "./content.js";
import { wrongLength } from "./dense-map.js";
import type { LabelMap } from "./label-map.js";
import type { LabelRuns } from "./label-runs.js";
import { makeLabelMap } from "./make-label-map.js";
import { runsOf } from "./runs-of.js";
import { lookUpValues } from "./views.js";

/** Integers, one for each pixel, row-major. */
export type IntegerArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Uint32Array;

/** An array of integers, or a map of them: pixels (`npyToMap`, `decodeLabelPng`) or runs. */
export type IntegerMap =
  | IntegerArray
  | { readonly width: number; readonly height: number; readonly data: IntegerArray }
  | LabelRuns;

export interface LabelMapFromOptions {
  /** The class of each id. Pixels with its `voidId` or `ignoreId` are unlabelled. */
  readonly classes: ClassList;
  /** The width in pixels. Not needed for a map, which has its own. */
  readonly width?: number;
  /** The height in pixels. Not needed for a map, which has its own. */
  readonly height?: number;
  /** The number of each pixel's object; 0 is none. Numbers may be unique in the image or only within their class. */
  readonly instances?: IntegerMap;
  /** Says that the values are `class id * divisor + number of the object`, as `map.panoptic` returns them. */
  readonly divisor?: number;
  /**
   * The names of the classes that have objects. Numbers of other classes are ignored. Default: what the class list says, or
   * the classes that have a number above 0.
   */
  readonly things?: Iterable<string>;
  /** What to do with ids that the list lacks: throw an error, or leave their pixels unlabelled. Default `"error"`. */
  readonly missing?: "error" | "void";
}

/**
 * A label map of class ids, such as a model's prediction. Everything that takes a decoded mask takes it: views, encoders,
 * `compare`.
 *
 * There is one label for each class that occurs, and for each object of a class: `road`, `car # 1`. Labels are in the order
 * of the class list, then of the objects' numbers. If there are numbers, pixels of a thing without one are a group that
 * nobody told apart, so their label is a crowd.
 *
 * @param ids class ids, H×W, row-major, or as runs. -1 is unlabelled. With `divisor`, panoptic ids.
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks an id that occurs, or one of `things`. The message names it.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a negative number of an object, or a negative value with `divisor`.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or arrays of the wrong type or size; OUT_OF_MEMORY.
 */
export function labelMapFrom(ids: IntegerMap, options: LabelMapFromOptions): LabelMap {
  const { classes, divisor, missing = "error" } = checkFromOptions(options);
  checkContent(ids, "The map", divisor === undefined ? "semantic" : "panoptic");
  const { width, height, data } = pixelsOf(ids, "The map", options);
  checkContent(options.instances, "instances", "instance");
  const instances =
    options.instances === undefined ? undefined : pixelsOf(options.instances, "instances", { width, height });
  const facts = factsOf(classes, options.things);
  const hasNumbers = divisor !== undefined || instances !== undefined;

  // Pairs of a class and a number are numbered as they turn up, and sorted at the end.
  const segments: Segment[] = [];
  const unknown = new Map<number, number>();
  const placeOf = new Map<number, number>();
  const rankOfId = new Map(classes.classes.map(({ id }, rank) => [id, rank]));
  const indices = withMemoryFor(`${width}×${height} pixels`, () => new Int32Array(data.length));
  const isNumbered = instances !== undefined;
  forEachRun(data, isNumbered ? instances.data : data, (value, number, start, end) => {
    indices.fill(findSegment(value, isNumbered ? number : 0, start, end - start), start, end);
  });
  if (unknown.size > 0 && missing === "error") throw unknownIds(unknown);

  const order = [...segments.keys()].sort(
    (a, b) => segments[a]!.rank - segments[b]!.rank || segments[a]!.number - segments[b]!.number,
  );
  const indexOfPlace = new Int32Array(segments.length + 1).fill(-1);
  for (const [index, place] of order.entries()) indexOfPlace[place + 1] = index;
  lookUpValues(indices, indexOfPlace, indices);
  const numbered = new Set(segments.filter(({ number }) => number > 0).map(({ rank }) => rank));
  const labels = order.map((place) => {
    const { rank, number } = segments[place]!;
    const { id, name, supercategory = null, isThing = numbered.has(rank) } = facts[rank]!;
    return {
      className: name,
      classId: id,
      isInstance: number > 0,
      instanceNumber: number,
      isThing,
      isCrowd: isThing && hasNumbers && number === 0,
      supercategory,
    };
  });
  return makeLabelMap({ width, height, data: indices }, labels);

  /** The place in `segments` of a run of equal values, or -1 if it is unlabelled. */
  function findSegment(value: number, given: number, start: number, length: number): number {
    const number = divisor === undefined ? given : value % divisor;
    if (number < 0 || (divisor !== undefined && value < 0)) {
      throw negative(start, width, divisor === undefined ? number : value, divisor);
    }
    const id = divisor === undefined ? value : Math.floor(value / divisor);
    const rank = rankOfId.get(id);
    if (rank === undefined) {
      const isVoid = id === classes.voidId || id === classes.ignoreId || id === -1;
      if (!isVoid) unknown.set(id, (unknown.get(id) ?? 0) + length);
      return -1;
    }
    const ownNumber = facts[rank]!.isThing === false ? 0 : number;
    // Numbers have 32 bits, and a class list is far shorter than the other 21 bits of an exact number.
    const key = rank * 2 ** 32 + ownNumber;
    const known = placeOf.get(key);
    if (known !== undefined) return known;
    placeOf.set(key, segments.length);
    return segments.push({ rank, number: ownNumber }) - 1;
  }
}

/** Calls back for each run of pixels with equal values and equal numbers. */
function forEachRun(
  values: IntegerArray,
  numbers: IntegerArray,
  callback: (value: number, number: number, start: number, end: number) => void,
): void {
  for (let pixel = 0; pixel < values.length; ) {
    const start = pixel;
    const value = values[start]!;
    const number = numbers[start]!;
    do pixel++;
    while (pixel < values.length && values[pixel] === value && numbers[pixel] === number);
    callback(value, number, start, pixel);
  }
}

/** An object of a class, or all of its pixels without a number. */
interface Segment {
  /** The place of the class in the list. */
  readonly rank: number;
  /** 0 if it is no object. */
  readonly number: number;
}

const KEYS = "classes width height instances divisor things missing";

function checkFromOptions(options: LabelMapFromOptions): LabelMapFromOptions {
  checkOptions(options);
  checkKeys(options, KEYS, "the options");
  const { classes, divisor, instances, missing } = options;
  if (!isClassList(classes)) throw invalid(`classes is ${kindOf(classes)}; give a ClassList.`);
  if (divisor !== undefined && !isSize(divisor)) throw invalid("divisor must be an integer of at least 1.");
  if (divisor !== undefined && instances !== undefined) {
    throw invalid("instances and divisor both say which object a pixel is of; give one of them.");
  }
  if (missing !== undefined && missing !== "error" && missing !== "void") {
    throw invalid('missing must be "error" or "void".');
  }
  return options;
}

const TYPES = /^\[object (?:Uint8|Uint8Clamped|Int8|Uint16|Int16|Int32|Uint32)Array\]$/;

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: IntegerArray;
}

/** @throws {DecodeError} OPTION_INVALID: another type, or another size than the options say. */
function pixelsOf(
  given: IntegerMap,
  name: string,
  size: { readonly width?: number | undefined; readonly height?: number | undefined },
): Pixels {
  const isRuns = isObject(given) && "runEnds" in given;
  const own: Partial<Pixels> = isRuns
    ? runsOf(given as unknown as LabelRuns).toDense()
    : isObject(given)
      ? (given as Pixels)
      : { data: given as IntegerArray };
  const { width = size.width, height = size.height, data } = own;
  const tag = Object.prototype.toString.call(data);
  if (!TYPES.test(tag)) {
    const found = ArrayBuffer.isView(data) ? `a ${tag.slice("[object ".length, -1)}` : kindOf(data);
    throw invalid(`${name} is ${found}; give an array of integers, such as a Uint8Array or an Int32Array.`);
  }
  if (!isSize(width) || !isSize(height)) {
    throw invalid("Give width and height: positive integers, the size of the map in pixels.");
  }
  if ((size.width ?? width) !== width || (size.height ?? height) !== height) {
    const wanted = `${size.width ?? width}×${size.height ?? height}`;
    throw invalid(`${name} has ${width}×${height} pixels instead of ${wanted}; give maps of one size.`);
  }
  if (data!.length !== width * height) throw invalid(wrongLength(name, data!.length, width, height));
  return { width, height, data: data! };
}

/** What the values of a decoded map are, in the words of messages. */
const CONTENTS = {
  label: "labels",
  semantic: "class ids",
  instance: "numbers of objects",
  panoptic: "panoptic ids",
} as const;

/** A decoded map says what its values are. @throws {DecodeError} OPTION_INVALID: they are not what is needed here. */
function checkContent(given: unknown, name: string, needed: keyof typeof CONTENTS): void {
  const content = contentOf(given);
  if (content === undefined || content === needed) return;
  const hint = content === "panoptic" && needed === "semantic" ? ", or pass its divisor" : "";
  throw invalid(`${name} holds ${CONTENTS[content]}; give ${CONTENTS[needed]}${hint}.`);
}

/** What is known of each class: whether it has objects, and its group. */
function factsOf(classes: ClassList, things: Iterable<string> | undefined): readonly ClassEntry[] {
  const facts = classes.classes;
  if (things === undefined) return facts;
  if (typeof things === "string" || typeof things?.[Symbol.iterator] !== "function") {
    throw invalid(`things is ${kindOf(things)}; give an array of class names.`);
  }
  const ids = new Set(
    Array.from(things, (name: unknown) => {
      if (typeof name !== "string") throw invalid(`A name in things is ${kindOf(name)}; make it a string.`);
      const id = classes.idOf(name);
      if (id !== undefined) return id;
      const message = `The class list lacks ${quote(name)}. Add the class, or remove it from things.`;
      throw new ClassError("CLASS_UNKNOWN", message);
    }),
  );
  return facts.map((known) => ({ ...known, isThing: ids.has(known.id) }));
}

const MOST_NAMED = 10;

function unknownIds(pixels: ReadonlyMap<number, number>): ClassError {
  const found = [...pixels].sort(([a], [b]) => a - b);
  const named = found.slice(0, MOST_NAMED).map(([id, count]) => `${id} (${counted(count, "pixel")})`);
  const more = found.length > MOST_NAMED ? ` and ${found.length - MOST_NAMED} more` : "";
  const [ids, add] = found.length === 1 ? ["the id", "Add its class"] : ["the ids", "Add their classes"];
  const remedy = `${add}, or pass missing: "void" to leave these pixels unlabelled.`;
  return new ClassError("CLASS_UNKNOWN", `The class list lacks ${ids} ${named.join(", ")}${more}. ${remedy}`);
}

function negative(pixel: number, width: number, value: number, divisor: number | undefined): ValueRangeError {
  const where = `The pixel (${pixel % width}, ${Math.floor(pixel / width)})`;
  const what = divisor === undefined ? "the object's number" : "the panoptic id";
  return new ValueRangeError("VALUE_OUT_OF_RANGE", `${where}: ${what} is ${value}; it must be 0 or more.`);
}
