/**
 * Whole data sets by the name of their format: `readSet` and `writeSet`. Programs that need one format only import its own
 * functions, `readVocSet` and `writeVocSet`, and so leave the others out of their bundle.
 */

import { checkOptions } from "../checks/arguments.js";
import { didYouMean } from "../checks/closest.js";
import { quote } from "../checks/describe.js";
import { DecodeError, FormatError } from "../errors.js";
import { type Ade20kSetReadOptions, readAde20kSet } from "./ade20k/set.js";
import { type Bdd100kSetReadOptions, readBdd100kSet } from "./bdd100k/set.js";
import {
  type BinaryMasksSetOptions,
  type BinaryMasksSetReadOptions,
  readBinaryMasks,
  writeBinaryMasks,
} from "./binary-masks/set.js";
import { type CamVidSetReadOptions, readCamVidSet } from "./camvid/set.js";
import {
  type CityscapesSetOptions,
  type CityscapesSetReadOptions,
  readCityscapesSet,
  writeCityscapesSet,
} from "./cityscapes/set.js";
import {
  type CocoInstancesSetOptions,
  type CocoInstancesSetReadOptions,
  readCocoInstancesSet,
  writeCocoInstancesSet,
} from "./coco-instances/set.js";
import {
  type CocoPanopticSetOptions,
  type CocoPanopticSetReadOptions,
  readCocoPanopticSet,
  writeCocoPanopticSet,
} from "./coco-panoptic/set.js";
import { type CocoStuffSetReadOptions, readCocoStuffSet } from "./coco-stuff/set.js";
import { type CvatSetOptions, type CvatSetReadOptions, readCvatSet, writeCvatSet } from "./cvat/set.js";
import {
  type CvatXmlSetOptions,
  type CvatXmlSetReadOptions,
  readCvatXmlSet,
  writeCvatXmlSet,
} from "./cvat-xml/set.js";
import { type IdPngSetOptions, type IdPngSetReadOptions, readIdPngSet, writeIdPngSet } from "./id-png/set.js";
import { type KittiSetReadOptions, readKittiSet } from "./kitti/set.js";
import {
  type LabelPngSetOptions,
  type LabelPngSetReadOptions,
  readLabelPngSet,
  writeLabelPngSet,
} from "./label-png/set.js";
import { type LabelStudioSetReadOptions, readLabelStudioSet } from "./label-studio/set.js";
import {
  type LabelMeSetOptions,
  type LabelMeSetReadOptions,
  readLabelMeSet,
  writeLabelMeSet,
} from "./labelme/set.js";
import { type MapillaryVistasSetReadOptions, readMapillaryVistasSet } from "./mapillary-vistas/set.js";
import {
  type MaskFolderOptions,
  type MaskFolderReadOptions,
  readMaskFolder,
  writeMaskFolder,
} from "./mask-folder/set.js";
import { type NpySetOptions, type NpySetReadOptions, readNpySet, writeNpySet } from "./npy/set.js";
import { type NpzSetOptions, type NpzSetReadOptions, readNpzSet, writeNpzSet } from "./npz/set.js";
import { type Candidate, recognise } from "./recognise.js";
import { readSegmentsAiSet, type SegmentsAiSetReadOptions } from "./segments-ai/set.js";
import {
  readSegmentsInfoSet,
  type SegmentsInfoSetOptions,
  type SegmentsInfoSetReadOptions,
  writeSegmentsInfoSet,
} from "./segments-info/set.js";
import type { DataSet, FileSink, FileSource, WrittenSet } from "./set.js";
import type { ItemsToWrite } from "./shared/set-writing.js";
import {
  readSuperviselySet,
  type SuperviselySetOptions,
  type SuperviselySetReadOptions,
  writeSuperviselySet,
} from "./supervisely/set.js";
import { readSynthiaSet, type SynthiaSetReadOptions } from "./synthia/set.js";
import { FORMATS } from "./table.js";
import { readVocSet, type VocSetOptions, type VocSetReadOptions, writeVocSet } from "./voc/set.js";
import { readYoloSet, writeYoloSet, type YoloSetOptions, type YoloSetReadOptions } from "./yolo/set.js";

/** The options of each format's reader. */
export interface SetReadOptions {
  readonly ade20k: Ade20kSetReadOptions;
  readonly bdd100k: Bdd100kSetReadOptions;
  readonly "binary-masks": BinaryMasksSetReadOptions;
  readonly camvid: CamVidSetReadOptions;
  readonly cityscapes: CityscapesSetReadOptions;
  readonly "coco-instances": CocoInstancesSetReadOptions;
  readonly "coco-panoptic": CocoPanopticSetReadOptions;
  readonly "coco-stuff": CocoStuffSetReadOptions;
  readonly cvat: CvatSetReadOptions;
  readonly "cvat-xml": CvatXmlSetReadOptions;
  readonly "id-png": IdPngSetReadOptions;
  readonly kitti: KittiSetReadOptions;
  readonly "label-png": LabelPngSetReadOptions;
  readonly "label-studio": LabelStudioSetReadOptions;
  readonly labelme: LabelMeSetReadOptions;
  readonly "mapillary-vistas": MapillaryVistasSetReadOptions;
  readonly "mask-folder": MaskFolderReadOptions;
  readonly npy: NpySetReadOptions;
  readonly npz: NpzSetReadOptions;
  readonly "segments-ai": SegmentsAiSetReadOptions;
  readonly "segments-info": SegmentsInfoSetReadOptions;
  readonly supervisely: SuperviselySetReadOptions;
  readonly synthia: SynthiaSetReadOptions;
  readonly voc: VocSetReadOptions;
  readonly yolo: YoloSetReadOptions;
}

/** The options of each format's writer. */
export interface SetOptions {
  readonly "binary-masks": BinaryMasksSetOptions;
  readonly cityscapes: CityscapesSetOptions;
  readonly "coco-instances": CocoInstancesSetOptions;
  readonly "coco-panoptic": CocoPanopticSetOptions;
  readonly cvat: CvatSetOptions;
  readonly "cvat-xml": CvatXmlSetOptions;
  readonly "id-png": IdPngSetOptions;
  readonly "label-png": LabelPngSetOptions;
  readonly labelme: LabelMeSetOptions;
  readonly "mask-folder": MaskFolderOptions;
  readonly npy: NpySetOptions;
  readonly npz: NpzSetOptions;
  readonly "segments-info": SegmentsInfoSetOptions;
  readonly supervisely: SuperviselySetOptions;
  readonly voc: VocSetOptions;
  readonly yolo: YoloSetOptions;
}

/** The name of a format whose data sets are read. */
export type SetFormat = keyof SetReadOptions;

/** The name of a format whose data sets are written. Each of them is read, too. */
export type WritableSetFormat = keyof SetOptions;

type Readers = { [F in SetFormat]: (source: FileSource, options: SetReadOptions[F]) => Promise<DataSet> };
type Writers = {
  [F in WritableSetFormat]: (
    items: ItemsToWrite,
    sink: FileSink,
    options: SetOptions[F],
  ) => Promise<WrittenSet>;
};

const READERS: Readers = {
  ade20k: readAde20kSet,
  bdd100k: readBdd100kSet,
  "binary-masks": readBinaryMasks,
  camvid: readCamVidSet,
  cityscapes: readCityscapesSet,
  "coco-instances": readCocoInstancesSet,
  "coco-panoptic": readCocoPanopticSet,
  "coco-stuff": readCocoStuffSet,
  cvat: readCvatSet,
  "cvat-xml": readCvatXmlSet,
  "id-png": readIdPngSet,
  kitti: readKittiSet,
  "label-png": readLabelPngSet,
  "label-studio": readLabelStudioSet,
  labelme: readLabelMeSet,
  "mapillary-vistas": readMapillaryVistasSet,
  "mask-folder": readMaskFolder,
  npy: readNpySet,
  npz: readNpzSet,
  "segments-ai": readSegmentsAiSet,
  "segments-info": readSegmentsInfoSet,
  supervisely: readSuperviselySet,
  synthia: readSynthiaSet,
  voc: readVocSet,
  yolo: readYoloSet,
};

const WRITERS: Writers = {
  "binary-masks": writeBinaryMasks,
  cityscapes: writeCityscapesSet,
  "coco-instances": writeCocoInstancesSet,
  "coco-panoptic": writeCocoPanopticSet,
  cvat: writeCvatSet,
  "cvat-xml": writeCvatXmlSet,
  "id-png": writeIdPngSet,
  "label-png": writeLabelPngSet,
  labelme: writeLabelMeSet,
  "mask-folder": writeMaskFolder,
  npy: writeNpySet,
  npz: writeNpzSet,
  "segments-info": writeSegmentsInfoSet,
  supervisely: writeSuperviselySet,
  voc: writeVocSet,
  yolo: writeYoloSet,
};

/**
 * Reads a data set: a listing at first, and then one mask at a time.
 *
 * ```js
 * const set = await readSet(source, { format: "voc", split: "val" });
 * for await (const { name, map } of set) console.log(name, (await map()).labels.length);
 * ```
 *
 * Without `format` the set is recognised. If a single format is certain, it is read, and `reason` says why. Otherwise the
 * candidates are in the message of the error.
 *
 * @param source a folder (`openFolder` of `labelmap/dataset/node`), files in memory (`filesInMemory`), or your own
 * @param options.format a name of `FORMATS`; the other options are those of the format's reader
 * @throws {FormatError} FORMAT_INVALID: there is no mask, or a file is malformed. FORMAT_UNSUPPORTED: no format, or several
 *   formats, may be meant.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readSet<F extends SetFormat>(
  source: FileSource,
  options: { readonly format?: F } & SetReadOptions[F] = {} as SetReadOptions[F],
): Promise<DataSet> {
  const { format, ...rest } = checkOptions(options);
  const { signal } = rest;
  const name =
    format === undefined ? chosen(await recognise(source, { signal })) : checkFormat(format, READERS);
  return (READERS[name] as Readers[F])(source, rest as unknown as SetReadOptions[F]);
}

/**
 * Writes a data set: each image when its turn comes, and at the end the files that need all images. What the files cannot
 * say is one of the `issues`.
 *
 * @param items what `readSet` returns, or names and maps of your own
 * @param sink a folder (`createFolder` of `labelmap/dataset/node`), memory (`memorySink`), or your own
 * @param options.format a name of `FORMATS`; the other options are those of the format's writer
 * @throws {ClassError} CLASS_UNKNOWN: the class list lacks a class that has pixels.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id or a number does not fit the format.
 * @throws {FormatError} FORMAT_INVALID: two images have the same name, or a name may leave the folder.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function writeSet<F extends WritableSetFormat>(
  items: ItemsToWrite,
  sink: FileSink,
  options: { readonly format: F } & SetOptions[F],
): Promise<WrittenSet> {
  const { format, ...rest } = checkOptions(options);
  const write = WRITERS[checkFormat(format, WRITERS)] as Writers[F];
  return write(items, sink, rest as unknown as SetOptions[F]);
}

/** @param table the formats that are possible */
function checkFormat<F extends string>(format: unknown, table: Readonly<Record<F, unknown>>): F {
  if (typeof format === "string" && Object.hasOwn(table, format)) return format as F;
  const names = Object.keys(table).map(quote).join(", ");
  if (FORMATS.some(({ name }) => name === format)) {
    const problem = `format: ${quote(format as string)} is read, but not written`;
    throw new DecodeError("OPTION_INVALID", `${problem}; the formats of data sets are ${names}.`);
  }
  const meant = didYouMean(format, Object.keys(table));
  throw new DecodeError("OPTION_INVALID", `format must be one of ${names}${meant || "."}`);
}

/** The one certain format. @throws {FormatError} FORMAT_UNSUPPORTED: there is none, or there are several */
function chosen(candidates: readonly Candidate[]): SetFormat {
  const sets = candidates.filter(({ lacks }) => lacks === undefined);
  const certain = sets.filter(({ confidence }) => confidence === "certain");
  if (certain.length === 1) return certain[0]!.format.name as SetFormat;
  const found = sets.map(
    ({ format, confidence, reason }) => `${quote(format.name)} (${confidence}: ${reason})`,
  );
  const names = Object.keys(READERS).map(quote).join(", ");
  // The best of the formats whose data sets have more files.
  const [part] = candidates;
  const problem =
    found.length > 0
      ? `the format is not certain; give one of these as \`format\`: ${found.join(" ")}`
      : part === undefined
        ? `no format is recognised; give one of ${names} as \`format\``
        : `it looks like files of ${quote(part.format.name)} (${part.confidence}: ${part.reason}), but a data set needs ${part.lacks} too; for a folder of masks and their legend give "mask-folder" as \`format\`, otherwise another of ${names}`;
  throw new FormatError("FORMAT_UNSUPPORTED", "data set", problem.endsWith(")") ? problem : `${problem}.`);
}
