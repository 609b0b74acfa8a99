/**
 * Cityscapes: all labels of the dataset with all fields of its own tools, and two palettes made from them: one with the
 * label ids, one with the 19 classes that models are trained on.
 *
 * Several labels share a colour. The five black ones are all void. `license plate` has no id and is never drawn, so
 * `#00008e` is a car. `pole` and `polegroup` are both drawn as `#999999`. Among the label ids they cannot be
 * distinguished, so they are void. Among the train ids `polegroup` is not a class, so the colour means pole.
 */
import { definePalette, type Palette } from "./palette.js";

/** One label, with the fields of `cityscapesscripts/helpers/labels.py`. */
export interface CityscapesLabel {
  readonly name: string;
  /** The value in `labelIds` images; -1 for `license plate`, which is not drawn. */
  readonly id: number;
  /** The value in `trainIds` images: 0 to 18; 255, or -1 for `license plate`, is not trained on. */
  readonly trainId: number;
  readonly category: string;
  readonly categoryId: number;
  /** Whether `instanceIds` images number its objects: `id * 1000 + n`, n from 0. */
  readonly hasInstances: boolean;
  /** Whether the evaluation ignores pixels that have this label in the ground truth. */
  readonly ignoreInEval: boolean;
  /** `#rrggbb`, lower case. */
  readonly color: string;
}

const SOURCE =
  "Cordts et al., The Cityscapes Dataset, CVPR 2016; mcordts/cityscapesScripts, cityscapesscripts/helpers/labels.py";

/** All 35 labels, in the order of `labels.py`. */
export const cityscapesLabels: readonly CityscapesLabel[] = (
  [
    ["unlabeled", 0, 255, "void", 0, false, true, "#000000"],
    ["ego vehicle", 1, 255, "void", 0, false, true, "#000000"],
    ["rectification border", 2, 255, "void", 0, false, true, "#000000"],
    ["out of roi", 3, 255, "void", 0, false, true, "#000000"],
    ["static", 4, 255, "void", 0, false, true, "#000000"],
    ["dynamic", 5, 255, "void", 0, false, true, "#6f4a00"],
    ["ground", 6, 255, "void", 0, false, true, "#510051"],
    ["road", 7, 0, "flat", 1, false, false, "#804080"],
    ["sidewalk", 8, 1, "flat", 1, false, false, "#f423e8"],
    ["parking", 9, 255, "flat", 1, false, true, "#faaaa0"],
    ["rail track", 10, 255, "flat", 1, false, true, "#e6968c"],
    ["building", 11, 2, "construction", 2, false, false, "#464646"],
    ["wall", 12, 3, "construction", 2, false, false, "#66669c"],
    ["fence", 13, 4, "construction", 2, false, false, "#be9999"],
    ["guard rail", 14, 255, "construction", 2, false, true, "#b4a5b4"],
    ["bridge", 15, 255, "construction", 2, false, true, "#966464"],
    ["tunnel", 16, 255, "construction", 2, false, true, "#96785a"],
    ["pole", 17, 5, "object", 3, false, false, "#999999"],
    ["polegroup", 18, 255, "object", 3, false, true, "#999999"],
    ["traffic light", 19, 6, "object", 3, false, false, "#faaa1e"],
    ["traffic sign", 20, 7, "object", 3, false, false, "#dcdc00"],
    ["vegetation", 21, 8, "nature", 4, false, false, "#6b8e23"],
    ["terrain", 22, 9, "nature", 4, false, false, "#98fb98"],
    ["sky", 23, 10, "sky", 5, false, false, "#4682b4"],
    ["person", 24, 11, "human", 6, true, false, "#dc143c"],
    ["rider", 25, 12, "human", 6, true, false, "#ff0000"],
    ["car", 26, 13, "vehicle", 7, true, false, "#00008e"],
    ["truck", 27, 14, "vehicle", 7, true, false, "#000046"],
    ["bus", 28, 15, "vehicle", 7, true, false, "#003c64"],
    ["caravan", 29, 255, "vehicle", 7, true, true, "#00005a"],
    ["trailer", 30, 255, "vehicle", 7, true, true, "#00006e"],
    ["train", 31, 16, "vehicle", 7, true, false, "#005064"],
    ["motorcycle", 32, 17, "vehicle", 7, true, false, "#0000e6"],
    ["bicycle", 33, 18, "vehicle", 7, true, false, "#770b20"],
    ["license plate", -1, -1, "vehicle", 7, false, true, "#00008e"],
  ] as const
).map(([name, id, trainId, category, categoryId, hasInstances, ignoreInEval, color]) => ({
  name,
  id,
  trainId,
  category,
  categoryId,
  hasInstances,
  ignoreInEval,
  color,
}));

/** The labels with the ids of `labelIds` images; void is 0, `unlabeled`. */
export const cityscapes: Palette = definePalette(
  { name: "Cityscapes", source: SOURCE, voidId: 0 },
  cityscapesLabels.map((label) => ({
    ...rowOf(label),
    id: label.id,
    isVoid: label.id < 0 || label.color === "#000000",
  })),
);

/** The 19 classes with the ids of `trainIds` images; all other labels are void, 255. */
export const cityscapesTrain: Palette = definePalette(
  { name: "Cityscapes train ids", source: SOURCE, voidId: 255 },
  cityscapesLabels.map((label) => ({
    ...rowOf(label),
    id: label.trainId,
    isVoid: label.trainId < 0 || label.trainId === 255,
  })),
);

function rowOf({ color, name, hasInstances, category }: CityscapesLabel) {
  return { color, name, isThing: hasInstances, supercategory: category };
}
