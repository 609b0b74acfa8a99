/**
 * Label maps to the four kinds of Cityscapes' ground truth, and back.
 *
 *   labelIds          the label's id, 0 … 33
 *   instanceIds       id * 1000 + n for the n-th object (from 0) of a label that has instances; else the id
 *   labelTrainIds     the label's trainId, 255 where it is not trained on
 *   instanceTrainIds  trainId * 1000 + n likewise; 255 where it is not trained on
 *
 * The conventions are those of cityscapesScripts 2.2.4 (json2labelImg.py, json2instanceImg.py); files are named
 * `{city}_{sequence}_{frame}_gtFine_{kind}.png`. Pixels of no label are `unlabeled`, id 0.
 */

import { checkOptions } from "../../checks/arguments.js";
import { isObject, kindOf, quote } from "../../checks/describe.js";
import { ClassError, DecodeError, ValueRangeError } from "../../errors.js";
import type { CityscapesLabel } from "../../legend/palettes/cityscapes.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { LabelMap } from "../../maps/label-map.js";
import { encodeLabelPng } from "../label-png/write.js";
import { checkLabelMap, checkMissing, paint } from "../shared/segments.js";
import { findLabel, MAX_OBJECTS } from "./labels.js";

export interface CityscapesOptions {
  /** Which Cityscapes label each class is, where their names differ: `{ pedestrian: "person" }`. */
  readonly labels?: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  /** What becomes of a class that is no Cityscapes label: an error, or `unlabeled`. Default `"error"`. */
  readonly missing?: "error" | "void";
}

export interface CityscapesMaps {
  readonly labelIds: DenseMap<Uint8Array>;
  readonly instanceIds: DenseMap<Uint16Array>;
  readonly labelTrainIds: DenseMap<Uint8Array>;
  readonly instanceTrainIds: DenseMap<Uint16Array>;
}

const NOT_TRAINED = 255;

/**
 * The four PNGs of an image: grey, of 8 bits for labels and of 16 for instances.
 *
 * @throws what `cityscapesMaps` throws
 */
export function encodeCityscapes(
  map: LabelMap,
  options: CityscapesOptions = {},
): Readonly<Record<keyof CityscapesMaps, Uint8Array<ArrayBuffer>>> {
  const maps = cityscapesMaps(map, options);
  return {
    labelIds: encodeLabelPng(maps.labelIds),
    instanceIds: encodeLabelPng(maps.instanceIds),
    labelTrainIds: encodeLabelPng(maps.labelTrainIds),
    instanceTrainIds: encodeLabelPng(maps.instanceTrainIds),
  };
}

/**
 * The four maps of an image. A class is the Cityscapes label of the same name, or the one that `labels` says. Objects
 * count from 0 per label in the order of the legend; one of a label that has instances but without a number, and
 * `cargroup` and its like, are groups: the plain id.
 *
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is no Cityscapes label, or is `license plate`, which is in
 *   no ground truth. It is named.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: more than 1000 objects of a label.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function cityscapesMaps(map: LabelMap, options: CityscapesOptions = {}): CityscapesMaps {
  checkLabelMap(map);
  const { labels, missing } = readOptions(options);
  const size = map.labels.length + 1;
  const tables = {
    labelIds: new Uint8Array(size),
    instanceIds: new Uint16Array(size),
    labelTrainIds: new Uint8Array(size).fill(NOT_TRAINED),
    instanceTrainIds: new Uint16Array(size).fill(NOT_TRAINED),
  };
  const counts = new Map<CityscapesLabel, number>();
  for (const { index, className, instance, pixelCount } of map.labels) {
    if (pixelCount === 0) continue;
    const { label, isGroup } = findLabel(labels.get(className) ?? className);
    if (label === undefined || label.id < 0) {
      if (missing === "void") continue;
      throw unknownClass(className, label);
    }
    const { id, trainId } = label;
    const isObjectOfItsOwn = label.hasInstances && instance > 0 && !isGroup;
    const number = counts.get(label) ?? 0;
    if (isObjectOfItsOwn) {
      counts.set(label, number + 1);
      if (number >= MAX_OBJECTS) {
        const message = `There are more than ${MAX_OBJECTS} objects of ${quote(label.name)}; instanceIds hold no more.`;
        throw new ValueRangeError("VALUE_OUT_OF_RANGE", message);
      }
    }
    const instanceOf = (value: number) => (isObjectOfItsOwn ? value * MAX_OBJECTS + number : value);
    tables.labelIds[index + 1] = id;
    tables.instanceIds[index + 1] = instanceOf(id);
    tables.labelTrainIds[index + 1] = trainId;
    tables.instanceTrainIds[index + 1] = trainId === NOT_TRAINED ? NOT_TRAINED : instanceOf(trainId);
  }
  const { width, height } = map;
  return {
    labelIds: { width, height, data: paint(map.data, tables.labelIds) },
    instanceIds: { width, height, data: paint(map.data, tables.instanceIds) },
    labelTrainIds: { width, height, data: paint(map.data, tables.labelTrainIds) },
    instanceTrainIds: { width, height, data: paint(map.data, tables.instanceTrainIds) },
  };
}

function readOptions(options: CityscapesOptions) {
  checkOptions(options);
  const { labels = {}, missing = "error" } = options;
  checkMissing(missing);
  return { labels: checkCityscapesNames(labels), missing };
}

/** `labels` as a map. @throws {DecodeError} OPTION_INVALID: a name that is no Cityscapes label's. */
export function checkCityscapesNames(
  labels: NonNullable<CityscapesOptions["labels"]>,
): ReadonlyMap<string, string> {
  if (!isObject(labels))
    throw new DecodeError("OPTION_INVALID", `labels is ${kindOf(labels)}; give an object.`);
  const names = new Map<string, string>(labels instanceof Map ? labels : Object.entries(labels));
  for (const [className, name] of names) {
    if (typeof name === "string" && findLabel(name).label !== undefined) continue;
    const found = typeof name === "string" ? quote(name) : kindOf(name);
    throw new DecodeError(
      "OPTION_INVALID",
      `labels: ${quote(className)} is ${found}, which is no Cityscapes label.`,
    );
  }
  return names;
}

function unknownClass(className: string, label: CityscapesLabel | undefined): ClassError {
  const problem =
    label === undefined
      ? `The class ${quote(className)} is no Cityscapes label.`
      : `The class ${quote(className)} is ${quote(label.name)}, which Cityscapes' ground truth leaves out.`;
  const remedy = 'Say which label it is in `labels`, or pass missing: "void".';
  return new ClassError("CLASS_UNKNOWN", `${problem} ${remedy}`);
}
