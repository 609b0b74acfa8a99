/**
 * `labelmap/formats`: maps to the files that training code and other tools read, and back. Re-exports only: each format
 * is a folder, and `FORMATS` lists them all.
 */

export {
  type CityscapesMaps,
  type CityscapesOptions,
  checkCityscapesNames,
  cityscapesMaps,
  decodeCityscapes,
  encodeCityscapes,
} from "./cityscapes/index.js";
export {
  type CocoInstanceAnnotation,
  type CocoInstancesDataset,
  type CocoInstancesOptions,
  cocoInstancesDataset,
  decodeCocoInstances,
  encodeCocoInstances,
} from "./coco-instances/index.js";
export {
  type CocoPanopticAnnotation,
  type CocoPanopticCategory,
  type CocoPanopticDataset,
  type CocoPanopticOptions,
  type CocoSegmentInfo,
  cocoPanopticDataset,
  decodeCocoPanoptic,
  encodeCocoPanoptic,
} from "./coco-panoptic/index.js";
export type { CandidateFile, Detection, Format, FormatContent } from "./format.js";
export { type EncodeIdsOptions, encodeIds } from "./id-png/index.js";
export {
  decodeLabelPng,
  encodeLabelPng,
  encodePalettePng,
  type LabelPng,
  type LabelPngOptions,
  type LabelPngReadOptions,
} from "./label-png/index.js";
export { decodeLabelStudio, type LabelStudioReadOptions } from "./label-studio/index.js";
export {
  decodeLabelMe,
  encodeLabelMe,
  type LabelMeFile,
  type LabelMeOptions,
  type LabelMeShape,
} from "./labelme/index.js";
export { decodeNpy, encodeNpy, type NpyArray, type NpyData, npyParts, npyToMap } from "./npy/index.js";
export { decodeNpz, encodeNpz, type NpzOptions } from "./npz/index.js";
export {
  decodeSegmentsInfo,
  encodeSegmentsInfo,
  type HuggingFaceSegment,
  type HuggingFaceSegmentation,
} from "./segments-info/index.js";
export type { FileInput } from "./shared/bytes.js";
export type { CocoCategory } from "./shared/class-names.js";
export type { CocoImage } from "./shared/coco-images.js";
export type { ShapeReadOptions } from "./shared/drawn-objects.js";
export { countableClasses, type SegmentOptions, thingClasses } from "./shared/segments.js";
export {
  decodeSupervisely,
  encodeSupervisely,
  type SuperviselyAnnotation,
  type SuperviselyMeta,
  type SuperviselyObject,
  type SuperviselyOptions,
  type SuperviselyReadOptions,
  superviselyMeta,
} from "./supervisely/index.js";
export { FORMATS } from "./table.js";
export { decodeVoc, encodeVoc, type VocOptions, type VocReadOptions } from "./voc/index.js";
export {
  decodeYolo,
  encodeYolo,
  type YoloLabels,
  type YoloMapOptions,
  type YoloOptions,
  type YoloPolygon,
  yoloNames,
  yoloToMap,
} from "./yolo/index.js";
