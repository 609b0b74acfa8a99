/**
 * Whole data sets of COCO instances: `annotations/instances_SPLIT.json`, and the photos in `SPLIT/` ("COCO data format",
 * section 1, cocodataset.org). The masks of all images of a part are in one file, so the file is held in memory. A map is
 * drawn when you ask for it.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject, kindOf } from "../../checks/describe.js";
import { FormatError, type Issue } from "../../errors.js";
import type { ClassEntry } from "../../legend/class-list.js";
import type { ReadRleOptions } from "../../objects/read-rle.js";
import { checkPath, readJson } from "../files.js";
import type { Format } from "../format.js";
import type { DataSet, FileSource } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { readCategories } from "../shared/class-names.js";
import { addCategories } from "../shared/class-union.js";
import { checkImages } from "../shared/coco-images.js";
import { arrayAt, integerAt, objectAt } from "../shared/fields.js";
import { finderOf } from "../shared/find-files.js";
import {
  classListFrom,
  dataSetOf,
  folderOf,
  joinPaths,
  type ListedItem,
  pathsOf,
  withoutEnding,
} from "../shared/set-reading.js";
import { detect } from "./detect.js";
import { cocoInstances } from "./index.js";
import type { CocoOverlap } from "./paint-masks.js";
import { checkOverlap, decodeAnnotations } from "./read.js";

export { type CocoInstancesSetOptions, writeCocoInstancesSet } from "./set-write.js";

/** How a set of COCO instances is read. */
export interface CocoInstancesSetReadOptions extends ReadRleOptions, AbortableOptions {
  /** Only the images of this part: `val2017` of `instances_val2017.json`. Default: all parts. */
  readonly split?: string;
  /**
   * Which object gets a pixel that is in several. `"smaller"`, the default: the smallest object, and a crowd only if no
   * object has the pixel. So objects that lie in front of larger ones stay whole. `"last"`: the last one in the file.
   * `"error"`: none; the map of the image fails.
   */
  readonly overlap?: CocoOverlap;
}

/**
 * Reads a set of COCO instances: all files called `instances_SPLIT.json` or `_annotations.coco.json` (Roboflow), or if there
 * are none, each JSON file of this form. Every image of `images` is an item, with or without annotations. Pixels outside
 * every object are unlabelled. Objects may overlap in COCO; the map's issue `masks-overlap` counts the pixels.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no such JSON file, or one is malformed.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readCocoInstancesSet<const Given extends object = CocoInstancesSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, CocoInstancesSetReadOptions>,
): Promise<DataSet>;
export async function readCocoInstancesSet(
  source: FileSource,
  options: CocoInstancesSetReadOptions = {},
): Promise<DataSet> {
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  return readCocoFiles(cocoInstances, paths, await annotationFiles(abortable, paths), options, false);
}

/** The parts of the set, by their files. Only files that are called instances are read, unless there is none. */
async function annotationFiles(source: FileSource, paths: readonly string[]): Promise<CocoFile[]> {
  const files = paths.filter((path) => /\.json$/i.test(path));
  const named = files.filter((path) => /(?:instances[^/]*|_annotations\.coco)\.json$/i.test(path));
  const found: CocoFile[] = [];
  for (const path of named.length > 0 ? named : files) {
    const json = await readJson(source, path);
    if (!isObject(json) || !Array.isArray(json.annotations) || !Array.isArray(json.images)) continue;
    // The name of a file says what it is, if its annotations do not: a part may have none.
    if (named.length > 0) checkMasks(json.annotations, path);
    else if (detect([{ path, json }]) === null) continue;
    found.push({ path, json, split: splitOfPath(path) });
  }
  return found;
}

/** @throws {FormatError} FORMAT_INVALID: there are annotations, but none has a mask */
function checkMasks(annotations: readonly unknown[], path: string): void {
  const hasMask = (value: unknown) => isObject(value) && value.segmentation !== undefined;
  if (annotations.length === 0 || annotations.some(hasMask)) return;
  throw malformed(path, "no annotation has a segmentation; boxes alone are no masks.");
}

/** `val2017` of `instances_val2017.json`. Roboflow has a folder for each part. `default` is CVAT's word for no part. */
function splitOfPath(path: string): string | null {
  const stem = withoutEnding(path.slice(path.lastIndexOf("/") + 1));
  const folder = folderOf(path);
  if (/^_annotations\.coco$/i.test(stem)) return folder.slice(folder.lastIndexOf("/") + 1) || null;
  const split = /instances[_-](.+)$/i.exec(stem)?.[1] ?? null;
  return split === "default" ? null : split;
}

/** A JSON file of a set. */
export interface CocoFile {
  readonly path: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly split: string | null;
}

/**
 * The set of these files.
 * @param stuff whether all annotations are areas, and not objects
 */
export function readCocoFiles(
  format: Format,
  paths: readonly string[],
  files: readonly CocoFile[],
  options: CocoInstancesSetReadOptions,
  stuff: boolean,
): DataSet {
  checkKeys(checkOptions(options), "split overlap maxPixels signal", "the options");
  const { split: wanted, overlap = "smaller", maxPixels, signal } = options;
  checkOverlap(overlap);
  const find = finderOf(paths);
  const listed: ListedItem[] = [];
  const issues: Issue[] = [];
  const classes = new Map<number, ClassEntry>();
  const parts: string[] = [];
  for (const { path, json, split } of files) {
    if (wanted !== undefined && split !== wanted) continue;
    parts.push(path);
    const { categories } = json;
    if (categories !== undefined) addCategories(classes, categories, path, !stuff);
    const names = categories === undefined ? undefined : readCategories(categories, path, () => ({}));
    checkImages(json.images, path);
    const places = placesOfImages(json, path);
    const annotations = json.annotations as readonly unknown[];
    for (const [place, image] of arrayAt(json.images, "images", path).entries()) {
      const where = `images[${place}]`;
      const { id, file_name: file, width, height } = objectAt(image, where, path);
      if (typeof file !== "string" || file === "") {
        throw malformed(path, `${where}.file_name: is ${kindOf(file)}; make it the path of the photo.`);
      }
      const own = places.get(id) ?? [];
      places.delete(id);
      listed.push({
        ...{ name: nameOf(file, path), mask: path, split },
        photo: photoOf(file, split, folderOf(path), find),
        decode: async () => {
          const size = {
            width: integerAt(width, `${where}.width`, path, 1),
            height: integerAt(height, `${where}.height`, path, 1),
          };
          const list = own.map((annotation) => annotations[annotation]);
          const reading = { ...size, overlap, maxPixels, classes: names, stuff };
          return decodeAnnotations(list, reading, (at) => `annotations[${own[at]}]`);
        },
      });
    }
    const orphans = [...places.values()];
    if (orphans.length === 0) continue;
    const count = orphans.reduce((sum, { length }) => sum + length, 0);
    const message = `${path}: ${counted(count, "annotation is", "annotations are")} of images that are not in images, first annotations[${orphans[0]![0]}].`;
    issues.push({ code: "image-missing", message, path });
  }
  return dataSetOf(format, listed, {
    reason: `${format.title}: ${parts.join(", ")} (${counted(listed.length, "image")}).`,
    classes: async () => {
      if (classes.size > 0) return classListFrom([...classes.values()]);
      throw malformed(parts[0]!, "has no categories; give the class list as `classes`.");
    },
    issues,
    signal,
  });
}

/** The places of each image's annotations, by the id of the image. */
function placesOfImages(json: CocoFile["json"], path: string): Map<unknown, number[]> {
  const places = new Map<unknown, number[]>();
  (json.annotations as readonly unknown[]).forEach((annotation, place) => {
    const { image_id: id } = objectAt(annotation, `annotations[${place}]`, path);
    const known = places.get(id);
    if (known === undefined) places.set(id, [place]);
    else known.push(place);
  });
  return places;
}

/** An image's name: its file's path without the ending. */
function nameOf(file: string, path: string): string {
  try {
    return withoutEnding(checkPath(file));
  } catch (cause) {
    throw malformed(path, `the file_name ${JSON.stringify(file)} may leave the folder of the set.`, cause);
  }
}

function photoOf(
  file: string,
  split: string | null,
  folder: string,
  find: (file: string, ...expected: string[]) => string | null,
): string | null {
  const ofSplit = split === null ? [] : [`${split}/${file}`, `images/${split}/${file}`];
  return find(file, ...ofSplit, joinPaths(folder, file), `images/${file}`, file);
}

const malformed = (path: string, message: string, cause?: unknown) =>
  new FormatError("FORMAT_INVALID", path, message, { cause });
