/**
 * The labels of a label map as segments, the way panoptic formats count them. Each object of a thing class is a segment.
 * All the stuff of a class together is one segment. Pixels without a class are in no segment.
 *
 * The result is a table with one row per label. Areas and boxes are measured here, because a label's own numbers are
 * about the whole mask, and the map may be a crop of it.
 */

import { checkOptions } from "../../checks/arguments.js";
import { isObject, kindOf, quote } from "../../checks/describe.js";
import { ClassError, DecodeError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { type ClassBy, identifyEntries, parseResult, type SegmentationResult } from "../../legend/result.js";
import { checkDenseMap } from "../../maps/dense-map.js";
import type { Label } from "../../maps/label.js";
import type { LabelMap } from "../../maps/label-map.js";
import { measureObjects } from "../../objects/measure.js";

export interface SegmentOptions {
  /**
   * The names of the thing classes, whose objects are counted one by one. All other classes are stuff. Default: the
   * classes that have an instance in this map. For a data set, give the same names for all images: see `thingClasses`.
   */
  readonly things?: Iterable<string>;
  /** What to do if the list lacks a class: `"error"` throws, `"void"` makes its pixels void. Default `"error"`. */
  readonly missing?: "error" | "void";
}

export interface Segment {
  /** The place of its first label in `LabelMap.labels`, plus 1. It is unique in the image. 0 is void. */
  readonly id: number;
  readonly classId: number;
  /** Whether the segment is one object of a thing class. */
  readonly isInstance: boolean;
  /** Whether the segment is of a thing class, but its labels do not say which object: a group. */
  readonly isCrowd: boolean;
  /** Pixels. */
  area: number;
  /** `[x, y, width, height]` in pixels, from the top left corner. */
  bbox: [x: number, y: number, width: number, height: number];
}

export interface Segments {
  /** The segments that have pixels, in the order of the legend. */
  readonly segments: readonly Segment[];
  /** The segment id of each label, or 0 for void, at the label's index plus 1. Entry 0 is for unlabelled pixels. */
  readonly idOfLabel: Int32Array;
}

/**
 * The names of the classes that have an instance in any of the results, sorted. Use them as the `things` of a data set.
 * No mask is decoded, so you know the names before you write the first image.
 *
 * @param results checked results, or the vendor's result objects, as `ClassList.fromResults` takes them
 * @param options.classBy what makes a class, as in `decodeMask`
 * @throws {ResultError | LegendError} a result is malformed.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function thingClasses(
  results: Iterable<SegmentationResult | object>,
  options: { readonly classBy?: ClassBy } = {},
): string[] {
  if (typeof (results as Partial<typeof results> | null)?.[Symbol.iterator] !== "function") {
    throw new DecodeError("OPTION_INVALID", `The results are ${kindOf(results)}; give an array of results.`);
  }
  checkOptions(options);
  const names = new Set<string>();
  for (const result of results) {
    for (const { className, instanceIndex } of identifyEntries(parseResult(result), options.classBy)) {
      if (instanceIndex > 0) names.add(className);
    }
  }
  return [...names].sort();
}

/**
 * Makes the segments of a label map.
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`. The error names it.
 * @throws {DecodeError} OPTION_INVALID
 */
export function segmentsOf(map: LabelMap, classes: ClassList, options: SegmentOptions): Segments {
  checkLabelMap(map);
  const classIds = classIdsOf(map, classes, options);
  const thingIds = thingIdsOf(map, classes, classIds, options.things);
  const measures = new Map(measureObjects(map).map((measured) => [measured.value, measured]));
  const stuffOfClass = new Map<number, Segment>();
  const segments: Segment[] = [];
  const idOfLabel = new Int32Array(map.labels.length + 1);
  for (const { index, instance } of map.labels) {
    const classId = classIds[index];
    const measured = measures.get(index);
    if (classId === undefined || measured === undefined) continue;
    const { area, bbox } = measured;
    const isThing = thingIds.has(classId);
    const isInstance = isThing && instance > 0;
    const known = isInstance ? undefined : stuffOfClass.get(classId);
    if (known !== undefined) {
      known.area += area;
      known.bbox = union(known.bbox, bbox);
      idOfLabel[index + 1] = known.id;
      continue;
    }
    const id = index + 1;
    const segment: Segment = {
      id,
      classId,
      isInstance,
      isCrowd: isThing && !isInstance,
      area,
      bbox: [...bbox],
    };
    if (!isInstance) stuffOfClass.set(classId, segment);
    segments.push(segment);
    idOfLabel[id] = id;
  }
  return { segments, idOfLabel };
}

/**
 * Replaces each pixel's label by the label's entry in a table.
 * @param table the entry for unlabelled pixels, then an entry for each label
 * @throws {DecodeError} OPTION_INVALID: a pixel has a label that the table lacks.
 */
export function paint<A extends Int32Array | Uint8Array | Uint16Array>(labels: Int32Array, table: A): A {
  const painted = new (table.constructor as new (length: number) => A)(labels.length);
  for (let index = 0; index < labels.length; index++) {
    const value = table[labels[index]! + 1];
    if (value === undefined) {
      const problem = `the label map's data[${index}] is ${labels[index]}, which is not the index of a label`;
      throw new DecodeError("OPTION_INVALID", `${problem}; unlabelled pixels are -1.`);
    }
    painted[index] = value;
  }
  return painted;
}

/**
 * Checks that the map holds the indices of its labels. Other results of a decode have labels too, but their numbers may
 * be class ids, or objects.
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkLabelMap(map: unknown): asserts map is LabelMap {
  const remedy = "give what decodeMask returns without `target`.";
  if (isObject(map) && "runEnds" in map) {
    throw new DecodeError("OPTION_INVALID", `the label map consists of runs; ${remedy}`);
  }
  checkDenseMap(map, "the label map");
  const { labels, map: view = "label" } = map as Partial<LabelMap> & { readonly map?: unknown };
  const isInt32 = Object.prototype.toString.call(map.data) === "[object Int32Array]";
  if (Array.isArray(labels) && isInt32 && view === "label") return;
  const problem =
    "the label map must have labels, and data must hold the index of each pixel's label as int32";
  throw new DecodeError("OPTION_INVALID", `${problem}; ${remedy}`);
}

/** @throws {DecodeError} OPTION_INVALID: the value is not a `ClassList`. */
export function checkClassList(classes: unknown): asserts classes is ClassList {
  if (typeof (classes as Partial<ClassList> | null)?.idOf === "function") return;
  throw new DecodeError("OPTION_INVALID", `The class list is ${kindOf(classes)}; give a ClassList.`);
}

/** @throws {DecodeError} OPTION_INVALID: the value is neither `"error"` nor `"void"`. */
export function checkMissing(missing: unknown): void {
  if (missing === "error" || missing === "void") return;
  throw new DecodeError("OPTION_INVALID", 'missing must be "error" or "void".');
}

/**
 * The class id of each label, or `undefined` if the label has no pixel or its class is void or ignored.
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {DecodeError} OPTION_INVALID
 */
export function classIdsOf(
  map: LabelMap,
  classes: ClassList,
  options: Pick<SegmentOptions, "missing">,
): (number | undefined)[] {
  checkLabelMap(map);
  checkClassList(classes);
  checkOptions(options);
  const { missing = "error" } = options;
  checkMissing(missing);
  return map.labels.map(({ className, pixelCount }: Label) => {
    if (pixelCount === 0) return undefined;
    const id = classes.idOf(className);
    if (id === undefined && missing === "error")
      throw unknownClass(className, 'Add the class, or pass missing: "void".');
    return id === classes.voidId || id === classes.ignoreId ? undefined : id;
  });
}

function thingIdsOf(
  map: LabelMap,
  classes: ClassList,
  classIds: readonly (number | undefined)[],
  things: Iterable<string> | undefined,
): Set<number | undefined> {
  if (things === undefined) {
    return new Set(map.labels.filter(({ instance }) => instance > 0).map(({ index }) => classIds[index]));
  }
  return new Set(thingIds(classes, things));
}

/**
 * The ids of the classes with these names.
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a name.
 * @throws {DecodeError} OPTION_INVALID: `things` is not a list of names.
 */
export function thingIds(classes: ClassList, things: Iterable<string>): number[] {
  if (typeof things === "string" || typeof things?.[Symbol.iterator] !== "function") {
    throw new DecodeError("OPTION_INVALID", `things is ${kindOf(things)}; give an array of class names.`);
  }
  return Array.from(things, (name) => {
    const id = classes.idOf(name);
    if (id === undefined) throw unknownClass(name, "Add the class, or remove it from things.");
    return id;
  });
}

function unknownClass(name: string, remedy: string): ClassError {
  return new ClassError("CLASS_UNKNOWN", `The class list lacks ${quote(String(name))}. ${remedy}`);
}

type Box = readonly [x: number, y: number, width: number, height: number];

function union(a: Box, b: Box): [x: number, y: number, width: number, height: number] {
  const x = Math.min(a[0], b[0]);
  const y = Math.min(a[1], b[1]);
  return [x, y, Math.max(a[0] + a[2], b[0] + b[2]) - x, Math.max(a[1] + a[3], b[1] + b[3]) - y];
}
