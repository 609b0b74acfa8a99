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
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { ClassError, DecodeError, FormatError, LabelMapError, ValueRangeError } from "../../errors.js";
import { type CityscapesLabel, cityscapesLabels } from "../../legend/palettes/cityscapes.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { LabelMap } from "../../maps/label-map.js";
import { decodeLabelPng } from "../label-png/read.js";
import { encodeLabelPng } from "../label-png/write.js";
import type { PanopticMaps } from "../shared/segment-maps.js";
import { checkLabelMap, checkMissing, paint } from "../shared/segments.js";

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

const FORMAT = "Cityscapes";
/** Objects of one label that fit between its id and the next one's. */
const INSTANCES = 1000;
const NOT_TRAINED = 255;
const labelOfName = new Map(cityscapesLabels.map((label) => [label.name, label]));
const labelOfId = new Map(cityscapesLabels.map((label) => [label.id, label]));

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
      if (number >= INSTANCES) {
        const message = `There are more than ${INSTANCES} objects of ${quote(label.name)}; instanceIds hold no more.`;
        throw new ValueRangeError("VALUE_OUT_OF_RANGE", message);
      }
    }
    const instanceOf = (value: number) => (isObjectOfItsOwn ? value * INSTANCES + number : value);
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

/**
 * `instanceIds` to maps: label ids, and objects by number from 1 in the order of their values. With `labelIds` the two
 * are compared. The other files are plain maps: `decodeLabelPng`.
 *
 * @throws {FormatError} FORMAT_INVALID: a value of no label, or an object of a label that has none, or two files that
 *   disagree. FORMAT_UNSUPPORTED: a PNG of colours.
 * @throws {LabelMapError} SIZE_MISMATCH.
 * @throws {PngError} a file is damaged or over the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeCityscapes(
  files: { readonly instanceIds: PngInput; readonly labelIds?: PngInput },
  options: LimitOptions = {},
): Promise<PanopticMaps> {
  if (!isObject(files))
    throw new DecodeError("OPTION_INVALID", `The files are ${kindOf(files)}; give an object.`);
  const { width, height, data } = await decodeLabelPng(files.instanceIds, options);
  const occurs = new Uint8Array(2 ** 16);
  for (let index = 0; index < data.length; index++) occurs[data[index]!] = 1;
  const labelIdOf = new Int32Array(occurs.length);
  const numberOf = new Int32Array(occurs.length);
  let objects = 0;
  for (let value = 0; value < occurs.length; value++) {
    if (occurs[value] === 0) continue;
    const isNumbered = value >= INSTANCES;
    const label = labelOfId.get(isNumbered ? Math.floor(value / INSTANCES) : value);
    if (label === undefined || (isNumbered && !label.hasInstances)) {
      throw invalid(
        `instanceIds: ${value} is ${isNumbered ? "an object" : "a value"} of no Cityscapes label.`,
      );
    }
    labelIdOf[value] = label.id;
    if (isNumbered) numberOf[value] = ++objects;
  }
  const semantic = new Int32Array(data.length);
  const instance = new Int32Array(data.length);
  for (let index = 0; index < data.length; index++) {
    semantic[index] = labelIdOf[data[index]!]!;
    instance[index] = numberOf[data[index]!]!;
  }
  if (files.labelIds !== undefined) {
    const labelIds = await decodeLabelPng(files.labelIds, options);
    if (labelIds.width !== width || labelIds.height !== height) {
      const sizes = `${labelIds.width}×${labelIds.height} pixels, instanceIds ${width}×${height}`;
      throw new LabelMapError("SIZE_MISMATCH", `labelIds has ${sizes}.`);
    }
    const other = labelIds.data.findIndex((id, index) => id !== semantic[index]);
    if (other >= 0) {
      const pixel = `the pixel (${other % width}, ${Math.floor(other / width)})`;
      throw invalid(`${pixel} is ${labelIds.data[other]} in labelIds, but ${data[other]} in instanceIds.`);
    }
  }
  return { width, height, semantic, instance };
}

/** The label of a name; of `cargroup`, where that is no label itself, that of `car`, which must have instances. */
function findLabel(name: string): { readonly label: CityscapesLabel | undefined; readonly isGroup: boolean } {
  const label = labelOfName.get(name);
  if (label !== undefined || !name.endsWith("group")) return { label, isGroup: false };
  const single = labelOfName.get(name.slice(0, -"group".length));
  return { label: single?.hasInstances ? single : undefined, isGroup: true };
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

const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
