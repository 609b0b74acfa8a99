/** A PNG of SYNTHIA's `GT/LABELS` to a label map. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { PngInput } from "../../decode/png-input.js";
import type { LabelMap } from "../../maps/label-map.js";
import { decodeNamedIds, type NamedIdOptions } from "../shared/named-ids.js";
import { SYNTHIA_IDS, type SynthiaVersion } from "./classes.js";

export type { SynthiaVersion } from "./classes.js";

const FORMAT = "SYNTHIA";

/** How a PNG of SYNTHIA is read. */
export interface SynthiaOptions extends NamedIdOptions {
  /**
   * Which release the PNG is of: 12 is a motorcycle in `"rand-cityscapes"`, and a lane marking in `"sequences"`. Default
   * `"rand-cityscapes"`.
   */
  readonly version?: SynthiaVersion;
}

/**
 * Turns a PNG of `GT/LABELS` into a label map with a label for each class and object that occurs, in the order of the ids.
 * `map.semantic()` gives SYNTHIA's class ids (1 to 22), and `map.instance()` the objects, numbered from 1. Class 0, void,
 * is unlabelled. In a class that has numbers, pixels without one are a crowd.
 *
 * The classes come from the README of each release.
 *
 * @param png RGB or RGBA of 16 or 8 bits, H×W: red is the class, green is the object's number in the image, 0 for none
 * @throws {FormatError} FORMAT_INVALID: an id is no class of the release, or not in `classes`.
 * @throws {DecodeError} ENCODING_MISMATCH: the PNG has one channel. OPTION_INVALID, WASM_UNAVAILABLE.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 */
export async function decodeSynthia<const Given extends object = SynthiaOptions>(
  png: PngInput,
  options?: OrConst<Given, SynthiaOptions>,
): Promise<LabelMap>;
export async function decodeSynthia(png: PngInput, options: SynthiaOptions = {}): Promise<LabelMap> {
  checkKeys(checkOptions(options), "version classes maxPixels maxBytes verify strict signal", "the options");
  const { version = "rand-cityscapes", ...reading } = options;
  return decodeNamedIds(png, "synthia", SYNTHIA_IDS[checkVersion(version)], FORMAT, reading);
}

export function checkVersion(version: SynthiaVersion): SynthiaVersion {
  if (Object.hasOwn(SYNTHIA_IDS, version)) return version;
  throw invalid('version must be "rand-cityscapes" or "sequences".');
}
