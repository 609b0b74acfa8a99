/** What a JSON file of COCO instances holds. */

import type { Rle } from "../../objects/rle.js";
import type { CocoImage } from "../shared/coco-images.js";

/** The format's name in messages. */
export const FORMAT = "COCO instances";

/** An object or a group of objects, with the names that the files use. */
export interface CocoInstanceAnnotation {
  readonly id: number;
  readonly image_id: number | string;
  readonly category_id: number;
  /** A run-length code, or polygons `[x1, y1, x2, y2, …]` in pixels. The mask is the area of all polygons together. */
  readonly segmentation: Rle | readonly (readonly number[])[];
  /** The number of pixels. */
  readonly area: number;
  /** `[x, y, width, height]` in pixels, from the top left corner. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  /** 1 if the mask is a group whose objects are not told apart. */
  readonly iscrowd: 0 | 1;
}

/** The JSON file of a data set. */
export interface CocoInstancesDataset {
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoInstanceAnnotation[];
  readonly categories: readonly {
    readonly id: number;
    readonly name: string;
    readonly supercategory: string;
  }[];
}
