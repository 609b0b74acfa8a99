/**
 * Turns a map into the segments that a comparison counts. Each segment is one instance of a class, or all pixels of a
 * class. The map's runs keep their shape; only their values are looked up, once per value.
 */

import { quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { ClassError, ValueRangeError } from "../errors.js";
import type { ClassList } from "../legend/class-list.js";
import { contentOf } from "../maps/content.js";
import type { LabelArray } from "../maps/dense-map.js";
import type { Label } from "../maps/label.js";
import type { LabelMap } from "../maps/label-map.js";
import type { LabelRuns, RunsInput } from "../maps/label-runs.js";

/**
 * A map that `compare` accepts: a `LabelMap`; what `decodeMask` returns for a target (`"label"`, `"runs"`,
 * `"semantic"`, `"panoptic"`); or your own class ids (or panoptic ids), as H×W pixels, row-major, or as runs.
 */
export type ComparableMap = LabelMap | RunsInput;

/** The options that say what a map's values mean. */
export interface SegmentOptions {
  readonly classes: ClassList;
  readonly divisor: number | undefined;
  readonly missing: "error" | "void";
  /** The indices in `classes.classes` of the classes that have instances; `undefined` if that is not known. */
  readonly things: ReadonlySet<number> | undefined;
}

/** One object, or all pixels of a class that has no separate objects. */
export interface Segment {
  /** The class's index in `classes.classes`. */
  readonly classIndex: number;
  /** Unique within class and map; 0 if the class has no separate objects, or if it is a crowd. */
  readonly instance: number;
  /** Whether it is a group of objects that nobody told apart. All crowds of a class are one segment. */
  readonly isCrowd: boolean;
}

/** A map as runs of segments. */
export interface SegmentRuns {
  readonly runs: LabelRuns;
  /** Each run's index in `segments`, or -1 if the run is void. */
  readonly segmentOfRun: Int32Array;
  readonly segments: readonly Segment[];
}

/**
 * @param runs the runs of the map.
 * @param name what messages call the map.
 * @throws {DecodeError} OPTION_INVALID: the map's values cannot be understood as classes.
 * @throws {ClassError} CLASS_UNKNOWN: a class or id that has pixels is not in the list.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a negative value, with a divisor.
 */
export function segmentsOf(
  map: ComparableMap,
  runs: LabelRuns,
  options: SegmentOptions,
  name: string,
): SegmentRuns {
  const resolve = resolverFor(map, options, name);
  const segments: Segment[] = [];
  const placeOfSegment = new Map<string, number>();
  const placeOfValue = new Map<number, number>();
  const placeFor = (value: number) => {
    const found = resolve(value);
    if (found === undefined) return -1;
    const segment = asThingOrStuff(found, options.things);
    const key = `${segment.classIndex} ${segment.instance} ${segment.isCrowd}`;
    const place = placeOfSegment.get(key) ?? segments.push(segment) - 1;
    placeOfSegment.set(key, place);
    return place;
  };
  const segmentOfRun = runs.values.map((value) => {
    let place = placeOfValue.get(value);
    if (place === undefined) {
      place = placeFor(value);
      placeOfValue.set(value, place);
    }
    return place;
  });
  return { runs, segmentOfRun, segments };
}

/**
 * If it is known which classes have instances, that decides. Otherwise the map's own numbers and crowds do.
 */
function asThingOrStuff(segment: Segment, things: ReadonlySet<number> | undefined): Segment {
  const { classIndex, instance, isCrowd } = segment;
  // Stuff is one segment per class, whatever instance numbers its pixels have.
  if (things !== undefined && !things.has(classIndex)) return { classIndex, instance: 0, isCrowd: false };
  if (isCrowd || (things !== undefined && instance === 0)) return { classIndex, instance: 0, isCrowd: true };
  return segment;
}

/** A map of labels that has their names: a `LabelMap`, or a map decoded for the target `"label"` or `"runs"`. */
interface DecodedMap {
  readonly labels: readonly Label[];
  readonly data?: LabelArray;
}

/** Says what a value means: a segment, or void (`undefined`). */
type Resolver = (value: number) => Segment | undefined;

/** A decoded map, or a map made from one, says what its values are. The values of any other map are ids. */
function resolverFor(map: ComparableMap, options: SegmentOptions, name: string): Resolver {
  const content = contentOf(map);
  if (content === undefined) return idResolver(options, name);
  if (content === "semantic") return idResolver({ ...options, divisor: undefined }, name);
  if (content === "instance") {
    throw invalid(`${name} is a map of instances without classes; give a map of labels or panoptic ids.`);
  }
  if (content === "label") {
    if ("labels" in map && Array.isArray(map.labels)) return labelResolver(map, options, name);
    const remedy = "give it its labels again with withLabels of labelmap/maps, or decode to class ids first";
    throw invalid(`${name} is a map of labels whose names are lost; ${remedy}.`);
  }
  if (options.divisor === undefined) throw invalid(`${name} is a panoptic map; pass its divisor.`);
  return idResolver(options, name);
}

function labelResolver({ labels, data }: DecodedMap, options: SegmentOptions, name: string): Resolver {
  const classIndexOf = indexById(options.classes);
  // In unsigned arrays the type's largest value stands for "no label".
  const unlabelled =
    data === undefined || data.BYTES_PER_ELEMENT === 4 ? -1 : 2 ** (8 * data.BYTES_PER_ELEMENT) - 1;
  return (value) => {
    const label = labels[value];
    if (label === undefined) {
      if (value === unlabelled) return undefined;
      throw invalid(`${name} has a pixel with the label ${value}, but only ${labels.length} labels.`);
    }
    const id = options.classes.idOf(label.className);
    if (id === undefined) {
      if (options.missing === "void") return undefined;
      throw unknown(`${name} has the class ${quote(label.className)}, which the class list lacks`);
    }
    const classIndex = classIndexOf.get(id);
    if (classIndex === undefined) return undefined;
    return { classIndex, instance: label.instanceId, isCrowd: label.isCrowd === true };
  };
}

function idResolver({ classes, divisor, missing }: SegmentOptions, name: string): Resolver {
  const classIndexOf = indexById(classes);
  return (value) => {
    if (divisor !== undefined && value < 0) {
      throw new ValueRangeError(
        "VALUE_OUT_OF_RANGE",
        `${name} has the value ${value}; panoptic ids are 0 or more.`,
      );
    }
    const id = divisor === undefined ? value : Math.floor(value / divisor);
    const classIndex = classIndexOf.get(id);
    if (classIndex !== undefined) {
      return { classIndex, instance: divisor === undefined ? 0 : value % divisor, isCrowd: false };
    }
    if (id === classes.voidId || id === classes.ignoreId || missing === "void") return undefined;
    throw unknown(`${name} has the class id ${id}, which the class list lacks`);
  };
}

function indexById(classes: ClassList): ReadonlyMap<number, number> {
  return new Map(classes.classes.map(({ id }, index) => [id, index]));
}

function unknown(what: string): ClassError {
  return new ClassError("CLASS_UNKNOWN", `${what}. Add it, or pass missing: "void".`);
}
