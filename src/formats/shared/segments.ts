/**
 * The labels of a label map as segments, the way panoptic formats count them. Each object of a thing class is a segment.
 * All the stuff of a class together is one segment. Pixels without a class are in no segment.
 *
 * The result is a table with one row per label. Areas and boxes are measured here, because a label's own numbers are
 * about the whole mask, and the map may be a crop of it.
 */

import { checkOptions } from "../../checks/arguments.js";
import { counted } from "../../checks/counted.js";
import { isSize, kindOf, quote } from "../../checks/describe.js";
import { ClassError, DecodeError, type Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { type ClassBy, identifyEntries, parseResult, type SegmentationResult } from "../../legend/result.js";
import type { Label } from "../../maps/label.js";
import { type LabelledMap, type LabelledPixels, labelledPixels } from "../../maps/labelled-map.js";
import { measureObjects } from "../../objects/measure.js";
import { splitIntoComponents } from "./components.js";

export interface SegmentOptions {
  /**
   * The names of the thing classes, whose objects are counted one by one. All other classes are stuff. Default: the
   * classes with a label in this map that has a number or is a thing (`isThing`); with `objects: "components"`, all classes
   * but `background`. For a data set, give the same names for all images: see `thingClasses`.
   */
  readonly things?: Iterable<string>;
  /**
   * What an object of a thing class is. A label with a number (`car # 1`) always is one object, and a crowd (`isCrowd`)
   * always is a group. This option is about the other labels, those without a number (`car`):
   *
   * - `"labels"`, the default: the label is one object, unless another label of its class has a number. If one has, the
   *   label is a group of objects that are not told apart (a crowd in COCO).
   * - `"numbered"`: the label is a group, whether or not another label has a number.
   * - `"components"`: each connected area of the class is an object. Pixels that touch at a corner are connected. Use this
   *   for semantic masks, which number nothing.
   */
  readonly objects?: "labels" | "numbered" | "components";
  /** For `objects: "components"`: smaller areas, in pixels, are left out, as if they were void. Default 1: none is. */
  readonly minArea?: number;
  /** What to do if the list lacks a class: `"error"` throws, `"void"` makes its pixels void. Default `"error"`. */
  readonly missing?: "error" | "void";
}

export interface Segment {
  /**
   * The place of its first label in `LabelMap.labels`, plus 1. Connected areas count on from the number of labels. It is
   * unique in the image. 0 is void.
   */
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
  /** The segments that have pixels, in the order of the legend. Connected areas follow, from top to bottom. */
  readonly segments: readonly Segment[];
  /** The label of each pixel. Each connected area has a label of its own, behind the labels of the map. */
  readonly data: Int32Array;
  /** The segment id of each label, or 0 for void, at the label's index plus 1. Entry 0 is for unlabelled pixels. */
  readonly idOfLabel: Int32Array;
  /** Whether the options say what the objects are: `things` names a class, or connected areas are objects. */
  readonly definesObjects: boolean;
  /** What the segments do not say: labels that were taken for one object, and areas that were left out. */
  readonly issues: readonly Issue[];
}

/**
 * The names of the classes that have an instance in any of the results, or that a legend says are things, sorted. Use them as the `things` of a data set.
 * No mask is decoded, so you know the names before you write the first image.
 *
 * @param results checked results, the vendor's result objects, or legends that `parseLegend` has read, as
 *   `ClassList.fromResults` takes them
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
    const parsed = parseResult(result);
    identifyEntries(parsed, options.classBy).forEach(({ className, instanceNumber }, index) => {
      if (parsed.legend.entries[index]!.isThing ?? instanceNumber > 0) names.add(className);
    });
  }
  return [...names].sort();
}

/**
 * Makes the segments of a label map.
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`. The error names it.
 * @throws {DecodeError} OPTION_INVALID
 */
export function segmentsOf(given: LabelledMap, classes: ClassList, options: SegmentOptions): Segments {
  const map = labelledPixels(given);
  const classIds = classIdsOf(map, classes, options);
  const { objects, minArea } = checkObjects(options);
  const named = options.things === undefined ? undefined : thingIds(classes, options.things);
  const things = new Set(named ?? defaultThings(map, classes, classIds, objects));
  const numberedIds = new Set(
    map.labels.filter(({ instanceId }) => instanceId > 0).map(({ className }) => classes.idOf(className)),
  );
  const measures = new Map(measureObjects(map).map((measured) => [measured.value, measured]));
  const stuffOfClass = new Map<number, Segment>();
  const segments: Segment[] = [];
  const whole: string[] = [];
  const idOfLabel = new Int32Array(map.labels.length + 1);
  for (const { index, instanceId, name, isCrowd } of map.labels) {
    const classId = classIds[index];
    const measured = measures.get(index);
    if (classId === undefined || measured === undefined) continue;
    const { area, bbox } = measured;
    const isThing = things.has(classId);
    const isNumbered = instanceId > 0;
    const isOneOrMany = isThing && !isNumbered && !isCrowd;
    if (isOneOrMany && objects === "components") continue;
    const isWhole = isOneOrMany && objects === "labels" && !numberedIds.has(classId);
    if (isWhole) whole.push(name);
    const isInstance = isThing && (isNumbered || isWhole);
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
  const issues = whole.length > 0 ? [notNumbered(whole)] : [];
  const definesObjects = objects === "components" || (named !== undefined && named.length > 0);
  const ofLabels = { segments, data: map.data, idOfLabel, definesObjects, issues };
  if (objects !== "components") return ofLabels;
  const isSplit = ({ index, instanceId, isCrowd }: Label) =>
    instanceId === 0 && !isCrowd && things.has(classIds[index]);
  const classOfLabel = map.labels.map((label) => (isSplit(label) ? (classIds[label.index] ?? -1) : -1));
  return withComponents(ofLabels, map, classOfLabel, minArea);
}

/** @param classOfLabel the class id of each label to split into connected areas, or -1 */
function withComponents(
  ofLabels: Segments,
  map: LabelledPixels,
  classOfLabel: readonly number[],
  minArea: number,
): Segments {
  const classOfPixel = paint(map.data, Int32Array.of(-1, ...classOfLabel));
  const { data, components, leftOut } = splitIntoComponents(map, classOfPixel, minArea);
  // The last label is that of the areas that are left out.
  const idOfLabel = new Int32Array(ofLabels.idOfLabel.length + components.length + 1);
  idOfLabel.set(ofLabels.idOfLabel);
  const areas = components.map(({ classId, area, bbox }, place): Segment => {
    const id = map.labels.length + 1 + place;
    idOfLabel[id] = id;
    return { id, classId, isInstance: true, isCrowd: false, area, bbox: [...bbox] };
  });
  return {
    ...ofLabels,
    segments: [...ofLabels.segments, ...areas],
    data,
    idOfLabel,
    issues: leftOut.count === 0 ? ofLabels.issues : [...ofLabels.issues, tooSmall(leftOut, minArea)],
  };
}

const MOST_NAMES = 5;

function notNumbered(values: readonly string[]): Issue {
  const names = values.slice(0, MOST_NAMES).map(quote).join(", ");
  const more = values.length > MOST_NAMES ? ` and ${values.length - MOST_NAMES} more` : "";
  const labels = `${counted(values.length, "label has", "labels have")} no number, such as ${quote(`${values[0]} # 1`)}`;
  const message = `${labels}, so all pixels of such a label are one object: ${names}${more}; pass objects: "components" to count connected areas.`;
  return { code: "label-not-numbered", message };
}

function tooSmall({ count, pixels }: { count: number; pixels: number }, minArea: number): Issue {
  const message = `${counted(count, "connected area")} of together ${counted(pixels, "pixel")} ${count === 1 ? "is" : "are"} left out; pass a minArea below ${minArea} to keep them.`;
  return { code: "component-too-small", message };
}

/**
 * The issue of a file that lists no object, though the map has pixels with classes. If the options say what the objects
 * are, the image has none of them, and that is no issue.
 */
export function issueOfNoObjects({ segments, definesObjects }: Segments): Issue[] {
  if (definesObjects || segments.length === 0) return [];
  const remedy =
    'pass objects: "components" to count connected areas, or name the classes in things to count labels';
  return [
    {
      code: "no-objects",
      message: `The list of objects is empty: no label has a number, such as "car # 1"; ${remedy}.`,
    },
  ];
}

/** @throws {DecodeError} OPTION_INVALID */
function checkObjects({ objects = "labels", minArea }: SegmentOptions) {
  if (objects !== "labels" && objects !== "numbered" && objects !== "components") {
    throw new DecodeError("OPTION_INVALID", 'objects must be "labels", "numbered" or "components".');
  }
  if (minArea !== undefined && objects !== "components") {
    throw new DecodeError("OPTION_INVALID", 'minArea applies only to objects: "components".');
  }
  if (minArea !== undefined && !isSize(minArea)) {
    throw new DecodeError("OPTION_INVALID", "minArea must be an integer of at least 1: a number of pixels.");
  }
  return { objects, minArea: minArea ?? 1 };
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
  map: LabelledPixels,
  classes: ClassList,
  options: Pick<SegmentOptions, "missing">,
): (number | undefined)[] {
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

function defaultThings(
  map: LabelledPixels,
  classes: ClassList,
  classIds: readonly (number | undefined)[],
  objects: SegmentOptions["objects"],
): (number | undefined)[] {
  if (objects === "components") {
    return thingIds(classes, countableClasses(classes));
  }
  return map.labels
    .filter(({ instanceId, isThing }) => instanceId > 0 || isThing)
    .map(({ index }) => classIds[index]);
}

/**
 * The names of all classes but the background: `background` in any case, or `_background_` as LabelMe writes it. These are
 * the things of `objects: "components"` if you name none. Give them to `cocoPanopticDataset` too.
 *
 * @throws {DecodeError} OPTION_INVALID: not a `ClassList`.
 */
export function countableClasses(classes: ClassList): string[] {
  checkClassList(classes);
  return classes.classes.map(({ name }) => name).filter((name) => !/^_*background_*$/i.test(name));
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
