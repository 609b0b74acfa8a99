/** The two PNGs of an image in CVAT's "Segmentation mask" to a label map. */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { PngInput } from "../../decode/png-input.js";
import { FormatError } from "../../errors.js";
import { vocColor } from "../../legend/palettes/pascal-voc.js";
import type { LabelMap } from "../../maps/label-map.js";
import { labelMapFrom } from "../../maps/label-map-from.js";
import { withLabels } from "../../maps/with-labels.js";
import type { AbortableOptions } from "../shared/abortable.js";
import { type LabelmapClasses, labelmapClasses } from "../shared/labelmap-classes.js";
import { decodeVoc } from "../voc/read.js";

/** How CVAT's masks are read. */
export interface CvatReadOptions extends LimitOptions, AbortableOptions {
  /** The text of `labelmap.txt`. */
  readonly labelmap: string;
  /**
   * The names of the classes that have objects. CVAT numbers every mask, so without it each mask of stuff is an object too.
   * Default: every number is an object.
   */
  readonly things?: Iterable<string>;
}

/**
 * Turns the two PNGs of an image into a label map, with the classes of `labelmap.txt`. Pixels that nobody annotated have the
 * label `background`. Numbers of objects are the Pascal VOC colours of `SegmentationObject`. The convention is datumaro's
 * (`plugins/voc_format`), which writes these files for CVAT.
 *
 * @throws {FormatError} FORMAT_INVALID: a colour is not in `labelmap.txt`, an object is in the background or has two classes.
 * @throws {LabelMapError} SIZE_MISMATCH: the two PNGs have different sizes.
 * @throws {ClassError} CLASS_UNKNOWN: `labelmap.txt` lacks one of `things`.
 * @throws {PngError} a file is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeCvat(
  files: { readonly segmentationClass: PngInput; readonly segmentationObject?: PngInput },
  options: CvatReadOptions,
): Promise<LabelMap> {
  checkOptions(options);
  checkKeys(options, "labelmap things maxPixels maxBytes verify strict signal", "the options");
  const { labelmap, things, ...limits } = options;
  if (typeof labelmap !== "string") throw invalid("labelmap must be the text of labelmap.txt.");
  return decodeColours(files, labelmapClasses(labelmap, "labelmap.txt"), things, limits);
}

/** `decodeCvat` with a `labelmap.txt` that was read before. */
export async function decodeColours(
  files: { readonly segmentationClass: PngInput; readonly segmentationObject?: PngInput },
  { classes, palette }: LabelmapClasses,
  things: Iterable<string> | undefined,
  limits: LimitOptions & AbortableOptions,
): Promise<LabelMap> {
  const map = await decodeVoc(files, { ...limits, classes, ...(palette !== undefined && { palette }) });
  const known = new Set(classes.classes.map(({ id }) => id));
  const stranger = map.labels.find(({ classId }) => !known.has(classId as number));
  if (stranger !== undefined) {
    const problem = `the colour ${vocColor(stranger.classId as number)} is not in labelmap.txt`;
    throw new FormatError("FORMAT_INVALID", "CVAT segmentation mask", `${problem}; add its class.`);
  }
  if (things === undefined) return map;
  const { width, height, issues } = map;
  const ids = { width, height, data: map.semantic(undefined, { voidId: classes.voidId }) };
  const instances = { width, height, data: map.instance() };
  const found = labelMapFrom(ids, { classes, instances, things });
  return issues.length === 0 ? found : withLabels(found, { labels: found.labels, issues });
}
