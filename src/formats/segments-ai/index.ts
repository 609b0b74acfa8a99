/** segments.ai: the JSON file of a release, and a PNG of ids per image, or polygons and boxes. Read only. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const segmentsAi: Format = {
  name: "segments-ai",
  title: "segments.ai release",
  files: [
    "DATASET-RELEASE.json: the categories, and samples with annotations for each label set; polygons and boxes are in it",
    "NAME_label_LABELSET.png: RGBA, the id of each pixel's annotation; not for the task types vector and bboxes",
  ],
  extensions: [".json", ".png"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "annotation id 0, or in no polygon and no box",
  },
  reads: true,
  writes: false,
  set: {
    files: [
      "DATASET-RELEASE.json: the categories and annotations",
      "NAME_label_LABELSET.png: the ids, where SegmentsDataset of the segments-ai package saves them; not for vector labels",
    ],
    photos: "NAME.jpg in the same folder; vector labels need it for the size",
    splits: false,
    loses: "read only",
  },
  source: "segments-ai (Python), src/segments/dataset.py at 03b1ee5 and typing.py",
  detect,
};

export { decodeSegmentsAi, type SegmentsAiCategory, type SegmentsAiReadOptions } from "./read.js";
export { decodeSegmentsAiVector, type SegmentsAiVectorOptions } from "./vector.js";
