/** Hugging Face's `segments_info`: a map of segment ids and a list that describes the segments. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const segmentsInfo: Format = {
  name: "segments-info",
  title: "Hugging Face segments_info",
  files: [
    "A list of segments with id, label_id, was_fused and score. transformers keeps it in memory; saved, it is JSON",
    "A map of segment ids, H×W, such as a .npy file. transformers keeps it as a tensor",
  ],
  extensions: [".json"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "none",
    unlabelled: "segment id 0 or -1",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "NAME.json: `segments_info`, the list of the segments",
      "NAME.npy: the segment id of each pixel, or NAME.png, a PNG of ids",
      "classes.json: the class list; without it, classes are called by their ids",
    ],
    photos: "NAME.jpg beside the map",
    splits: false,
    loses: "groups of objects, which become stuff; object numbers (new ones are assigned); parts",
  },
  source: "transformers: post_process_panoptic_segmentation in image_processing_maskformer.py",
  detect,
};

export { decodeSegmentsInfo } from "./read.js";
export { encodeSegmentsInfo, type HuggingFaceSegment, type HuggingFaceSegmentation } from "./write.js";
