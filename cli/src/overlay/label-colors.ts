/** The colour in which each label is drawn. */
import type { LabelMap } from "labelmap";
import { type Coloring, labelColors } from "labelmap/colors";
import { parseColor } from "labelmap/legend";

/**
 * @param classNames of the data set, for the same colours in all its pictures
 * @returns 0xRRGGBB by the label's index. A label whose key in the legend is not a colour is black.
 */
export function colorsOf({ labels }: LabelMap, by: Coloring, classNames: readonly string[]): number[] {
  return labelColors(labels, { by, classNames }).map((color) => Math.max(0, parseColor(color)));
}
