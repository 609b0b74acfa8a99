/** What is known of each label of a mask, and of the pixels that have none. */

/** One legend entry and what the mask holds of it. */
export interface Label {
  /** Its place in the legend, and the value of its pixels in `LabelMap.data`. */
  readonly index: number;
  /** `#rrggbb`, or the legend's key as it is written where that is no colour. */
  readonly color: string;
  /** The legend's value: `Car`, `car # 1`. */
  readonly value: string;
  /** The value less its ` # n`, or the `class_id` where the mask was decoded with `classBy: "class_id"`. */
  readonly className: string;
  readonly classId: string | null;
  /** Its number in the instance map, unique within the image: 1, 2, 3, … in legend order. 0 is stuff. */
  readonly instance: number;
  /** The vendor's number, unique within the class only: the 2 of `car # 2`. 0 is stuff. */
  readonly instanceIndex: number;
  readonly _id: string | null;
  readonly attributes: readonly unknown[];
  readonly pixelCount: number;
  /** `[x, y, width, height]` in pixels, from the top left corner; `null` where there is no pixel. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number] | null;
}

/** The pixels whose colour is not in the legend. */
export interface Unlabelled {
  readonly count: number;
  /** The first 16 distinct colours (`#rrggbb`) in scan order, with their pixel counts. */
  readonly colors: readonly { readonly color: string; readonly count: number }[];
}

/** The pixels that got the label of the nearest colour (`snap`), which counts them too. */
export interface Snapped {
  readonly count: number;
  /** The first 16 distinct colours in scan order, with their pixel counts and the labels that they became. */
  readonly colors: readonly { readonly color: string; readonly count: number; readonly label: number }[];
}
