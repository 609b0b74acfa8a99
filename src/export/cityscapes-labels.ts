/**
 * The labels of Cityscapes as data: labels.py of cityscapesScripts 2.2.4
 * (github.com/mcordts/cityscapesScripts, cityscapesscripts/helpers/labels.py).
 */

/** A label; names are those of labels.py. */
export interface CityscapesLabel {
  readonly name: string;
  /** The value in `labelIds`; -1 where the label is in no image. */
  readonly id: number;
  /** The value in `labelTrainIds`; 255 where it is not trained on. */
  readonly trainId: number;
  readonly category: string;
  readonly categoryId: number;
  /** Whether its objects are counted one by one. */
  readonly hasInstances: boolean;
  readonly ignoreInEval: boolean;
  /** `#rrggbb` */
  readonly color: string;
}

/** Each category's number is its place. */
const CATEGORIES = ["void", "flat", "construction", "object", "nature", "sky", "human", "vehicle"];

/** Name, id, trainId, categoryId, hasInstances, ignoreInEval, colour. */
const ROWS = [
  ["unlabeled", 0, 255, 0, 0, 1, "#000000"],
  ["ego vehicle", 1, 255, 0, 0, 1, "#000000"],
  ["rectification border", 2, 255, 0, 0, 1, "#000000"],
  ["out of roi", 3, 255, 0, 0, 1, "#000000"],
  ["static", 4, 255, 0, 0, 1, "#000000"],
  ["dynamic", 5, 255, 0, 0, 1, "#6f4a00"],
  ["ground", 6, 255, 0, 0, 1, "#510051"],
  ["road", 7, 0, 1, 0, 0, "#804080"],
  ["sidewalk", 8, 1, 1, 0, 0, "#f423e8"],
  ["parking", 9, 255, 1, 0, 1, "#faaaa0"],
  ["rail track", 10, 255, 1, 0, 1, "#e6968c"],
  ["building", 11, 2, 2, 0, 0, "#464646"],
  ["wall", 12, 3, 2, 0, 0, "#66669c"],
  ["fence", 13, 4, 2, 0, 0, "#be9999"],
  ["guard rail", 14, 255, 2, 0, 1, "#b4a5b4"],
  ["bridge", 15, 255, 2, 0, 1, "#966464"],
  ["tunnel", 16, 255, 2, 0, 1, "#96785a"],
  ["pole", 17, 5, 3, 0, 0, "#999999"],
  ["polegroup", 18, 255, 3, 0, 1, "#999999"],
  ["traffic light", 19, 6, 3, 0, 0, "#faaa1e"],
  ["traffic sign", 20, 7, 3, 0, 0, "#dcdc00"],
  ["vegetation", 21, 8, 4, 0, 0, "#6b8e23"],
  ["terrain", 22, 9, 4, 0, 0, "#98fb98"],
  ["sky", 23, 10, 5, 0, 0, "#4682b4"],
  ["person", 24, 11, 6, 1, 0, "#dc143c"],
  ["rider", 25, 12, 6, 1, 0, "#ff0000"],
  ["car", 26, 13, 7, 1, 0, "#00008e"],
  ["truck", 27, 14, 7, 1, 0, "#000046"],
  ["bus", 28, 15, 7, 1, 0, "#003c64"],
  ["caravan", 29, 255, 7, 1, 1, "#00005a"],
  ["trailer", 30, 255, 7, 1, 1, "#00006e"],
  ["train", 31, 16, 7, 1, 0, "#005064"],
  ["motorcycle", 32, 17, 7, 1, 0, "#0000e6"],
  ["bicycle", 33, 18, 7, 1, 0, "#770b20"],
  ["license plate", -1, -1, 7, 0, 1, "#00008e"],
] as const;

/** All 35, in the order of labels.py. */
export const CITYSCAPES_LABELS: readonly CityscapesLabel[] = ROWS.map(
  ([name, id, trainId, categoryId, hasInstances, ignoreInEval, color]) => ({
    name,
    id,
    trainId,
    category: CATEGORIES[categoryId]!,
    categoryId,
    hasInstances: hasInstances === 1,
    ignoreInEval: ignoreInEval === 1,
    color,
  }),
);
