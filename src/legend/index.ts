/** `labelmap/legend`: legends in the forms of other tools, the palettes of public datasets, and colours to look at. Re-exports only. */

export * from "./colors/index.js";
export { parseClassDictCsv } from "./files/class-dict-csv.js";
export { parseLabelmapTxt } from "./files/labelmap-txt.js";
export { formatClassDictCsv, formatLabelmapTxt } from "./files/write-legend.js";
export { LEGEND_FORMS, type LegendForm, type LegendFormDeclaration } from "./forms.js";
export { parseColor } from "./legend.js";
export { addLegendId, classesOfLegendIds, type LegendIds } from "./legend-ids.js";
export { legendOfIds } from "./legend-of-ids.js";
export {
  type ClassGroups,
  type MergeOptions,
  mergeBySupercategory,
  mergeClasses,
  withSupercategories,
} from "./merge-classes.js";
export { ade20k } from "./palettes/ade20k.js";
export { PALETTES } from "./palettes/by-name.js";
export { camvid, camvid11 } from "./palettes/camvid.js";
export {
  type CityscapesLabel,
  cityscapes,
  cityscapesLabels,
  cityscapesTrain,
} from "./palettes/cityscapes.js";
export { cocoPanoptic } from "./palettes/coco-panoptic.js";
export { mapillaryVistasV1 } from "./palettes/mapillary-vistas-v1.js";
export { mapillaryVistasV2 } from "./palettes/mapillary-vistas-v2.js";
export { chooseClasses, classListOf, type Palette, type PaletteEntry } from "./palettes/palette.js";
export { pascalVoc, vocColor, vocColorMap } from "./palettes/pascal-voc.js";
export { type LegendSource, type ParseLegendOptions, parseLegend, readLegend } from "./parse-legend.js";
