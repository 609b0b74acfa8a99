/** The types that describe the labels of a mask, and the pixels that have no label or a nearly matching colour. */

/** What the pixels of one value are: one entry of the legend, or one segment of an id mask. */
export interface Label {
  /** Its index in `LabelMap.labels`, and the value of its pixels in `LabelMap.data`. */
  readonly index: number;
  /**
   * The colour as `#rrggbb`. If the legend's key is not a colour, the key as it is written. Labels of a source without
   * colours get colours of the Pascal VOC colour map, no two the same.
   */
  readonly color: string;
  /** The legend's text: `Car`, `car # 1`. Labels of a source without a legend have names of the same form. */
  readonly name: string;
  /** The name without its ` # n`, or the `class_id` if the mask was decoded with `classBy: "class_id"`. */
  readonly className: string;
  /**
   * The class's id in the source: the `class_id` of a result, the `category_id` of COCO, the id of a class list. `null` if
   * it has none.
   */
  readonly classId: number | string | null;
  /**
   * The object's number in the instance map, unique within the image: 1, 2, 3, … in the order of the labels. Pascal VOC's
   * objects keep their own numbers, which may have gaps, and a video's objects have the same number in all frames. 0 is
   * stuff, or a crowd.
   */
  readonly instanceId: number;
  /** The object's number in the source, unique only within the class: the 2 of `car # 2`. 0 is stuff. */
  readonly instanceNumber: number;
  /**
   * The label's own id in the source: the `_id` of a result, the id of a COCO segment or annotation, a value of Cityscapes'
   * `instanceIds`. `null` if it has none.
   */
  readonly sourceId: number | string | null;
  /** Whether its class has objects that can be counted. If the source does not say, whether the label has a number. */
  readonly isThing: boolean;
  /** Whether it is a group of objects that nobody told apart (COCO's `iscrowd`). */
  readonly isCrowd: boolean;
  /** The class's group, as COCO has it: `vehicle`. `null` if the source has none. */
  readonly supercategory: string | null;
  readonly attributes: readonly unknown[];
  readonly pixelCount: number;
  /** `[x, y, width, height]` in pixels, from the top left corner; `null` if the label has no pixels. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number] | null;
}

/** The pixels whose colour or id is not in the legend. */
export interface Unlabelled {
  readonly count: number;
  /** The first 16 distinct colours (`#rrggbb`) in scan order, with their pixel counts. */
  readonly colors: readonly { readonly color: string; readonly count: number }[];
  /** In a mask of ids: the first 16 ids that are not in the legend, with their pixel counts. `colors` is then empty. */
  readonly ids?: readonly { readonly id: number; readonly count: number }[];
}

/** The pixels that got a label of another colour (`snap`). That label's pixel count includes them. */
export interface Snapped {
  readonly count: number;
  /**
   * The first 16 distinct colours in scan order, with their pixel counts and the labels that they got. With
   * `to: "neighbours"` one colour may get several labels, and is listed once with each.
   */
  readonly colors: readonly { readonly color: string; readonly count: number; readonly label: number }[];
}

/** What is said of a mask if no pixel was snapped. */
export const NOTHING_SNAPPED: Snapped = { count: 0, colors: [] };
