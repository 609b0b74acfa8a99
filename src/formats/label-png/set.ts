/** Folders of label PNGs with class ids, grey or with a palette, and one `classes.json`. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { DenseMap } from "../../maps/dense-map.js";
import { labelMapFrom } from "../../maps/label-map-from.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import {
  countObjects,
  type IdPngPlaces,
  type IdSetReadOptions,
  pngsIn,
  readIdSet,
  withIssues,
  writeIdSet,
} from "../shared/id-sets.js";
import type { ItemsToWrite } from "../shared/set-writing.js";
import { labelPng } from "./index.js";
import { decodeLabelPng, type LabelPngReadOptions } from "./read.js";
import { encodeLabelPng, encodePalettePng } from "./write.js";

/** How a folder of label PNGs is read. */
export interface LabelPngSetReadOptions extends IdSetReadOptions, IdPngPlaces, LabelPngReadOptions {}

/** How a folder of label PNGs is written. */
export interface LabelPngSetOptions extends WriteSetOptions {
  /** What a pixel is: a grey sample of 8 or 16 bits, or the index of a palette, which viewers show in colours. Default `"grey"`. */
  readonly pixels?: "grey" | "palette";
  /** For `pixels: "palette"`: the colour of each id, `#rrggbb`, up to 256. Default: the colours of Pascal VOC. */
  readonly palette?: readonly string[];
}

/**
 * Reads a folder of label PNGs, and its subfolders: grey or with a palette, each pixel a class id. Pixels with the `voidId` or
 * `ignoreId` of the class list are unlabelled. `NAME_image.png` is a photo.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no PNG.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readLabelPngSet<const Given extends object = LabelPngSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, LabelPngSetReadOptions>,
): Promise<DataSet>;
export async function readLabelPngSet(
  source: FileSource,
  options: LabelPngSetReadOptions = {},
): Promise<DataSet> {
  const keys = "classes suffix masks by palette maxPixels maxBytes verify strict signal";
  checkKeys(checkOptions(options), keys, "the options");
  const { classes: given, suffix, masks, ...reading } = options;
  const places = { ...(suffix !== undefined && { suffix }), ...(masks !== undefined && { masks }) };
  const own = given === undefined ? {} : { classes: given };
  const abortable = abortableSource(source, options.signal);
  return readIdSet(abortable, labelPng, own, pngsIn(places), "PNG", async (bytes, classes) => {
    const { issues, ...map } = await decodeLabelPng(bytes, reading);
    return withIssues(labelMapFrom(map, { classes }), issues);
  });
}

/**
 * Writes a folder of label PNGs: the class id of each pixel, and the `voidId` of the list for pixels without a class.
 * `classes.json` is the list.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id is above 65,535, or has no colour in the palette.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeLabelPngSet<const Given extends object = LabelPngSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, LabelPngSetOptions>,
): Promise<WrittenSet>;
export async function writeLabelPngSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: LabelPngSetOptions = {},
): Promise<WrittenSet> {
  const { pixels = "grey", palette } = checkOptions(options);
  if (pixels !== "grey" && pixels !== "palette") throw invalid('pixels must be "grey" or "palette".');
  if (palette !== undefined && pixels === "grey") throw invalid('palette applies only to pixels: "palette".');
  const colours = palette === undefined ? {} : { palette };
  const encode = (ids: DenseMap) =>
    pixels === "grey" ? encodeLabelPng(ids) : encodePalettePng(ids, colours);
  return writeIdSet(items, sink, options, ".png", "pixels palette", encode, (writer, map, name) => {
    writer.lose("number-not-written", countObjects(map), name);
    writer.loseCrowds(map, name);
  });
}
