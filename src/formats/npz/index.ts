/** `.npz`: several NumPy arrays by name in one file. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const npz: Format = {
  name: "npz",
  title: "NumPy arrays (.npz)",
  files: ["NAME.npz: a zip file of .npy files, such as semantic.npy and instance.npy"],
  extensions: [".npz"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "none",
    unlabelled: "-1, or an id of your choice",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "NAME.npz: `semantic`, the class ids, and `instance`, the object numbers",
      "classes.json: the class list",
    ],
    photos: "NAME.jpg beside the array",
    splits: false,
    loses: "crowds; parts",
  },
  source: "numpy.savez and numpy.savez_compressed of NumPy 2.3",
  detect,
};

export { decodeNpz } from "./read.js";
export { encodeNpz, type NpzOptions } from "./write.js";
