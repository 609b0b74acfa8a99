/** A PNG of `stuffthingmaps/` or of `stuff_SPLIT_pixelmaps/` to a label map. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { FormatError, type Issue } from "../../errors.js";
import type { LabelMap } from "../../maps/label-map.js";
import { type LabelFacts, makeLabelMap } from "../../maps/make-label-map.js";
import { decodeNumbers } from "../label-png/read.js";
import type { AbortableOptions } from "../shared/abortable.js";
import { COCO_STUFF_CLASSES, OTHER } from "./classes.js";

const FORMAT = "COCO-Stuff";

/** How the PNGs of COCO-Stuff have their class ids. */
export type CocoStuffForm = "stuffthingmaps" | "pixelmaps";

/** How a PNG of COCO-Stuff is read. */
export interface CocoStuffReadOptions extends LimitOptions, AbortableOptions {
  /**
   * `"stuffthingmaps"`, the default: a pixel is the category id less 1, and 255 is unlabelled. `"pixelmaps"`, the PNGs of the
   * stuff task: a pixel is the category id, 0 is unlabelled, and 183 is `other`, which is all things.
   */
  readonly form?: CocoStuffForm;
}

/** For each form: the class of a value, and the values of the classes in words. */
const FORMS = {
  stuffthingmaps: {
    unlabelled: 255,
    entryOf: (value: number) => COCO_STUFF_CLASSES[value],
    values: "the classes are 0 to 181, and 255 is unlabelled; check that the PNG is of stuffthingmaps",
  },
  pixelmaps: {
    unlabelled: 0,
    entryOf: (value: number) => (value === OTHER.id ? OTHER : COCO_STUFF_CLASSES[value - 1]),
    values: "the classes are 1 to 183, and 0 is unlabelled; check that the PNG is of pixelmaps",
  },
} as const;

/**
 * Turns a PNG of COCO-Stuff into a label map with a label for each class that occurs, in the order of the classes.
 * `map.semantic()` gives COCO's category ids, 1 to 182: 1 is `person`, 182 is `wood`. Objects of things (ids up to 91) are
 * not told apart.
 *
 * @param png grey or palette indices, H×W
 * @throws {FormatError} FORMAT_INVALID: a pixel is no class. FORMAT_UNSUPPORTED: the PNG has several channels.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeCocoStuff<const Given extends object = CocoStuffReadOptions>(
  png: PngInput,
  options?: OrConst<Given, CocoStuffReadOptions>,
): Promise<LabelMap>;
export async function decodeCocoStuff(png: PngInput, options: CocoStuffReadOptions = {}): Promise<LabelMap> {
  checkKeys(checkOptions(options), "form maxPixels maxBytes verify strict signal", "the options");
  const { form = "stuffthingmaps", ...limits } = options;
  if (!Object.hasOwn(FORMS, form)) throw invalid('form must be "stuffthingmaps" or "pixelmaps".');
  const { unlabelled, entryOf, values } = FORMS[form];
  const { width, height, data, issues } = await decodeNumbers(png, "index", undefined, limits);
  const counts = new Uint32Array(65_536);
  for (const value of data) counts[value]!++;
  const indices = new Int32Array(65_536).fill(-1);
  const facts: LabelFacts[] = [];
  counts.forEach((count, value) => {
    if (count === 0 || value === unlabelled) return;
    const entry = entryOf(value);
    if (entry === undefined) throw unknownValue(value, count, values);
    indices[value] = facts.length;
    const { id, name, isThing = false } = entry;
    facts.push({ className: name, classId: id, isInstance: false, isThing });
  });
  const labels = Int32Array.from(data, (value) => indices[value]!);
  return makeLabelMap({ width, height, data: labels }, facts, issues as readonly Issue[]);
}

function unknownValue(value: number, count: number, values: string): FormatError {
  return new FormatError(
    "FORMAT_INVALID",
    FORMAT,
    `${counted(count, "pixel is", "pixels are")} ${value}, but ${values}.`,
  );
}
