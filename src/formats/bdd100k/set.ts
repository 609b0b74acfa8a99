/**
 * Whole data sets of BDD100K: `labels/TASK/bitmasks/SPLIT/` or `labels/sem_seg/masks/SPLIT/`, and the photos in
 * `images/10k/SPLIT/` (BDD100K, doc/source/download.rst). The first release had `seg/labels/SPLIT/NAME_train_id.png` and
 * `seg/images/SPLIT/`. `colormaps/` and `polygons/` have the same content and are not read.
 */

import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import type { Issue } from "../../errors.js";
import type { DataSet, FileSource } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import {
  checkLayoutOptions,
  findMasks,
  type LayoutMask,
  type LayoutReadOptions,
  ofSplit,
  photoFinder,
} from "../shared/layouts.js";
import { classListOfIds } from "../shared/named-ids.js";
import { dataSetOf, type ListedItem, pathsOf } from "../shared/set-reading.js";
import { BDD100K_IDS, type Bdd100kTask } from "./classes.js";
import { bdd100k } from "./index.js";
import { checkTask, decodeBdd100k } from "./read.js";

/** How a set of BDD100K is read. */
export interface Bdd100kSetReadOptions extends LayoutReadOptions {
  /** Whose masks are read. Default: the first of `pan_seg`, `sem_seg` and `ins_seg` that there is; an issue names the others. */
  readonly task?: Bdd100kTask;
}

const MASK =
  /^(?<root>(?:.*\/)?)labels\/(?<kind>sem_seg\/masks|ins_seg\/bitmasks|pan_seg\/bitmasks)\/(?<split>[^/]+)\/(?<name>[^/]+)\.png$/;
const OLD_MASK = /^(?<root>(?:.*\/)?)seg\/labels\/(?<split>[^/]+)\/(?<name>[^/]+)_train_id\.png$/;
/** In the order in which they are preferred: the first says most. */
const TASKS: readonly Bdd100kTask[] = ["pan_seg", "sem_seg", "ins_seg"];

/**
 * Reads the masks of one task of BDD100K.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no mask.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or several sets in the folder.
 */
export async function readBdd100kSet<const Given extends object = Bdd100kSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, Bdd100kSetReadOptions>,
): Promise<DataSet>;
export async function readBdd100kSet(
  source: FileSource,
  options: Bdd100kSetReadOptions = {},
): Promise<DataSet> {
  checkLayoutOptions(options, "task");
  const { split: wanted, task: given, ...reading } = options;
  if (given !== undefined) checkTask(given);
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const isOld = !paths.some((path) => MASK.test(path));
  const found = findMasks(bdd100k, paths, isOld ? OLD_MASK : MASK);
  const tasks = TASKS.filter((each) => found.some((mask) => taskOf(mask) === each));
  const task = given ?? tasks[0] ?? "pan_seg";
  const photo = photoFinder(paths);
  const masks = found.filter((mask) => taskOf(mask) === task);
  const listed = ofSplit(masks, wanted).map(
    ({ path, root, split, name }): ListedItem => ({
      ...{ name, split, mask: path },
      photo: photo(`${root}${isOld ? "seg/images" : "images/10k"}/${split}/${name}`),
      decode: async () => decodeBdd100k(await abortable.read(path), { ...reading, task }),
    }),
  );
  const others = given === undefined ? tasks.filter((each) => each !== task) : [];
  return dataSetOf(bdd100k, listed, {
    reason: `${bdd100k.title}: ${isOld ? "seg/labels" : `labels/${task}`}/ (${counted(listed.length, "mask")}).`,
    classes: async () => classListOfIds(BDD100K_IDS[task], reading),
    issues: others.map((other): Issue => {
      const message = `labels/${other}/: is not read, since labels/${task}/ is there; pass task: "${other}" to read it.`;
      return { code: "file-not-read", message, path: `labels/${other}/` };
    }),
  });
}

function taskOf({ kind }: LayoutMask): Bdd100kTask {
  return (kind?.split("/")[0] ?? "sem_seg") as Bdd100kTask;
}
