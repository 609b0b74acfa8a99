/**
 * A label map's labels as segments, the way panoptic formats count them: each object of a thing class is one, all the
 * stuff of a class together is one, and pixels of no class are of none.
 *
 * It all is a table with one row per label. Areas and boxes are measured here: those of a label map are the whole mask's,
 * where the map may be a crop.
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
   * The names of the classes whose objects are counted one by one; all others are stuff. Default: the classes of which
   * this map has an instance. For a data set give the same names to all images: see `thingClasses`.
   */
  readonly things?: Iterable<string>;
  /** What becomes of a class that the list lacks: an error, or no segment. Default `"error"`. */
  readonly missing?: "error" | "void";
}

export interface Segment {
  /** The place of its first label in `LabelMap.labels`, plus 1: unique in the image, and never 0, which is void. */
  readonly id: number;
  readonly classId: number;
  /** Whether it is one object of a thing class. */
  readonly isInstance: boolean;
  /** Whether it is of a thing class, but its labels do not say which object: a group. */
  readonly isCrowd: boolean;
  /** Pixels. */
  area: number;
  /** `[x, y, width, height]` in pixels, from the top left corner. */
  bbox: [x: number, y: number, width: number, height: number];
}

export interface Segments {
  /** Those with pixels, in the order of the legend. */
  readonly segments: readonly Segment[];
  /** Each label's segment id, 0 for void, at its index plus 1; at 0 stands that of unlabelled pixels, 0. */
  readonly idOfLabel: Int32Array;
}

/**
 * The names of the classes that have an instance in any of the results, sorted: what a data set's `things` are. No mask
 * is decoded, so that they are known before the first one is written.
 *
 * @param results checked results, or the vendor's result objects, as `ClassList.fromResults` takes them.
 * @param options.classBy what makes a class, as in `decodeMask`.
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
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels, or one of `things`, is not in the list. It is named.
 * @throws {DecodeError} OPTION_INVALID.
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
 * Each pixel's entry of a table that has one for unlabelled pixels first and then one per label.
 * @throws {DecodeError} OPTION_INVALID: a pixel of no label.
 */
export function paint<A extends Int32Array | Uint8Array | Uint16Array>(labels: Int32Array, table: A): A {
  const painted = new (table.constructor as new (length: number) => A)(labels.length);
  for (let index = 0; index < labels.length; index++) {
    const value = table[labels[index]! + 1];
    if (value === undefined) {
      const problem = `the label map's data[${index}] is ${labels[index]}, which is no place in labels`;
      throw new DecodeError("OPTION_INVALID", `${problem}; unlabelled pixels are -1.`);
    }
    painted[index] = value;
  }
  return painted;
}

/**
 * A decode's targets have labels too, but only those of the view "label" as int32 hold the labels' places.
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkLabelMap(map: unknown): asserts map is LabelMap {
  const remedy = "give what decodeMask returns without `target`.";
  if (isObject(map) && "runEnds" in map) {
    throw new DecodeError("OPTION_INVALID", `the label map is runs; ${remedy}`);
  }
  checkDenseMap(map, "the label map");
  const { labels, map: view = "label" } = map as Partial<LabelMap> & { readonly map?: unknown };
  const isInt32 = Object.prototype.toString.call(map.data) === "[object Int32Array]";
  if (Array.isArray(labels) && isInt32 && view === "label") return;
  const problem = "the label map must have labels, and in data the place of each pixel's label, as int32";
  throw new DecodeError("OPTION_INVALID", `${problem}; ${remedy}`);
}

/** @throws {DecodeError} OPTION_INVALID */
export function checkClassList(classes: unknown): asserts classes is ClassList {
  if (typeof (classes as Partial<ClassList> | null)?.idOf === "function") return;
  throw new DecodeError("OPTION_INVALID", `The class list is ${kindOf(classes)}; give a ClassList.`);
}

/** @throws {DecodeError} OPTION_INVALID */
export function checkMissing(missing: unknown): void {
  if (missing === "error" || missing === "void") return;
  throw new DecodeError("OPTION_INVALID", 'missing must be "error" or "void".');
}

/**
 * The class ids by label; none for those without a pixel, and for void and ignored ones.
 * @throws {ClassError} CLASS_UNKNOWN
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
      throw unknownClass(className, 'Add it, or pass missing: "void".');
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

/** The ids of the named classes. */
export function thingIds(classes: ClassList, things: Iterable<string>): number[] {
  if (typeof things === "string" || typeof things?.[Symbol.iterator] !== "function") {
    throw new DecodeError("OPTION_INVALID", `things is ${kindOf(things)}; give an array of class names.`);
  }
  return Array.from(things, (name) => {
    const id = classes.idOf(name);
    if (id === undefined) throw unknownClass(name, "It is one of things.");
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
