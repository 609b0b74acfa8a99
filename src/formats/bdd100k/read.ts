/** A PNG of one of BDD100K's segmentation tasks to a label map. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { PngInput } from "../../decode/png-input.js";
import type { LabelMap } from "../../maps/label-map.js";
import { channelOf, decodeNamedIds, type NamedIdOptions } from "../shared/named-ids.js";
import { BDD100K_IDS, type Bdd100kTask } from "./classes.js";

export type { Bdd100kTask } from "./classes.js";

const FORMAT = "BDD100K";
const UNLABELLED = 255;

/** How a PNG of BDD100K is read. */
export interface Bdd100kOptions extends NamedIdOptions {
  /** The task that the PNG is for, as its folder is called. The tasks have different class ids. */
  readonly task: Bdd100kTask;
}

/**
 * Turns a mask of BDD100K into a label map with a label for each class and object that occurs, in the order of the ids.
 *
 * - `pan_seg`: RGBA of 8 bits. `map.semantic()` gives ids 1 to 40, `map.instance()` the objects of 31 to 40.
 * - `ins_seg`: RGBA of 8 bits. Ids 1 to 8, all of them objects.
 * - `sem_seg`: grey of 8 bits. Train ids 0 to 18, as in Cityscapes; there are no objects.
 *
 * In RGBA, R is the class, 0 is unlabelled, and the object's number is 256 B + A. The bits of G are the attributes, from the
 * lowest: ignored, crowd, occluded, truncated. A label has those that are set as `attributes`, and crowds have no object
 * number (BDD100K, doc/source/format.rst, "Instance Segmentation Format").
 *
 * @param png H×W
 * @throws {FormatError} FORMAT_INVALID: an id is no class of the task, or not in `classes`.
 * @throws {DecodeError} ENCODING_MISMATCH: the PNG has other channels than the task needs. OPTION_INVALID,
 *   WASM_UNAVAILABLE.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 */
export async function decodeBdd100k<const Given extends object = Bdd100kOptions>(
  png: PngInput,
  options: OrConst<Given, Bdd100kOptions>,
): Promise<LabelMap>;
export async function decodeBdd100k(png: PngInput, options: Bdd100kOptions): Promise<LabelMap> {
  checkKeys(checkOptions(options), "task classes maxPixels maxBytes verify strict signal", "the options");
  const { task, ...reading } = options;
  const ids = BDD100K_IDS[checkTask(task)];
  if (task !== "sem_seg") return decodeNamedIds(png, "bdd100k-bitmask", ids, FORMAT, reading);
  const encoding = { channels: channelOf(png), unlabelled: [UNLABELLED] };
  return decodeNamedIds(png, encoding, ids, FORMAT, reading);
}

export function checkTask(task: Bdd100kTask): Bdd100kTask {
  if (Object.hasOwn(BDD100K_IDS, task)) return task;
  throw invalid('task must be "pan_seg", "sem_seg" or "ins_seg".');
}
