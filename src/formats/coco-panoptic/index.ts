/** COCO panoptic: a PNG of segment ids per image, and one JSON file that describes the segments. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const cocoPanoptic: Format = {
  name: "coco-panoptic",
  title: "COCO panoptic",
  files: [
    "panoptic_SPLIT.json: images, annotations with segments_info, categories with isthing",
    "panoptic_SPLIT/NAME.png: RGB, the id of each pixel's segment",
  ],
  extensions: [".json", ".png"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "segment id 0",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "annotations/panoptic_SPLIT.json: images, segments, categories",
      "annotations/panoptic_SPLIT/NAME.png: the segments",
    ],
    photos: "SPLIT/NAME.jpg",
    splits: true,
    loses: "only object numbers (new ones are assigned)",
  },
  source: "COCO data format, section 4 (cocodataset.org/#format-data); panopticapi at 7bb4655",
  detect,
};

export type {
  CocoPanopticAnnotation,
  CocoPanopticCategory,
  CocoPanopticDataset,
  CocoSegmentInfo,
} from "./json.js";
export { decodeCocoPanoptic } from "./read.js";
export { type CocoPanopticOptions, cocoPanopticDataset, encodeCocoPanoptic } from "./write.js";
