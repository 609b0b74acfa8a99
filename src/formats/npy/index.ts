/** `.npy`: one NumPy array per file. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const npy: Format = {
  name: "npy",
  title: "NumPy array (.npy)",
  files: ["NAME.npy: one array, H×W; what its numbers mean is not in the file"],
  extensions: [".npy"],
  holds: {
    instances: false,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "none",
    unlabelled: "-1, or an id of your choice",
  },
  reads: true,
  writes: true,
  set: {
    files: ["NAME.npy: the class id of each pixel, in any folder", "classes.json: the class list"],
    photos: "NAME.jpg beside the array",
    splits: false,
    loses: "object numbers; crowds; parts",
  },
  source: "NumPy Enhancement Proposal 1; numpy.lib.format of NumPy 2.3",
  detect,
};

export type { NpyArray, NpyData } from "./array.js";
export { decodeNpy, npyToMap } from "./read.js";
export { encodeNpy, npyParts } from "./write.js";
