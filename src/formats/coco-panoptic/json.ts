/** What a JSON file of COCO panoptic holds. */

import type { CocoImage } from "../shared/coco-images.js";

/** The format's name in messages. */
export const FORMAT = "COCO panoptic";

/** Names as in the files themselves. */
export interface CocoSegmentInfo {
  /** The pixels' id in the PNG; never 0, which is void. */
  readonly id: number;
  readonly category_id: number;
  /** Pixels. */
  readonly area: number;
  /** `[x, y, width, height]` in pixels, from the top left corner. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  readonly iscrowd: 0 | 1;
}

export interface CocoPanopticAnnotation {
  readonly image_id: number | string;
  /** The PNG's file name. */
  readonly file_name: string;
  readonly segments_info: readonly CocoSegmentInfo[];
}

export interface CocoPanopticCategory {
  readonly id: number;
  readonly name: string;
  readonly supercategory: string;
  readonly isthing: 0 | 1;
  readonly color: readonly [red: number, green: number, blue: number];
}

export interface CocoPanopticDataset {
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoPanopticAnnotation[];
  readonly categories: readonly CocoPanopticCategory[];
}
