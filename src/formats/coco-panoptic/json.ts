/** What a JSON file of COCO panoptic holds. */

import type { CocoImage } from "../shared/coco-images.js";

/** The format's name in messages. */
export const FORMAT = "COCO panoptic";

/** A segment of an image, with the names that the files use. */
export interface CocoSegmentInfo {
  /** The id of the segment's pixels in the PNG. 0 is void, so no segment has it. */
  readonly id: number;
  readonly category_id: number;
  /** The number of pixels. */
  readonly area: number;
  /** `[x, y, width, height]` in pixels, from the top left corner. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  /** 1 if the segment is a group whose objects are not told apart. */
  readonly iscrowd: 0 | 1;
}

/** An image's entry of `annotations`. */
export interface CocoPanopticAnnotation {
  readonly image_id: number | string;
  /** The file name of the PNG. */
  readonly file_name: string;
  readonly segments_info: readonly CocoSegmentInfo[];
}

/** A class. */
export interface CocoPanopticCategory {
  readonly id: number;
  readonly name: string;
  readonly supercategory: string;
  /** 1 if its objects are told apart. */
  readonly isthing: 0 | 1;
  readonly color: readonly [red: number, green: number, blue: number];
}

/** The JSON file of a data set. */
export interface CocoPanopticDataset {
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoPanopticAnnotation[];
  readonly categories: readonly CocoPanopticCategory[];
}
