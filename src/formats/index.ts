/**
 * `labelmap/formats`: maps to the files that training code and other tools read, and back. Re-exports only: each format
 * is a folder, and `FORMATS` lists them all.
 */

export { type Ade20kChallengeFiles, type Ade20kFiles, decodeAde20k } from "./ade20k/index.js";
export { type Ade20kSetReadOptions, readAde20kSet } from "./ade20k/set.js";
export { type Bdd100kOptions, type Bdd100kTask, decodeBdd100k } from "./bdd100k/index.js";
export { type Bdd100kSetReadOptions, readBdd100kSet } from "./bdd100k/set.js";
export {
  type BinaryMask,
  type BinaryMasksOptions,
  type BinaryMasksReadOptions,
  decodeBinaryMasks,
  encodeBinaryMasks,
  type WrittenMask,
} from "./binary-masks/index.js";
export {
  type BinaryMasksSetOptions,
  type BinaryMasksSetReadOptions,
  readBinaryMasks,
  writeBinaryMasks,
} from "./binary-masks/set.js";
export { decodeCamVid } from "./camvid/index.js";
export { type CamVidSetReadOptions, readCamVidSet } from "./camvid/set.js";
export {
  type CityscapesMaps,
  type CityscapesOptions,
  type CityscapesPolygonsOptions,
  checkCityscapesNames,
  cityscapesMaps,
  decodeCityscapes,
  decodeCityscapesPolygons,
  encodeCityscapes,
} from "./cityscapes/index.js";
export {
  type CityscapesSetOptions,
  type CityscapesSetReadOptions,
  readCityscapesSet,
  writeCityscapesSet,
} from "./cityscapes/set.js";
export {
  type CocoInstanceAnnotation,
  type CocoInstancesDataset,
  type CocoInstancesOptions,
  type CocoInstancesReadOptions,
  cocoInstancesDataset,
  decodeCocoInstances,
  encodeCocoInstances,
} from "./coco-instances/index.js";
export type { CocoOverlap } from "./coco-instances/paint-masks.js";
export {
  type CocoInstancesSetOptions,
  type CocoInstancesSetReadOptions,
  readCocoInstancesSet,
  writeCocoInstancesSet,
} from "./coco-instances/set.js";
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
export {
  type CocoPanopticSetOptions,
  type CocoPanopticSetReadOptions,
  readCocoPanopticSet,
  writeCocoPanopticSet,
} from "./coco-panoptic/set.js";
export { type CocoStuffForm, type CocoStuffReadOptions, decodeCocoStuff } from "./coco-stuff/index.js";
export { type CocoStuffSetReadOptions, readCocoStuffSet } from "./coco-stuff/set.js";
export { type CvatOptions, type CvatReadOptions, decodeCvat, encodeCvat } from "./cvat/index.js";
export { type CvatSetOptions, type CvatSetReadOptions, readCvatSet, writeCvatSet } from "./cvat/set.js";
export {
  type CvatXmlOptions,
  type CvatXmlReadOptions,
  decodeCvatXml,
  encodeCvatXml,
} from "./cvat-xml/index.js";
export {
  type CvatXmlSetOptions,
  type CvatXmlSetReadOptions,
  readCvatXmlSet,
  writeCvatXmlSet,
} from "./cvat-xml/set.js";
export { type BlobContent, type FileContent, filesInMemory, memorySink } from "./files.js";
export type { CandidateFile, Detection, Format, FormatContent, SetLayout } from "./format.js";
export { type EncodeIdsOptions, encodeIds } from "./id-png/index.js";
export { type IdPngSetOptions, type IdPngSetReadOptions, readIdPngSet, writeIdPngSet } from "./id-png/set.js";
export { decodeKitti } from "./kitti/index.js";
export { type KittiSetReadOptions, readKittiSet } from "./kitti/set.js";
export {
  decodeLabelPng,
  encodeLabelPng,
  encodePalettePng,
  type LabelPng,
  type LabelPngOptions,
  type LabelPngReadOptions,
} from "./label-png/index.js";
export {
  type LabelPngSetOptions,
  type LabelPngSetReadOptions,
  readLabelPngSet,
  writeLabelPngSet,
} from "./label-png/set.js";
export { decodeLabelStudio, type LabelStudioReadOptions } from "./label-studio/index.js";
export { type LabelStudioSetReadOptions, readLabelStudioSet } from "./label-studio/set.js";
export {
  decodeLabelMe,
  encodeLabelMe,
  type LabelMeFile,
  type LabelMeOptions,
  type LabelMeShape,
} from "./labelme/index.js";
export {
  type LabelMeSetOptions,
  type LabelMeSetReadOptions,
  readLabelMeSet,
  writeLabelMeSet,
} from "./labelme/set.js";
export {
  decodeMapillaryVistas,
  type MapillaryVistasOptions,
  type MapillaryVistasVersion,
} from "./mapillary-vistas/index.js";
export { type MapillaryVistasSetReadOptions, readMapillaryVistasSet } from "./mapillary-vistas/set.js";
export { type ColourMask, encodeColourMask } from "./mask-folder/index.js";
export {
  type MaskFolderOptions,
  type MaskFolderReadOptions,
  readMaskFolder,
  writeMaskFolder,
} from "./mask-folder/set.js";
export { decodeNpy, encodeNpy, type NpyArray, type NpyData, npyParts, npyToMap } from "./npy/index.js";
export { type NpySetOptions, type NpySetReadOptions, readNpySet, writeNpySet } from "./npy/set.js";
export { decodeNpz, encodeNpz, type NpzOptions } from "./npz/index.js";
export { type NpzSetOptions, type NpzSetReadOptions, readNpzSet, writeNpzSet } from "./npz/set.js";
export { type Candidate, type RecogniseOptions, recognise, recogniseFiles } from "./recognise.js";
export {
  decodeSegmentsAi,
  decodeSegmentsAiVector,
  type SegmentsAiCategory,
  type SegmentsAiReadOptions,
  type SegmentsAiVectorOptions,
} from "./segments-ai/index.js";
export { readSegmentsAiSet, type SegmentsAiSetReadOptions } from "./segments-ai/set.js";
export {
  decodeSegmentsInfo,
  encodeSegmentsInfo,
  type HuggingFaceSegment,
  type HuggingFaceSegmentation,
} from "./segments-info/index.js";
export {
  readSegmentsInfoSet,
  type SegmentsInfoSetOptions,
  type SegmentsInfoSetReadOptions,
  writeSegmentsInfoSet,
} from "./segments-info/set.js";
export type {
  DataSet,
  FileSink,
  FileSource,
  ItemToWrite,
  SetItem,
  WriteSetOptions,
  WrittenSet,
} from "./set.js";
export {
  readSet,
  type SetFormat,
  type SetOptions,
  type SetReadOptions,
  type WritableSetFormat,
  writeSet,
} from "./sets.js";
export type { AbortableOptions } from "./shared/abortable.js";
export type { ArrayLimits } from "./shared/array-limits.js";
export type { FileInput } from "./shared/bytes.js";
export type { CocoCategory } from "./shared/class-names.js";
export type { CocoImage } from "./shared/coco-images.js";
export type { ShapeReadOptions } from "./shared/drawn-objects.js";
export type { IdPngPlaces, IdSetReadOptions } from "./shared/id-sets.js";
export type { ImageSize } from "./shared/image-size.js";
export type { LayoutReadOptions } from "./shared/layouts.js";
export type { NamedIdOptions } from "./shared/named-ids.js";
export type { SizeOption } from "./shared/photo-sizes.js";
export { countableClasses, type SegmentOptions, thingClasses } from "./shared/segments.js";
export type { ItemsToWrite } from "./shared/set-writing.js";
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
export {
  readSuperviselySet,
  type SuperviselySetOptions,
  type SuperviselySetReadOptions,
  writeSuperviselySet,
} from "./supervisely/set.js";
export { decodeSynthia, type SynthiaOptions, type SynthiaVersion } from "./synthia/index.js";
export { readSynthiaSet, type SynthiaSetReadOptions } from "./synthia/set.js";
export { FORMATS } from "./table.js";
export { decodeVoc, encodeVoc, type VocOptions, type VocReadOptions } from "./voc/index.js";
export { readVocSet, type VocSetOptions, type VocSetReadOptions, writeVocSet } from "./voc/set.js";
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
export { readYoloSet, writeYoloSet, type YoloSetOptions, type YoloSetReadOptions } from "./yolo/set.js";
