/**
 * Whole data sets of COCO-Stuff: the PNGs of `stuffthingmaps/SPLIT/`, which have the classes of things and stuff, or
 * `stuff_SPLIT.json`, which has stuff only (nightrome/cocostuff, README.md).
 */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, isObject } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { LimitOptions } from "../../decode/limits.js";
import { FormatError } from "../../errors.js";
import { type CocoFile, readCocoFiles } from "../coco-instances/set.js";
import { readJson } from "../files.js";
import type { DataSet, FileSource } from "../set.js";
import { finderOf } from "../shared/find-files.js";
import { classListFrom, dataSetOf, type ListedItem, pathsOf, withoutEnding } from "../shared/set-reading.js";
import { COCO_STUFF_CLASSES } from "./classes.js";
import { STUFF_JSON } from "./detect.js";
import { cocoStuff } from "./index.js";
import { decodeCocoStuff } from "./read.js";

/** How a set of COCO-Stuff is read. */
export interface CocoStuffSetReadOptions extends LimitOptions {
  /** Only the images of this part: `val2017`. Default: all parts. */
  readonly split?: string;
  /** What is read if there are both. Default `"png"`: `stuffthingmaps/`. `"json"`: `stuff_SPLIT.json`. */
  readonly from?: "png" | "json";
}

const MASK = /^(?:.*\/)?stuffthingmaps(?:_[^/]*)?\/(?:([^/]+)\/)?([^/]+)\.png$/i;

/**
 * Reads a set of COCO-Stuff. Class ids are COCO's category ids, so the pixel 0 of a PNG is the class 1, `person`. No objects
 * are told apart.
 *
 * @throws {FormatError} FORMAT_INVALID: there is neither a PNG in `stuffthingmaps/` nor `stuff_SPLIT.json`, or the JSON file
 *   is malformed.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readCocoStuffSet(
  source: FileSource,
  options: CocoStuffSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(checkOptions(options), "split from maxPixels maxBytes verify strict", "the options");
  const { split: wanted, from, ...limits } = options;
  if (from !== undefined && from !== "png" && from !== "json") throw invalid('from must be "png" or "json".');
  const paths = await pathsOf(source);
  const masks = paths.flatMap((mask) => {
    const [found, split = null, name] = MASK.exec(mask) ?? [];
    return found === undefined ? [] : [{ mask, split, name: name! }];
  });
  const jsons = paths.filter((path) => STUFF_JSON.test(path));
  if (from === "json" || (from === undefined && masks.length === 0 && jsons.length > 0)) {
    const files: CocoFile[] = [];
    for (const path of jsons) files.push(await stuffFile(source, path));
    const ofPart = { ...(wanted !== undefined && { split: wanted }) };
    const { maxPixels } = limits;
    const reading = { ...ofPart, ...(maxPixels !== undefined && { maxPixels }) };
    return readCocoFiles(cocoStuff, paths, files, reading, true);
  }
  const find = finderOf(paths);
  const kept = masks.filter(({ split }) => wanted === undefined || split === wanted);
  const listed = kept.map(
    ({ mask, split, name }): ListedItem => ({
      ...{ name, mask, split },
      photo: photoOf(name, split, find),
      decode: async () => decodeCocoStuff(await source.read(mask), limits),
    }),
  );
  return dataSetOf(cocoStuff, listed, {
    reason: `${cocoStuff.title}: stuffthingmaps/ (${listed.length} PNGs).`,
    classes: async () => classListFrom(COCO_STUFF_CLASSES),
    issues: jsons.map((path) => ({
      code: "file-not-read",
      message: `${path}: is not read, since the PNGs have its areas too; pass from: "json" to read it.`,
      path,
    })),
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
