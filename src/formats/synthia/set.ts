/**
 * Whole data sets of SYNTHIA: `GT/LABELS/` and the photos in `RGB/` (README of SYNTHIA-RAND-CITYSCAPES). The video sequences
 * have folders for the cameras below both: `GT/LABELS/Stereo_Left/Omni_F/000000.png`. `GT/COLOR/` shows the same classes and
 * is not read.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys } from "../../checks/describe.js";
import type { DataSet, FileSource } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import { findMasks, photoFinder } from "../shared/layouts.js";
import { classListOfIds } from "../shared/named-ids.js";
import { dataSetOf, type ListedItem, pathsOf } from "../shared/set-reading.js";
import { SYNTHIA_IDS } from "./classes.js";
import { synthia } from "./index.js";
import { checkVersion, decodeSynthia, type SynthiaOptions } from "./read.js";

/** How a set of SYNTHIA is read. */
export interface SynthiaSetReadOptions extends Omit<SynthiaOptions, "version"> {
  /** Which release it is. Default: `"sequences"` if there are folders of stereo cameras, else `"rand-cityscapes"`. */
  readonly version?: SynthiaOptions["version"];
}

const MASK = /^(?<root>(?:.*\/)?)GT\/LABELS\/(?<name>.+)\.png$/;
const CAMERA = /^Stereo_(?:Left|Right)\//;

/**
 * Reads a set of SYNTHIA. The name of an image is its path below `GT/LABELS/`, without the ending.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no mask.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or several sets in the folder.
 */
export async function readSynthiaSet<const Given extends object = SynthiaSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, SynthiaSetReadOptions>,
): Promise<DataSet>;
export async function readSynthiaSet(
  source: FileSource,
  options: SynthiaSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(checkOptions(options), "version classes maxPixels maxBytes verify strict signal", "the options");
  const { version: given, ...reading } = options;
  if (given !== undefined) checkVersion(given);
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const masks = findMasks(synthia, paths, MASK);
  const hasCameras = masks.some(({ name }) => CAMERA.test(name));
  const version = given ?? (hasCameras ? "sequences" : "rand-cityscapes");
  const photo = photoFinder(paths);
  const listed = masks.map(
    ({ path, root, split, name }): ListedItem => ({
      ...{ name, split, mask: path, photo: photo(`${root}RGB/${name}`) },
      decode: async () => decodeSynthia(await abortable.read(path), { ...reading, version }),
    }),
  );
  return dataSetOf(synthia, listed, {
    reason: `${synthia.title}, ${version}: GT/LABELS/ (${counted(listed.length, "mask")}).`,
    classes: async () => classListOfIds(SYNTHIA_IDS[version], reading),
  });
}
