/** A PNG of `stuffthingmaps/` to a label map. */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys } from "../../checks/describe.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { FormatError, type Issue } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import { type LabelFacts, makeLabelMap } from "../../maps/make-label-map.js";
import { decodeNumbers } from "../label-png/read.js";
import { COCO_STUFF_CLASSES } from "./classes.js";

const FORMAT = "COCO-Stuff";
const UNLABELLED = 255;

/**
 * Turns a PNG of COCO-Stuff into a label map with a label for each class that occurs, in the order of the classes. Its
 * pixels are category ids less 1: 0 is `person`, 181 is `wood`, and 255 is unlabelled. `map.semantic()` gives COCO's
 * category ids, 1 to 182. Objects of things (ids up to 91) are not told apart.
 *
 * @param png grey or palette indices, H×W
 * @throws {FormatError} FORMAT_INVALID: a pixel is from 182 to 254. FORMAT_UNSUPPORTED: the PNG has several channels.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeCocoStuff(png: PngInput, options: LimitOptions = {}): Promise<LabelMap> {
  checkKeys(checkOptions(options), "maxPixels maxBytes verify strict", "the options");
  const { width, height, data, issues } = await decodeNumbers(png, "index", undefined, options);
  const counts = new Uint32Array(65_536);
  for (const value of data) counts[value]!++;
  const indices = new Int32Array(65_536).fill(-1);
  const facts: LabelFacts[] = [];
  counts.forEach((count, value) => {
    if (count === 0 || value === UNLABELLED) return;
    const entry = COCO_STUFF_CLASSES[value];
    if (entry === undefined) throw unknownValue(value, count);
    indices[value] = facts.length;
    const { id, name, isThing = false } = entry;
    facts.push({ className: name, classId: id, isInstance: false, isThing });
  });
  const labels = Int32Array.from(data, (value) => indices[value]!);
  return makeLabelMap({ width, height, data: labels }, facts, issues as readonly Issue[]);
}

function unknownValue(value: number, count: number): FormatError {
  const problem = `${count} pixels are ${value}, but the classes are 0 to 181, and 255 is unlabelled`;
  return new FormatError("FORMAT_INVALID", FORMAT, `${problem}; check that the PNG is of stuffthingmaps.`);
}
