/**
 * Whole data sets of ADE20K. The full data set: `images/ADE/training/urban/street/NAME_seg.png`, with the photo and the names
 * beside it (CSAILVision/ADE20K, README.md, "Structure"); until 2016 without the folder `ADE`. The scene parsing challenge:
 * `annotations/training/NAME.png`, `images/training/NAME.jpg` and `objectInfo150.txt` (CSAILVision/sceneparsing, README.md).
 */

import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import type { Issue } from "../../errors.js";
import type { ClassEntry, ClassList } from "../../legend/class-list.js";
import { readJson, readText } from "../files.js";
import type { DataSet, FileSource } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import {
  checkLayoutOptions,
  chooseForm,
  findMasks,
  type LayoutMask,
  type LayoutReadOptions,
  ofSplit,
  photoFinder,
} from "../shared/layouts.js";
import { classListOfIds, type NamedIdOptions } from "../shared/named-ids.js";
import { classListFrom, dataSetOf, inFile, type ListedItem, pathsOf } from "../shared/set-reading.js";
import { ade20k } from "./index.js";
import { classesInTable } from "./names.js";
import { CHALLENGE_IDS, decodeAde20k } from "./read.js";

/** How a set of ADE20K is read. */
export interface Ade20kSetReadOptions extends LayoutReadOptions {
  /** Which form is read. It is needed only if both are there. */
  readonly form?: "full" | "challenge";
}

const FULL =
  /^(?<root>(?:.*?\/)?)images\/(?:ADE\/)?(?:(?<split>training|validation|test)\/)?(?:.*\/)?(?<name>[^/]+)_seg\.png$/;
const CHALLENGE = /^(?<root>(?:.*\/)?)annotations\/(?<split>training|validation)\/(?<name>[^/]+)\.png$/;
const PARTS = /_parts_\d+\.png$/;
const SINGLE = /\/instance_\d+_[^/]+\.png$/;

/**
 * Reads a set of ADE20K. `split` is `training` or `validation`. Parts of objects and the masks of single objects, which show
 * hidden areas too, are not read, and an issue counts them.
 *
 * The full data set has the names of its classes beside each image, so `classes()` reads all masks once, unless the options
 * have `classes`. Its ids go up to 3,688; Pascal VOC holds 254.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no mask, or `objectInfo150.txt` is malformed.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, both forms in the folder, or several sets.
 */
export async function readAde20kSet<const Given extends object = Ade20kSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, Ade20kSetReadOptions>,
): Promise<DataSet>;
export async function readAde20kSet(
  source: FileSource,
  options: Ade20kSetReadOptions = {},
): Promise<DataSet> {
  checkLayoutOptions(options, "form");
  const { split, form: given, ...reading } = options;
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const forms = [
    ["full", FULL],
    ["challenge", CHALLENGE],
  ] as const;
  const both = "masks of the full data set and of the scene parsing challenge";
  const form = chooseForm(ade20k, paths, given, forms, both);
  const masks = ofSplit(findMasks(ade20k, paths, form === "full" ? FULL : CHALLENGE), split);
  return form === "full"
    ? readFull(abortable, paths, masks, reading)
    : readChallenge(abortable, paths, masks, reading);
}

function readFull(
  source: FileSource,
  paths: readonly string[],
  masks: readonly LayoutMask[],
  reading: NamedIdOptions,
): DataSet {
  const exists = new Set(paths);
  const photo = photoFinder(paths);
  const listed = masks.map(({ path, split, name }): ListedItem => {
    const stem = path.slice(0, -"_seg.png".length);
    const [json, text] = [`${stem}.json`, `${stem}_atr.txt`];
    return {
      ...{ name, split, mask: path, photo: photo(stem) },
      decode: async () => {
        const segmentation = await source.read(path);
        if (reading.classes !== undefined) return decodeAde20k({ segmentation }, reading);
        if (exists.has(json)) {
          const names = await inFile(json, () => readJson(source, json));
          return decodeAde20k({ segmentation, json: names }, reading);
        }
        if (!exists.has(text)) return decodeAde20k({ segmentation }, reading);
        return decodeAde20k({ segmentation, attributes: await readText(source, text) }, reading);
      },
    };
  });
  return dataSetOf(ade20k, listed, {
    reason: `${ade20k.title}: images/ (${counted(listed.length, "mask")} that end with _seg.png).`,
    classes: async () => reading.classes ?? classesInMasks(listed),
    issues: [
      ...notRead(paths, PARTS, "files have parts of objects", "are not read"),
      ...notRead(paths, SINGLE, "files have a single object each", "are not read"),
    ],
  });
}

function notRead(paths: readonly string[], pattern: RegExp, what: string, end: string): Issue[] {
  const found = paths.filter((path) => pattern.test(path));
  if (found.length === 0) return [];
  const message = `${found.length} ${what} and ${end}, first ${found[0]}.`;
  return [{ code: "file-not-read", message, path: found[0]! }];
}

/** The classes that occur. If a class has several names, the others are aliases of the first. */
async function classesInMasks(listed: readonly ListedItem[]): Promise<ClassList> {
  const classes = new Map<number, { names: Set<string>; isThing: boolean }>();
  for (const { mask, decode } of listed) {
    const { labels } = await inFile(mask, decode);
    for (const { classId, className, isThing } of labels) {
      const known = classes.get(classId as number) ?? { names: new Set<string>(), isThing };
      known.names.add(className);
      classes.set(classId as number, known);
    }
  }
  const ids = [...classes.keys()].sort((a, b) => a - b);
  return classListFrom(
    ids.map((id): ClassEntry => {
      const { names, isThing } = classes.get(id)!;
      const [name, ...aliases] = [...names] as [string, ...string[]];
      return { id, name, isThing, ...(aliases.length > 0 && { aliases }) };
    }),
  );
}

async function readChallenge(
  source: FileSource,
  paths: readonly string[],
  masks: readonly LayoutMask[],
  reading: NamedIdOptions,
): Promise<DataSet> {
  const root = masks[0]?.root ?? "";
  const table = `${root}objectInfo150.txt`;
  const objectInfo = paths.includes(table) ? await readText(source, table) : undefined;
  const ids = objectInfo === undefined ? CHALLENGE_IDS : classesInTable(objectInfo, table);
  const photo = photoFinder(paths);
  const listed = masks.map(
    ({ path, split, name }): ListedItem => ({
      ...{ name, split, mask: path, photo: photo(`${root}images/${split}/${name}`) },
      decode: async () => {
        const annotation = await source.read(path);
        return decodeAde20k({ annotation, ...(objectInfo !== undefined && { objectInfo }) }, reading);
      },
    }),
  );
  return dataSetOf(ade20k, listed, {
    reason: `${ade20k.title}, scene parsing challenge: annotations/ (${counted(listed.length, "mask")}).`,
    classes: async () => classListOfIds(ids, reading),
  });
}
