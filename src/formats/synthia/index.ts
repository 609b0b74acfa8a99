/** SYNTHIA: a PNG per image whose first channel is the class and whose second is the object. Read only. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const synthia: Format = {
  name: "synthia",
  title: "SYNTHIA",
  files: ["GT/LABELS/NAME.png: RGB, 16 bits; red is the class, green is the object's number"],
  extensions: [".png"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "fixed",
    unlabelled: "class 0",
  },
  reads: true,
  writes: false,
  set: {
    files: ["GT/LABELS/NAME.png: the classes and objects, in any folder below"],
    photos: "RGB/NAME.png",
    splits: false,
    loses: "read only",
  },
  source: "SYNTHIA-RAND-CITYSCAPES and SYNTHIA-SEQS, README (synthia-dataset.net)",
  detect,
};

export { decodeSynthia, type SynthiaOptions, type SynthiaVersion } from "./read.js";
