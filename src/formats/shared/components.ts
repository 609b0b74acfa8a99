/**
 * The connected areas of classes, for masks that do not number their objects. Areas go by class, not by label: two labels
 * of a class may share an area.
 */

import type { LabelledPixels } from "../../maps/labelled-map.js";
import { connectedComponents } from "../../objects/connected-components.js";

export interface SplitMap {
  /**
   * The label of each pixel. The areas have the labels behind those of the map, in the order of `components`. Behind them
   * is the label of all areas that are left out.
   */
  readonly data: Int32Array;
  /** In the order of their first pixels, row by row. */
  readonly components: readonly {
    readonly classId: number;
    readonly area: number;
    readonly bbox: readonly [x: number, y: number, width: number, height: number];
  }[];
  readonly leftOut: { readonly count: number; readonly pixels: number };
}

/**
 * @param classOfPixel the class id of each pixel to split, or -1 for pixels that keep their label
 * @param minArea areas of fewer pixels are left out
 */
export function splitIntoComponents(
  { width, height, data: labels, labels: { length: labelCount } }: LabelledPixels,
  classOfPixel: Int32Array,
  minArea: number,
): SplitMap {
  const found = connectedComponents({ width, height, data: classOfPixel });
  const kept = found.components.filter(({ area }) => area >= minArea);
  const labelLeftOut = labelCount + kept.length;
  let next = labelCount;
  const labelOf = found.components.map(({ area }) => (area >= minArea ? next++ : labelLeftOut));
  const data = found.map.toDense().data;
  for (let index = 0; index < data.length; index++) {
    const component = data[index]!;
    data[index] = component < 0 ? labels[index]! : labelOf[component]!;
  }
  const left = found.components.filter(({ area }) => area < minArea);
  return {
    data,
    components: kept.map(({ value: classId, area, bbox }) => ({ classId, area, bbox })),
    leftOut: { count: left.length, pixels: left.reduce((sum, { area }) => sum + area, 0) },
  };
}
