/**
 * Whole data sets of Cityscapes: `gtFine/SPLIT/CITY/CITY_SEQUENCE_FRAME_gtFine_KIND.png`, and the photos in
 * `leftImg8bit/SPLIT/CITY/` (cityscapesScripts 2.2.4, README, "Dataset Structure").
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { DEFAULT_LIMITS, type LimitOptions } from "../../decode/limits.js";
import type { Issue } from "../../errors.js";
import { cityscapesLabels } from "../../legend/palettes/cityscapes.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import { readJson } from "../files.js";
import type { LabelPngReadOptions } from "../label-png/read.js";
import { encodeLabelPng } from "../label-png/write.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { encodeColourPng } from "../shared/colour-png.js";
import { classListFrom, dataSetOf, type ListedItem, pathsOf } from "../shared/set-reading.js";
import { countUnlabelled, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { cityscapes } from "./index.js";
import { findLabel } from "./labels.js";
import { decodeCityscapesPolygons } from "./polygons.js";
import { decodeCityscapes } from "./read.js";
import { type CityscapesOptions, checkCityscapesNames, cityscapesMaps } from "./write.js";

/** How a set of Cityscapes is read. */
export interface CityscapesSetReadOptions
  extends LimitOptions,
    AbortableOptions,
    Pick<LabelPngReadOptions, "by"> {
  /** Only the images of this part: `train`, `val`. Default: all parts. */
  readonly split?: string;
  /** Which annotation is read. Default: the fine one, or the coarse one if there is no other. */
  readonly annotation?: "gtFine" | "gtCoarse";
}

const KINDS = ["labelIds", "instanceIds", "labelTrainIds", "instanceTrainIds", "color"] as const;
type Kind = (typeof KINDS)[number];

/** How a set of Cityscapes is written. */
export interface CityscapesSetOptions
  extends Omit<WriteSetOptions, "classes">,
    Pick<CityscapesOptions, "labels"> {
  /** The files of each image. Default `labelIds` and `instanceIds`. */
  readonly kinds?: readonly Kind[];
}

const FILE = /^(?:(.*)\/)?([^/]+)_(gtFine|gtCoarse)_(?:(instanceIds|labelIds)\.png|(polygons)\.json)$/;
/** Which file of an image is read, if there are several: the first. */
const PREFERRED = ["instanceIds", "labelIds", "polygons"];
const LEFT = "_leftImg8bit";

/**
 * Reads a set of Cityscapes. An image that has only `labelIds` has no objects, and an issue says so. An image that has no PNG
 * is painted from its `polygons.json` (`decodeCityscapesPolygons`). The name of an image is `CITY_SEQUENCE_FRAME`; if the
 * folder has another name, it is in front: `folder/name`.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no mask.
 */
export async function readCityscapesSet<const Given extends object = CityscapesSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, CityscapesSetReadOptions>,
): Promise<DataSet>;
export async function readCityscapesSet(
  source: FileSource,
  options: CityscapesSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(
    checkOptions(options),
    "split annotation by maxPixels maxBytes verify strict signal",
    "the options",
  );
  const { split: wanted, annotation, ...reading } = options;
  const { maxPixels = DEFAULT_LIMITS.maxPixels } = reading;
  if (annotation !== undefined && annotation !== "gtFine" && annotation !== "gtCoarse") {
    throw invalid('annotation must be "gtFine" or "gtCoarse".');
  }
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const found = paths.flatMap((path) => {
    const [, folder = "", base, type, png, json] = FILE.exec(path) ?? [];
    return base === undefined ? [] : [{ path, folder, base, type: type!, kind: (png ?? json)! }];
  });
  const type = annotation ?? found.find((file) => file.type === "gtFine")?.type ?? "gtCoarse";
  const files = found.filter((file) => file.type === type);
  const kindOfImage = new Map<string, string>();
  for (const each of PREFERRED) {
    for (const { folder, base, kind } of files) {
      const image = `${folder}/${base}`;
      if (kind === each && !kindOfImage.has(image)) kindOfImage.set(image, kind);
    }
  }
  const photos = photosByName(paths);
  const listed = files.flatMap(({ path, folder, base, kind }): ListedItem[] => {
    if (kind !== kindOfImage.get(`${folder}/${base}`)) return [];
    const { split, city } = placeOf(folder, type);
    if (wanted !== undefined && split !== wanted) return [];
    const candidates = photos.get(base) ?? [];
    const beside = `${split === null ? "" : `${split}/`}${city}/${base}${LEFT}`;
    const photo = candidates.find((each) => each.includes(beside));
    return [
      {
        name: city === "" || base === city || base.startsWith(`${city}_`) ? base : `${city}/${base}`,
        ...{ mask: path, split, photo: photo ?? (candidates.length === 1 ? candidates[0]! : null) },
        issues: kind === "labelIds" ? [noObjects(path)] : [],
        decode: async () => {
          if (kind === "polygons")
            return decodeCityscapesPolygons(await readJson(abortable, path), { maxPixels });
          // Without objects both files are the same.
          return decodeCityscapes({ instanceIds: await abortable.read(path) }, reading);
        },
      },
    ];
  });
  return dataSetOf(cityscapes, listed, {
    reason: `Cityscapes: files that end with _${type}_${endings(listed)} (${counted(listed.length, "mask")}).`,
    classes: async () =>
      classListFrom(
        cityscapesLabels
          .filter(({ id }) => id >= 0)
          .map(({ id, name, category, hasInstances }) => ({
            ...{ id, name, supercategory: category, isThing: hasInstances },
          })),
      ),
  });
}

/** What the files that are read end with. */
function endings(listed: readonly ListedItem[]): string {
  const polygons = listed.filter(({ mask }) => mask.endsWith(".json")).length;
  if (polygons === 0) return "instanceIds.png or labelIds.png";
  return polygons === listed.length ? "polygons.json" : "instanceIds.png, labelIds.png or polygons.json";
}

/** The part and the city of a folder: `gtFine/val/aachen` is `val` and `aachen`. */
function placeOf(folder: string, type: string): { readonly split: string | null; readonly city: string } {
  const parts = folder === "" ? [] : folder.split("/");
  const start = parts.lastIndexOf(type);
  if (start < 0 || start + 1 >= parts.length) return { split: null, city: parts.slice(start + 1).join("/") };
  return { split: parts[start + 1]!, city: parts.slice(start + 2).join("/") };
}

function photosByName(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const photos = new Map<string, string[]>();
  for (const path of paths) {
    const base = /([^/]+)_leftImg8bit\.(?:png|jpe?g|webp)$/i.exec(path)?.[1];
    if (base !== undefined) photos.set(base, [...(photos.get(base) ?? []), path]);
  }
  return photos;
}

function noObjects(path: string): Issue {
  const message = `${path}: has no instanceIds beside it, so its objects are not told apart.`;
  return { code: "objects-missing", message, path };
}

/**
 * Writes a set of Cityscapes. The city is the part of the name before its first `_`, or the folder of the name.
 *
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is no Cityscapes label. The error names the class.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a label has more than 1000 objects in an image.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeCityscapesSet<const Given extends object = CityscapesSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, CityscapesSetOptions>,
): Promise<WrittenSet>;
export async function writeCityscapesSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: CityscapesSetOptions = {},
): Promise<WrittenSet> {
  const writer = new SetWriter(sink, options, "train", "labels kinds");
  const { labels = {}, missing = "error", kinds = ["labelIds", "instanceIds"] } = options;
  if (!Array.isArray(kinds) || kinds.length === 0 || !kinds.every((kind) => KINDS.includes(kind))) {
    throw invalid(`kinds must be some of ${KINDS.map(quote).join(", ")}.`);
  }
  const names = checkCityscapesNames(labels);
  const photoPath = ({ name, split, photoEnding }: { name: string; split: string; photoEnding: string }) =>
    `leftImg8bit/${split}/${pathOf(name)}${LEFT}${photoEnding}`;
  for await (const { name, split, map } of writer.open(items, photoPath)) {
    const maps = cityscapesMaps(map, { labels: names, missing });
    countLosses(writer, map, names, name);
    for (const kind of new Set<Kind>(kinds)) {
      const png = kind === "color" ? encodeColourPng(maps.labelIds, COLOURS) : encodeLabelPng(maps[kind]);
      await writer.write(`gtFine/${split}/${pathOf(name)}_gtFine_${kind}.png`, png);
    }
  }
  return writer.result();
}

/** The colour of each label id. */
const COLOURS = [...cityscapesLabels]
  .filter(({ id }) => id >= 0)
  .sort((a, b) => a.id - b.id)
  .map(({ color }) => color);

/** `aachen/aachen_000000_000019` of `aachen_000000_000019`; a name with a folder stays. */
function pathOf(name: string): string {
  return name.includes("/") ? name : `${name.split("_")[0] || "images"}/${name}`;
}

function countLosses(
  writer: SetWriter,
  map: LabelledPixels,
  names: ReadonlyMap<string, string>,
  name: string,
): void {
  for (const { className, instanceId, isCrowd, pixelCount } of map.labels) {
    if (pixelCount === 0) continue;
    const { label } = findLabel(names.get(className) ?? className);
    if (label === undefined || label.id < 0) writer.lose("class-not-written", pixelCount, name);
    else if (!label.hasInstances && instanceId > 0) writer.lose("object-is-stuff", 1, name);
    else if (!label.hasInstances && isCrowd) writer.lose("crowd-is-stuff", 1, name);
  }
  writer.lose("unlabelled-is-unlabeled", countUnlabelled(map), name);
  if (!/^(?:.*\/)?[^_/]+_[^_/]+_[^_/]+$/.test(name)) writer.lose("name-not-cityscapes", 1, name);
}
