/**
 * Pascal VOC: 20 classes, the background and the void border, and the colour map for any of 256 indices, which other tools
 * use for instances and for their own classes.
 *
 * The colour map distributes the bits of the index. The lowest three are the highest bits of red, green and blue, the next
 * three are the second highest, and so on. So small indices have very different colours.
 */
import { invalid } from "../../checks/invalid.js";
import { definePalette, type Palette } from "./palette.js";

/**
 * The colour of an index, as in `VOCcolormap.m` of the VOC devkit (VOC2012, `VOCcode`) and in VOC masks written by Pillow:
 * 0 is `#000000`, 1 is `#800000`, 255 is `#e0e0c0`.
 *
 * @param index 0 to 2^24 - 1; no two share a colour.
 * @returns `#rrggbb`.
 * @throws {DecodeError} OPTION_INVALID: not an integer from 0 to 2^24 - 1.
 */
export function vocColor(index: number): string {
  if (!Number.isInteger(index) || index < 0 || index >= 2 ** 24) {
    throw invalid("A VOC colour's index must be an integer from 0 to 2^24 - 1.");
  }
  let rgb = 0;
  for (let bit = 0; bit < 24; bit++) {
    // Index bit 3k is red's bit 7 - k, 3k + 1 green's, 3k + 2 blue's.
    const channel = bit % 3;
    const place = 7 - Math.floor(bit / 3);
    rgb |= ((index >> bit) & 1) << ((2 - channel) * 8 + place);
  }
  return `#${rgb.toString(16).padStart(6, "0")}`;
}

/** The colours of all 256 indices. */
export const vocColorMap: readonly string[] = Array.from({ length: 256 }, (_, index) => vocColor(index));

const NAMES = [
  "background",
  "aeroplane",
  "bicycle",
  "bird",
  "boat",
  "bottle",
  "bus",
  "car",
  "cat",
  "chair",
  "cow",
  "diningtable",
  "dog",
  "horse",
  "motorbike",
  "person",
  "pottedplant",
  "sheep",
  "sofa",
  "train",
  "tvmonitor",
];

/** 21 classes, of which class 0 is the background, and `void` (255), the border around objects. */
export const pascalVoc: Palette = definePalette(
  {
    name: "Pascal VOC",
    source:
      "Everingham et al., The PASCAL VOC Challenge, IJCV 2010; VOC2012 devkit, VOCinit.m and VOCcolormap.m",
    voidId: 255,
  },
  [
    ...NAMES.map((name, id) => ({ color: vocColor(id), name, id })),
    { color: "#e0e0c0", name: "void", id: 255, isVoid: true },
  ],
);
