/** Cityscapes' `instanceIds` (and `labelIds`) to maps of label ids and objects. */

import { isObject, kindOf } from "../../checks/describe.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { DecodeError, FormatError, LabelMapError } from "../../errors.js";
import { decodeLabelPng, type LabelPngReadOptions } from "../label-png/read.js";
import type { PanopticMaps } from "../shared/segment-maps.js";
import { labelOfId, MAX_OBJECTS } from "./labels.js";

const FORMAT = "Cityscapes";

/**
 * Turns `instanceIds` into two maps, H×W, row-major: the label ids (0 to 33) and the objects, numbered from 1 in the order
 * of their values. If you give `labelIds` too, the two files are compared. The other two files are plain maps: decode
 * them with `decodeLabelPng`. The convention is that of cityscapesScripts 2.2.4.
 *
 * @throws {FormatError} FORMAT_INVALID: a value belongs to no label, a label without instances has an object, or the two
 *   files disagree. FORMAT_UNSUPPORTED: a PNG has colours.
 * @param options.by for palette PNGs, as in `decodeLabelPng`
 * @throws {LabelMapError} SIZE_MISMATCH: the two files have different sizes.
 * @throws {PngError} a file is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeCityscapes(
  files: { readonly instanceIds: PngInput; readonly labelIds?: PngInput },
  options: LimitOptions & Pick<LabelPngReadOptions, "by"> = {},
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
    const isNumbered = value >= MAX_OBJECTS;
    const label = labelOfId.get(isNumbered ? Math.floor(value / MAX_OBJECTS) : value);
    if (label === undefined || (isNumbered && !label.hasInstances)) {
      throw invalid(
        `instanceIds: the value ${value} is ${isNumbered ? "an object of no label with instances" : "no label's id"}.`,
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
      const sizes = `${labelIds.width}×${labelIds.height} pixels, but instanceIds has ${width}×${height}`;
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

const invalid = (message: string) => new FormatError("FORMAT_INVALID", FORMAT, message);
