/** `labelmap/legends`: legends of other tools' files, and the palettes of public datasets. Re-exports only. */
export { ade20k } from "./ade20k.js";
export { camvid, camvid11 } from "./camvid.js";
export { type CityscapesLabel, cityscapes, cityscapesLabels, cityscapesTrain } from "./cityscapes.js";
export { formatClassDictCsv, parseClassDictCsv } from "./class-dict-csv.js";
export { formatLabelmapTxt, parseLabelmapTxt } from "./labelmap-txt.js";
export { mapillaryVistasV1 } from "./mapillary-vistas-v1.js";
export { mapillaryVistasV2 } from "./mapillary-vistas-v2.js";
export { classListOf, type Palette, type PaletteEntry } from "./palette.js";
export { pascalVoc, vocColor, vocColorMap } from "./pascal-voc.js";
