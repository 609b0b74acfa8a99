/** Cityscapes' `instanceIds` (and `labelIds`) to a label map. */

import type { OrConst } from "../../checks/const-options.js";
import { isObject, kindOf } from "../../checks/describe.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { DecodeError, FormatError, type Issue, LabelMapError } from "../../errors.js";
import type { CityscapesLabel } from "../../legend/palettes/cityscapes.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { LabelMap } from "../../maps/label-map.js";
import { makeLabelMap } from "../../maps/make-label-map.js";
import { decodeLabelPng, type LabelPngReadOptions } from "../label-png/read.js";
import type { AbortableOptions } from "../shared/abortable.js";
import { labelOfId, MAX_OBJECTS } from "./labels.js";

const FORMAT = "Cityscapes";

/**
 * Turns `instanceIds` into a label map with a label for each value, in the order of the label ids and then of the objects.
 * `map.semantic()` gives the label ids (0 to 33), and `map.instance()` the objects, numbered from 1. Every pixel has a
 * label: those without a class are `unlabeled`, id 0. Pixels of a label with instances that belong to no object are a
 * crowd. Labels have Cityscapes' names, categories and colours, and `sourceId` is the value.
 *
 * If you give `labelIds` too, the two files are compared. The other two files are plain maps: decode them with
 * `decodeLabelPng`. The convention is that of cityscapesScripts 2.2.4.
 *
 * @throws {FormatError} FORMAT_INVALID: a value belongs to no label, a label without instances has an object, or the two
 *   files disagree. FORMAT_UNSUPPORTED: a PNG has colours.
 * @param options `by`: for palette PNGs, as in `decodeLabelPng`
 * @throws {LabelMapError} SIZE_MISMATCH: the two files have different sizes.
 * @throws {PngError} a file is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeCityscapes<const Given extends object = object>(
  files: { readonly instanceIds: PngInput; readonly labelIds?: PngInput },
  options?: OrConst<Given, LimitOptions & AbortableOptions & Pick<LabelPngReadOptions, "by">>,
): Promise<LabelMap>;
export async function decodeCityscapes(
  files: { readonly instanceIds: PngInput; readonly labelIds?: PngInput },
  options: LimitOptions & AbortableOptions & Pick<LabelPngReadOptions, "by"> = {},
): Promise<LabelMap> {
  if (!isObject(files))
    throw new DecodeError("OPTION_INVALID", `The files are ${kindOf(files)}; give an object.`);
  const { width, height, data: values, issues } = await decodeLabelPng(files.instanceIds, options);
  const labels = labelsOf(values);
  if (files.labelIds !== undefined) {
    const labelIds = await decodeLabelPng(files.labelIds, options);
    if (labelIds.width !== width || labelIds.height !== height) {
      const sizes = `${labelIds.width}×${labelIds.height} pixels, but instanceIds has ${width}×${height}`;
      throw new LabelMapError("SIZE_MISMATCH", `labelIds has ${sizes}.`);
    }
    const idOfValue = new Int32Array(2 ** 16);
    for (const { value, label } of labels) idOfValue[value] = label.id;
    const other = labelIds.data.findIndex((id, index) => id !== idOfValue[values[index]!]);
    if (other >= 0) {
      const pixel = `the pixel (${other % width}, ${Math.floor(other / width)})`;
      throw invalid(`${pixel} is ${labelIds.data[other]} in labelIds, but ${values[other]} in instanceIds.`);
    }
  }
  return labelMapOfValues({ width, height, data: values }, issues, labels);
}

/**
 * The label map of the values of `instanceIds`.
 * @throws {FormatError} FORMAT_INVALID: a value belongs to no label, or a label without instances has an object.
 */
export function labelMapOfValues(
  { width, height, data: values }: DenseMap,
  issues: readonly Issue[],
  labels = labelsOf(values),
): LabelMap {
  const indexOfValue = new Int32Array(2 ** 16);
  for (const [index, { value }] of labels.entries()) indexOfValue[value] = index;
  const data = new Int32Array(values.length);
  for (let index = 0; index < data.length; index++) data[index] = indexOfValue[values[index]!]!;
  const facts = labels.map(({ value, label: { name, id, category, hasInstances, color } }) => {
    const isInstance = value >= MAX_OBJECTS;
    return {
      className: name,
      classId: id,
      supercategory: category,
      sourceId: value,
      isThing: hasInstances,
      isCrowd: hasInstances && !isInstance,
      isInstance,
      instanceNumber: (value % MAX_OBJECTS) + 1,
      color: isInstance ? undefined : color,
    };
  });
  return makeLabelMap({ width, height, data }, facts, issues);
}

/**
 * The values that occur, in the order of the label ids, then of the objects.
 * @throws {FormatError} FORMAT_INVALID: a value belongs to no label, or a label without instances has an object.
 */
function labelsOf(values: ArrayLike<number>): { readonly value: number; readonly label: CityscapesLabel }[] {
  const occurs = new Uint8Array(2 ** 16);
  for (let index = 0; index < values.length; index++) occurs[values[index]!] = 1;
  const found: { value: number; label: CityscapesLabel }[] = [];
  for (let value = 0; value < occurs.length; value++) {
    if (occurs[value] === 0) continue;
    const isNumbered = value >= MAX_OBJECTS;
    const label = labelOfId.get(isNumbered ? Math.floor(value / MAX_OBJECTS) : value);
    if (label === undefined || (isNumbered && !label.hasInstances)) {
      throw invalid(
        `instanceIds: the value ${value} is ${isNumbered ? "an object of no label with instances" : "no label's id"}.`,
      );
    }
    found.push({ value, label });
  }
  return found.sort((a, b) => a.label.id - b.label.id || a.value - b.value);
}

const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
