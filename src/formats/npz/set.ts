/** Folders of `.npz` files with the arrays `semantic` and `instance`, and one `classes.json`. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys } from "../../checks/describe.js";
import { labelMapFrom } from "../../maps/label-map-from.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import { npyToMap } from "../npy/read.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import { type ArrayLimits, checkPixels } from "../shared/array-limits.js";
import { arrayNamed, arraysIn, type IdSetReadOptions, readIdSet, writeIdSet } from "../shared/id-sets.js";
import { paint } from "../shared/segments.js";
import type { ItemsToWrite } from "../shared/set-writing.js";
import { npz } from "./index.js";
import { decodeNpz } from "./read.js";
import { encodeNpz, type NpzOptions } from "./write.js";

/** How a folder of `.npz` files is read. */
export interface NpzSetReadOptions extends IdSetReadOptions, ArrayLimits {}

/** How a folder of `.npz` files is written. */
export interface NpzSetOptions extends WriteSetOptions, NpzOptions {}

/**
 * Reads a folder of `.npz` files, and its subfolders. The array `semantic` has class ids, H×W, and `instance`, if it is there,
 * the numbers of objects, 0 for none. Pixels with the `voidId` or `ignoreId` of the class list, and -1, are unlabelled. If
 * there are numbers, pixels of a class with objects that have none are a group.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no `.npz` file. A map fails with it if its array is malformed or too large.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readNpzSet(source: FileSource, options: NpzSetReadOptions = {}): Promise<DataSet> {
  checkKeys(checkOptions(options), "classes maxPixels signal", "the options");
  const { maxPixels } = options;
  const abortable = abortableSource(source, options.signal);
  return readIdSet(abortable, npz, options, arraysIn(".npz"), ".npz file", (bytes, classes) => {
    const arrays = decodeNpz(bytes);
    const semantic = checkPixels(npyToMap(arrayNamed(arrays, "semantic", ".npz")), maxPixels);
    const instance = arrays.get("instance");
    return labelMapFrom(semantic, { classes, ...(instance && { instances: npyToMap(instance) }) });
  });
}

/**
 * Writes a folder of `.npz` files: `semantic`, the class id of each pixel as uint8 if all ids of the list and its void id fit,
 * or as uint16 or int32, and `instance`, the number of its object as int32, 0 for none. `classes.json` is the list.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeNpzSet<const Given extends object = NpzSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, NpzSetOptions>,
): Promise<WrittenSet>;
export async function writeNpzSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: NpzSetOptions = {},
): Promise<WrittenSet> {
  const { compress } = checkOptions(options, "compress");
  const own = compress === undefined ? {} : { compress };
  const numbers = ({ width, height, data, labels }: LabelledPixels) => ({
    ...{ width, height },
    data: paint(data, Int32Array.from([0, ...labels.map(({ instanceId }) => instanceId)])),
  });
  return writeIdSet(
    items,
    sink,
    options,
    ".npz",
    "compress",
    (semantic, map) => encodeNpz({ semantic, instance: numbers(map) }, own),
    (writer, map, name) => writer.loseCrowds(map, name),
  );
}
