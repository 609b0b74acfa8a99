/** Folders of `.npy` files with class ids, and one `classes.json`, as the command of this library writes them. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys } from "../../checks/describe.js";
import { labelMapFrom } from "../../maps/label-map-from.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import { type ArrayLimits, checkPixels } from "../shared/array-limits.js";
import { arraysIn, countObjects, type IdSetReadOptions, readIdSet, writeIdSet } from "../shared/id-sets.js";
import type { ItemsToWrite } from "../shared/set-writing.js";
import { npy } from "./index.js";
import { decodeNpy, npyToMap } from "./read.js";
import { encodeNpy } from "./write.js";

/** How a folder of `.npy` files is read. */
export interface NpySetReadOptions extends IdSetReadOptions, ArrayLimits {}

/** How a folder of `.npy` files is written. */
export type NpySetOptions = WriteSetOptions;

/**
 * Reads a folder of `.npy` files, and its subfolders: arrays of class ids, H×W. Pixels with the `voidId` or `ignoreId` of the
 * class list, and -1, are unlabelled.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no `.npy` file. A map fails with it if its array is malformed or too large.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readNpySet(source: FileSource, options: NpySetReadOptions = {}): Promise<DataSet> {
  checkKeys(checkOptions(options), "classes maxPixels signal", "the options");
  const { maxPixels } = options;
  const abortable = abortableSource(source, options.signal);
  return readIdSet(abortable, npy, options, arraysIn(".npy"), ".npy file", (bytes, classes) =>
    labelMapFrom(checkPixels(npyToMap(decodeNpy(bytes)), maxPixels), { classes }),
  );
}

/**
 * Writes a folder of `.npy` files: the class id of each pixel, H×W, as uint8 if all ids of the list and its void id fit, or as
 * uint16 or int32. `classes.json` is the list.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeNpySet<const Given extends object = NpySetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, NpySetOptions>,
): Promise<WrittenSet>;
export async function writeNpySet(
  items: ItemsToWrite,
  sink: FileSink,
  options: NpySetOptions = {},
): Promise<WrittenSet> {
  return writeIdSet(items, sink, options, ".npy", "", encodeNpy, (writer, map, name) => {
    writer.lose("number-not-written", countObjects(map), name);
    writer.loseCrowds(map, name);
  });
}
