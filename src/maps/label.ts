/** The types that describe the labels of a mask, and the pixels that have no label or a nearly matching colour. */

/** One legend entry, with its pixel count and box in the mask. */
export interface Label {
  /** Its index in the legend, and the value of its pixels in `LabelMap.data`. */
  readonly index: number;
  /** The colour as `#rrggbb`. If the legend's key is not a colour, the key as it is written. */
  readonly color: string;
  /** The legend's value: `Car`, `car # 1`. */
  readonly value: string;
  /** The value without its ` # n`, or the `class_id` if the mask was decoded with `classBy: "class_id"`. */
  readonly className: string;
  /** The result's `class_id`; `null` if it has none. */
  readonly classId: string | null;
  /** Its number in the instance map, unique within the image: 1, 2, 3, … in legend order. 0 is stuff. */
  readonly instance: number;
  /** The vendor's number, unique only within the class: the 2 of `car # 2`. 0 is stuff. */
  readonly instanceIndex: number;
  /** The result's `_id`; `null` if it has none. */
  readonly _id: string | null;
  readonly attributes: readonly unknown[];
  readonly pixelCount: number;
  /** `[x, y, width, height]` in pixels, from the top left corner; `null` if the label has no pixels. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number] | null;
}

/** The pixels whose colour is not in the legend. */
export interface Unlabelled {
  readonly count: number;
  /** The first 16 distinct colours (`#rrggbb`) in scan order, with their pixel counts. */
  readonly colors: readonly { readonly color: string; readonly count: number }[];
}

/** The pixels that got the label of the nearest legend colour (`snap`). That label's pixel count includes them. */
export interface Snapped {
  readonly count: number;
  /** The first 16 distinct colours in scan order, with their pixel counts and the labels that they got. */
  readonly colors: readonly { readonly color: string; readonly count: number; readonly label: number }[];
}
