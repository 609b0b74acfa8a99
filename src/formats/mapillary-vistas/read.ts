/** A PNG of Mapillary Vistas to a label map. */

import type { OrConst } from "../../checks/const-options.js";
import { invalid } from "../../checks/invalid.js";
import type { PngInput } from "../../decode/png-input.js";
import { mapillaryVistasV1 } from "../../legend/palettes/mapillary-vistas-v1.js";
import { mapillaryVistasV2 } from "../../legend/palettes/mapillary-vistas-v2.js";
import type { Palette } from "../../legend/palettes/palette.js";
import type { LabelMap } from "../../maps/label-map.js";
import {
  channelOf,
  checkFiles,
  decodeNamedIds,
  idsOfPalette,
  type NamedId,
  type NamedIdOptions,
} from "../shared/named-ids.js";
import { groupOf, vistasClasses } from "./config.js";

const FORMAT = "Mapillary Vistas";

/** A release with its own list of classes. */
export type MapillaryVistasVersion = "v1.2" | "v2.0";

/** How a PNG of Mapillary Vistas is read. Give `config`, `version` or `classes`: the releases have different ids. */
export interface MapillaryVistasOptions extends NamedIdOptions {
  /** The parsed `config_v2.0.json`, which names the classes and says which have objects. */
  readonly config?: unknown;
  /**
   * The release, if there is no configuration. Then nobody says which classes have objects. In each image, a class has some
   * if it has a number above 0, so a single object is taken for stuff.
   */
  readonly version?: MapillaryVistasVersion;
}

const PALETTES: Readonly<Record<MapillaryVistasVersion, Palette>> = {
  "v1.2": mapillaryVistasV1,
  "v2.0": mapillaryVistasV2,
};

/** The ids of a release, as the palette has them. */
export function vistasIds(version: MapillaryVistasVersion): NamedId[] {
  return idsOfPalette(PALETTES[checkVersion(version)], true).map((entry) => ({
    ...entry,
    ...groupOf(entry.name),
  }));
}

/**
 * Turns a PNG of Mapillary Vistas into a label map with a label for each class and object that occurs, in the order of the
 * ids. `map.semantic()` gives the ids, which are the places in the configuration, and `map.instance()` the objects, numbered
 * from 1. `void--unlabeled` is a label like others; the class list of a data set calls it void.
 *
 * The layout follows demo.py of the data set: a pixel of `instances` is class × 256 + number, from 0. A `labels` PNG has
 * no numbers, so all pixels of a class with objects are a crowd.
 *
 * @param files `instances`: grey, 16 bits, H×W. `labels`: palette indices or grey, 8 bits, H×W. `instances` counts if you
 *   give both.
 * @throws {FormatError} FORMAT_INVALID: an id has no name, or the configuration is malformed.
 * @throws {DecodeError} ENCODING_MISMATCH: `instances` has no 16 bits, or a PNG has colours. OPTION_INVALID: there is neither
 *   a configuration nor a version nor classes; WASM_UNAVAILABLE.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 */
export async function decodeMapillaryVistas<const Given extends object = MapillaryVistasOptions>(
  files: { readonly instances: PngInput } | { readonly labels: PngInput },
  options: OrConst<Given, MapillaryVistasOptions>,
): Promise<LabelMap>;
export async function decodeMapillaryVistas(
  files: { readonly instances: PngInput } | { readonly labels: PngInput },
  options: MapillaryVistasOptions,
): Promise<LabelMap> {
  checkFiles(files, ["instances", "labels"], options, "config version");
  const { config, version, ...reading } = options;
  if (config === undefined && version === undefined && reading.classes === undefined) {
    throw invalid("Give config, version or classes: the releases of Mapillary Vistas have different ids.");
  }
  const ids =
    config !== undefined ? vistasClasses(config, "config") : version !== undefined ? vistasIds(version) : [];
  if ("instances" in files && files.instances !== undefined) {
    return decodeNamedIds(files.instances, "vistas-instance", ids, FORMAT, reading);
  }
  const { labels } = files as { readonly labels: PngInput };
  // With a divisor there are numbers of objects, and all of them are 0: groups that nobody told apart.
  return decodeNamedIds(labels, { channels: channelOf(labels), divisor: 1 }, ids, FORMAT, reading);
}

export function checkVersion(version: MapillaryVistasVersion): MapillaryVistasVersion {
  if (Object.hasOwn(PALETTES, version)) return version;
  throw invalid('version must be "v1.2" or "v2.0".');
}
