/**
 * Whole data sets of COCO-Stuff: the PNGs of `stuffthingmaps/SPLIT/`, which have the classes of things and stuff, or of
 * `stuff_SPLIT_pixelmaps/` and `stuff_SPLIT.json`, which have stuff only (nightrome/cocostuff, README.md).
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { LimitOptions } from "../../decode/limits.js";
import { FormatError } from "../../errors.js";
import { type CocoFile, readCocoFiles } from "../coco-instances/set.js";
import { readJson } from "../files.js";
import type { DataSet, FileSource } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { finderOf } from "../shared/find-files.js";
import { classListFrom, dataSetOf, type ListedItem, pathsOf, withoutEnding } from "../shared/set-reading.js";
import { COCO_STUFF_CLASSES, OTHER } from "./classes.js";
import { STUFF_JSON } from "./detect.js";
import { cocoStuff } from "./index.js";
import { type CocoStuffForm, decodeCocoStuff } from "./read.js";

/** How a set of COCO-Stuff is read. */
export interface CocoStuffSetReadOptions extends LimitOptions, AbortableOptions {
  /** Only the images of this part: `val2017`. Default: all parts. */
  readonly split?: string;
  /**
   * What is read if there are several. `"png"`: `stuffthingmaps/`. `"pixelmaps"`: `stuff_SPLIT_pixelmaps/`. `"json"`:
   * `stuff_SPLIT.json`. Default: the first of them that is there.
   */
  readonly from?: "png" | "pixelmaps" | "json";
}

const PIXELMAP = /^(?:.*\/)?stuff_([^/]*)_pixelmaps\/([^/]+)\.png$/i;
const MASK = /^(?:.*\/)?stuffthingmaps(?:_[^/]*)?\/(?:([^/]+)\/)?([^/]+)\.png$/i;

/**
 * Reads a set of COCO-Stuff. Class ids are COCO's category ids, so the pixel 0 of a PNG is the class 1, `person`. No objects
 * are told apart.
 *
 * @throws {FormatError} FORMAT_INVALID: there is neither a PNG in one of the folders nor `stuff_SPLIT.json`, or the JSON file
 *   is malformed.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readCocoStuffSet<const Given extends object = CocoStuffSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, CocoStuffSetReadOptions>,
): Promise<DataSet>;
export async function readCocoStuffSet(
  source: FileSource,
  options: CocoStuffSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(checkOptions(options), "split from maxPixels maxBytes verify strict signal", "the options");
  const { split: wanted, from, ...limits } = options;
  if (from !== undefined && from !== "png" && from !== "pixelmaps" && from !== "json") {
    throw invalid('from must be "png", "pixelmaps" or "json".');
  }
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const ofMaps = masksOf(paths, MASK);
  const ofPixelmaps = masksOf(paths, PIXELMAP);
  const jsons = paths.filter((path) => STUFF_JSON.test(path));
  const found = ofMaps.length > 0 ? "png" : ofPixelmaps.length > 0 ? "pixelmaps" : "json";
  const chosen = from ?? (found === "json" && jsons.length === 0 ? "png" : found);
  if (chosen === "json") {
    const files: CocoFile[] = [];
    for (const path of jsons) files.push(await stuffFile(abortable, path));
    const ofPart = { ...(wanted !== undefined && { split: wanted }) };
    const { maxPixels, signal } = limits;
    const reading = { ...ofPart, ...(maxPixels !== undefined && { maxPixels }), signal };
    return readCocoFiles(cocoStuff, paths, files, reading, true);
  }
  const form: CocoStuffForm = chosen === "png" ? "stuffthingmaps" : "pixelmaps";
  const masks = chosen === "png" ? ofMaps : ofPixelmaps;
  const find = finderOf(paths);
  const kept = masks.filter(({ split }) => wanted === undefined || split === wanted);
  const listed = kept.map(
    ({ mask, split, name }): ListedItem => ({
      ...{ name, mask, split },
      photo: photoOf(name, split, find),
      decode: async () => decodeCocoStuff(await abortable.read(mask), { ...limits, form }),
    }),
  );
  const folder = chosen === "png" ? "stuffthingmaps/" : "stuff_SPLIT_pixelmaps/";
  const unread = [
    ...jsons.map((path) => ({ path, by: "json" })),
    ...(chosen === "png" ? ofPixelmaps.slice(0, 1) : []).map(({ mask: path }) => ({ path, by: "pixelmaps" })),
  ];
  return dataSetOf(cocoStuff, listed, {
    reason: `${cocoStuff.title}: ${folder} (${counted(listed.length, "PNG")}).`,
    classes: async () =>
      classListFrom(chosen === "png" ? COCO_STUFF_CLASSES : [...COCO_STUFF_CLASSES, OTHER]),
    issues: unread.map(({ path, by }) => ({
      code: "file-not-read",
      message: `${path}: is not read, since the PNGs of ${folder} have its areas too; pass from: "${by}" to read it.`,
      path,
    })),
  });
}

/** The PNGs of a form. @param pattern has the groups of the part, which may be missing, and the name */
function masksOf(paths: readonly string[], pattern: RegExp) {
  return paths.flatMap((mask) => {
    const [found, split = null, name] = pattern.exec(mask) ?? [];
    return found === undefined ? [] : [{ mask, split, name: name! }];
  });
}

async function stuffFile(source: FileSource, path: string): Promise<CocoFile> {
  const json = await readJson(source, path);
  if (isObject(json) && Array.isArray(json.images) && Array.isArray(json.annotations)) {
    const stem = withoutEnding(path.slice(path.lastIndexOf("/") + 1));
    return { path, json, split: /stuff_(.+)$/i.exec(stem)?.[1] ?? null };
  }
  throw new FormatError(
    "FORMAT_INVALID",
    path,
    "has no images and annotations; give the file as COCO has it.",
  );
}

function photoOf(
  name: string,
  split: string | null,
  find: (file: string, ...expected: string[]) => string | null,
): string | null {
  const file = `${name}.jpg`;
  return split === null ? find(file) : find(file, `${split}/${file}`, `images/${split}/${file}`);
}
