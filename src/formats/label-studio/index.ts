/** Label Studio: an exported JSON file of tasks, with brush strokes and polygons. Read only. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const labelStudio: Format = {
  name: "label-studio",
  title: "Label Studio",
  files: ["project-….json: the JSON export, a list of tasks with annotations and their results"],
  extensions: [".json"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "not in any region",
  },
  reads: true,
  writes: false,
  set: {
    files: ["project-….json: the JSON export, with a task for each image"],
    photos: "NAME.jpg in any folder",
    splits: false,
    loses: "read only",
  },
  source:
    "label-studio-sdk: converter/brush.py; Label Studio, Export annotations (labelstud.io/guide/export)",
  detect,
};

export { decodeLabelStudio, type LabelStudioReadOptions } from "./read.js";
