/**
 * Label maps to the four kinds of Cityscapes' ground truth.
 *
 *   labelIds          the label's id, 0 … 33
 *   instanceIds       id * 1000 + n for object n of a label with instances, counted from 0; otherwise the id
 *   labelTrainIds     the label's trainId, or 255 if the label is not trained on
 *   instanceTrainIds  trainId * 1000 + n for objects, otherwise the trainId; 255 if the label is not trained on
 *
 * The conventions are those of cityscapesScripts 2.2.4 (json2labelImg.py, json2instanceImg.py). Files are named
 * `{city}_{sequence}_{frame}_gtFine_{kind}.png`. Pixels without a label are `unlabeled`, id 0.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { isObject, kindOf, quote } from "../../checks/describe.js";
import { ClassError, DecodeError, ValueRangeError } from "../../errors.js";
import type { CityscapesLabel } from "../../legend/palettes/cityscapes.js";
import type { DenseMap } from "../../maps/dense-map.js";
import { type LabelledMap, labelledPixels } from "../../maps/labelled-map.js";
import { encodeLabelPng } from "../label-png/write.js";
import { checkMissing, paint } from "../shared/segments.js";
import { findLabel, MAX_OBJECTS } from "./labels.js";

/** How classes become Cityscapes' labels. */
export interface CityscapesOptions {
  /** The Cityscapes label of each class whose name differs from it: `{ pedestrian: "person" }`. */
  readonly labels?: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  /** What to do if a class is no Cityscapes label: `"error"` throws, `"void"` writes `unlabeled`. Default `"error"`. */
  readonly missing?: "error" | "void";
}

/** The four maps of an image, each H×W and row-major. */
export interface CityscapesMaps {
  /** 0 to 33. */
  readonly labelIds: DenseMap<Uint8Array>;
  /** 0 to 33, or 24000 to 33999 for objects. */
  readonly instanceIds: DenseMap<Uint16Array>;
  /** 0 to 18, or 255. */
  readonly labelTrainIds: DenseMap<Uint8Array>;
  /** 0 to 18, 11000 to 18999 for objects, or 255. */
  readonly instanceTrainIds: DenseMap<Uint16Array>;
}

const NOT_TRAINED = 255;

/**
 * The four PNGs of an image. They are grey, with 8 bits for the label files and 16 bits for the instance files.
 *
 * @throws {ClassError} CLASS_UNKNOWN: as in `cityscapesMaps`.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: as in `cityscapesMaps`.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeCityscapes<const Given extends object = CityscapesOptions>(
  map: LabelledMap,
  options?: OrConst<Given, CityscapesOptions>,
): Readonly<Record<keyof CityscapesMaps, Uint8Array<ArrayBuffer>>>;
export function encodeCityscapes(
  map: LabelledMap,
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
 * The four maps of an image. A class becomes the Cityscapes label of the same name, or the label that `labels` gives. The
 * objects of each label count from 0, in the order of the legend. Groups get the plain id: labels such as `cargroup`, and
 * pixels of a label with instances that have no instance number.
 *
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is no Cityscapes label, or is `license plate`, which is in
 *   no ground truth. The error names the class.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a label has more than 1000 objects.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function cityscapesMaps(given: LabelledMap, options: CityscapesOptions = {}): CityscapesMaps {
  const map = labelledPixels(given);
  const { labels, missing } = readOptions(options);
  const size = map.labels.length + 1;
  const tables = {
    labelIds: new Uint8Array(size),
    instanceIds: new Uint16Array(size),
    labelTrainIds: new Uint8Array(size).fill(NOT_TRAINED),
    instanceTrainIds: new Uint16Array(size).fill(NOT_TRAINED),
  };
  const counts = new Map<CityscapesLabel, number>();
  for (const { index, className, instanceId, pixelCount } of map.labels) {
    if (pixelCount === 0) continue;
    const { label, isGroup } = findLabel(labels.get(className) ?? className);
    if (label === undefined || label.id < 0) {
      if (missing === "void") continue;
      throw unknownClass(className, label);
    }
    const { id, trainId } = label;
    const isObjectOfItsOwn = label.hasInstances && instanceId > 0 && !isGroup;
    const number = counts.get(label) ?? 0;
    if (isObjectOfItsOwn) {
      counts.set(label, number + 1);
      if (number >= MAX_OBJECTS) {
        const message = `There are more than ${MAX_OBJECTS} objects of ${quote(label.name)}; instanceIds cannot number more.`;
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

/**
 * Checks `labels` and returns it as a map from class names to names of Cityscapes labels.
 * @throws {DecodeError} OPTION_INVALID: a value is not the name of a Cityscapes label.
 */
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
      `labels: ${quote(className)} is ${found}; give the name of a Cityscapes label.`,
    );
  }
  return names;
}

function unknownClass(className: string, label: CityscapesLabel | undefined): ClassError {
  const problem =
    label === undefined
      ? `The class ${quote(className)} is not a Cityscapes label.`
      : `The class ${quote(className)} is ${quote(label.name)} in Cityscapes, which its ground truth leaves out.`;
  const remedy = 'Give its label in `labels`, or pass missing: "void".';
  return new ClassError("CLASS_UNKNOWN", `${problem} ${remedy}`);
}
