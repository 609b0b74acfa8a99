/**
 * Whole data sets of KITTI's semantic benchmark: `training/instance/`, `training/semantic/` and the photos in
 * `training/image_2/` (devkit_semantics, readme.txt). `semantic_rgb/` has the same classes in colours and is not read.
 */

import { counted } from "../../checks/counted.js";
import type { DataSet, FileSource } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import {
  checkLayoutOptions,
  findMasks,
  type LayoutReadOptions,
  objectsMissing,
  ofSplit,
  photoFinder,
} from "../shared/layouts.js";
import { classListOfIds } from "../shared/named-ids.js";
import { dataSetOf, type ListedItem, pathsOf } from "../shared/set-reading.js";
import { kitti } from "./index.js";
import { decodeKitti, KITTI_IDS } from "./read.js";

/** How a set of KITTI is read. */
export interface KittiSetReadOptions extends LayoutReadOptions {}

const MASK =
  /^(?<root>(?:.*\/)?)(?<split>training|testing)\/(?<kind>instance|semantic)\/(?<name>[^/]+)\.png$/;

/**
 * Reads a set of KITTI's semantic benchmark. An image that has only a PNG in `semantic/` has no objects, and an issue says
 * so. `split` is `training`.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no mask.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or several sets in the folder.
 */
export async function readKittiSet(source: FileSource, options: KittiSetReadOptions = {}): Promise<DataSet> {
  checkLayoutOptions(options);
  const { split: wanted, ...reading } = options;
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const masks = ofSplit(findMasks(kitti, paths, MASK), wanted);
  const photo = photoFinder(paths);
  const withObjects = new Set(
    masks.filter(({ kind }) => kind === "instance").map(({ split, name }) => `${split}/${name}`),
  );
  const listed = masks.flatMap(({ path, root, split, name, kind }): ListedItem[] => {
    const hasObjects = withObjects.has(`${split}/${name}`);
    if (kind === "semantic" && hasObjects) return [];
    return [
      {
        ...{ name, split, mask: path, photo: photo(`${root}${split}/image_2/${name}`) },
        issues: hasObjects ? [] : [objectsMissing(path, "instance/")],
        decode: async () => {
          const png = await abortable.read(path);
          return decodeKitti(hasObjects ? { instance: png } : { semantic: png }, reading);
        },
      },
    ];
  });
  return dataSetOf(kitti, listed, {
    reason: `${kitti.title}: instance/ or semantic/ (${counted(listed.length, "mask")}).`,
    classes: async () => classListOfIds(KITTI_IDS, options),
  });
}
