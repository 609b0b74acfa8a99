/** KITTI's `instance` or `semantic` PNG to a label map. */

import type { PngInput } from "../../decode/png-input.js";
import { cityscapesLabels } from "../../legend/palettes/cityscapes.js";
import type { LabelMap } from "../../maps/label-map.js";
import {
  channelOf,
  checkFiles,
  decodeNamedIds,
  type NamedId,
  type NamedIdOptions,
} from "../shared/named-ids.js";

const FORMAT = "KITTI semantics";

/**
 * Cityscapes' ids, which KITTI uses too. KITTI may number objects of any class, so only classes with instances are things
 * beforehand.
 */
export const KITTI_IDS: readonly NamedId[] = cityscapesLabels
  .filter(({ id }) => id >= 0)
  .map(({ id, name, category, hasInstances, color }) => ({
    ...{ id, name, supercategory: category, color },
    ...(hasInstances && { isThing: true }),
  }));

/**
 * Turns a ground truth of KITTI into a label map with a label for each class and object that occurs, in the order of the
 * ids. `map.semantic()` gives Cityscapes' label ids (0 to 33), and `map.instance()` the objects, numbered from 1. Pixels of
 * a class with objects that have no number are a crowd: KITTI does not tell them apart. A `semantic` PNG has no numbers.
 *
 * The layout follows devkit_semantics, readme.txt: the lower 8 bits of `instance` are the object's number from 1, the
 * higher 8 bits are the class.
 *
 * @param files `instance`: grey, 16 bits, H×W. `semantic`: grey, 8 bits, H×W. `instance` counts if you give both.
 * @throws {FormatError} FORMAT_INVALID: an id is no label of Cityscapes, or not in `classes`.
 * @throws {DecodeError} ENCODING_MISMATCH: `instance` has no 16 bits, or a PNG has colours. OPTION_INVALID, WASM_UNAVAILABLE.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 */
export async function decodeKitti(
  files: { readonly instance: PngInput } | { readonly semantic: PngInput },
  options: NamedIdOptions = {},
): Promise<LabelMap> {
  checkFiles(files, ["instance", "semantic"], options);
  if ("instance" in files && files.instance !== undefined) {
    return decodeNamedIds(files.instance, "kitti", KITTI_IDS, FORMAT, options);
  }
  const { semantic } = files as { readonly semantic: PngInput };
  // With a divisor there are numbers of objects, and all of them are 0: groups that nobody told apart.
  const encoding = { channels: channelOf(semantic), divisor: 1 };
  return decodeNamedIds(semantic, encoding, KITTI_IDS, FORMAT, options);
}
