/** Folders of PNGs whose colours are class ids of up to 24 bits, and one `classes.json`. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys } from "../../checks/describe.js";
import { decodeIds } from "../../decode/decode-ids.js";
import type { LimitOptions } from "../../decode/limits.js";
import { labelMapFrom } from "../../maps/label-map-from.js";
import { lookUpValues } from "../../maps/views.js";
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
import { idPng } from "./index.js";
import { type EncodeIdsOptions, encodeIds } from "./write.js";

/** How a folder of PNGs of ids is read. */
export interface IdPngSetReadOptions extends IdSetReadOptions, IdPngPlaces, LimitOptions {}

/** How a folder of PNGs of ids is written. */
export interface IdPngSetOptions extends WriteSetOptions, EncodeIdsOptions {}

/**
 * Reads a folder of PNGs of ids, and its subfolders: each pixel's class id is R + 256 G + 256² B, whatever A is. Pixels with
 * the `voidId` or `ignoreId` of the class list are unlabelled. `NAME_image.png` is a photo.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no PNG.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readIdPngSet(source: FileSource, options: IdPngSetReadOptions = {}): Promise<DataSet> {
  checkKeys(
    checkOptions(options),
    "classes suffix masks maxPixels maxBytes verify strict signal",
    "the options",
  );
  const { classes: given, suffix, masks, ...limits } = options;
  const places = { ...(suffix !== undefined && { suffix }), ...(masks !== undefined && { masks }) };
  const own = given === undefined ? {} : { classes: given };
  const abortable = abortableSource(source, options.signal);
  return readIdSet(abortable, idPng, own, pngsIn(places), "PNG", async (bytes, classes) => {
    const { width, height, data, ids, issues } = await decodeIds(bytes, limits);
    // The decoder numbers the ids; here each pixel gets its id again. Entry 0 of the table is for -1, which does not occur.
    lookUpValues(data, Int32Array.from([-1, ...ids]), data);
    return withIssues(labelMapFrom({ width, height, data }, { classes }), issues);
  });
}

/**
 * Writes a folder of PNGs of ids: the class id of each pixel, and the `voidId` of the list for pixels without a class.
 * `classes.json` is the list.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id is above 2^24 - 1.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeIdPngSet<const Given extends object = IdPngSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, IdPngSetOptions>,
): Promise<WrittenSet>;
export async function writeIdPngSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: IdPngSetOptions = {},
): Promise<WrittenSet> {
  const { alpha } = checkOptions(options, "alpha");
  const own = alpha === undefined ? {} : { alpha };
  return writeIdSet(
    items,
    sink,
    options,
    ".png",
    "alpha",
    (ids) => encodeIds(ids, own),
    (writer, map, name) => {
      writer.lose("number-not-written", countObjects(map), name);
      writer.loseCrowds(map, name);
    },
  );
}
