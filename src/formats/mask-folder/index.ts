/** Folders of PNGs in colours, with a legend for all of them or one for each: what most tools write, and the vendor's form. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const maskFolder: Format = {
  name: "mask-folder",
  title: "Masks with legends",
  files: [
    "NAME.png: any PNG, the colour of each pixel's label",
    "NAME.json: the legend, or the vendor's result; or one legend for all masks, in any supported form",
  ],
  extensions: [".png", ".json", ".txt", ".csv", ".gpl"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "a colour that is not in the legend",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "NAME.png: the masks, in any folder",
      "NAME.json: a legend for each mask; or legend.json, labelmap.txt, class_dict.csv … for all",
    ],
    photos: "NAME.jpg beside the mask, or in another folder",
    splits: false,
    loses: "crowds; with a shared legend, objects of a class are one label",
  },
  source: "`decodeMask` and `parseLegend` of this library",
  detect,
};

export { decodeMask } from "./read.js";
export { type ColourMask, encodeColourMask } from "./write.js";
