/**
 * Whole projects of Supervisely: `meta.json`, and for each data set `DATASET/ann/IMAGE.jpg.json` and `DATASET/img/IMAGE.jpg`.
 * A data set may have others in it: `DATASET/datasets/INNER/ann/…` (Supervisely's SDK for Python, 6.73, project/project.py).
 */

import { checkOptions } from "../../checks/arguments.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject, quote } from "../../checks/describe.js";
import { DecodeError, FormatError, type Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelMap } from "../../maps/label-map.js";
import { readJson } from "../files.js";
import type { DataSet, FileSource } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { checkThings, type ShapeReadOptions } from "../shared/drawn-objects.js";
import { arrayAt, objectAt } from "../shared/fields.js";
import { namesInFiles } from "../shared/names-in-files.js";
import { classListFrom, dataSetOf, folderOf, type ListedItem, pathsOf } from "../shared/set-reading.js";
import { supervisely } from "./index.js";
import type { SuperviselyMeta } from "./json.js";
import { decodeSupervisely } from "./read.js";

export { type SuperviselySetOptions, writeSuperviselySet } from "./set-write.js";

/** How a project of Supervisely is read. */
export interface SuperviselySetReadOptions extends ShapeReadOptions, AbortableOptions {
  /** Only the images of this data set: `train` of `train/ann/`. Default: all. */
  readonly split?: string;
}

const ANNOTATION = /^(?:(.*)\/)?ann\/([^/]+)\.json$/;
const PHOTO_ENDING = /\.(?:jpe?g|jfif|png|bmp|tiff?|webp|gif|mpo|avif|heic)$/i;
/** What Supervisely calls the data set of a project that has only one. */
const NO_PART = "ds0";

/**
 * Reads a project of Supervisely. The part of an image is its data set; `ds0` is no part. Class ids come from `meta.json`,
 * or count from 1 in its order. Every figure is an object, unless `things` says which classes have objects.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no annotation, or `meta.json` is malformed.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or there are several projects in the folder.
 */
export async function readSuperviselySet(
  source: FileSource,
  options: SuperviselySetReadOptions = {},
): Promise<DataSet> {
  checkKeys(checkOptions(options), "split things maxPixels signal", "the options");
  const { split: wanted, ...reading } = options;
  checkThings(options.things);
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const exists = new Set(paths);
  const metaPath = findMeta(paths);
  const meta = metaPath === null ? null : numbered(await readJson(abortable, metaPath), metaPath);
  const root = metaPath === null ? "" : folderOf(metaPath);
  const listed: ListedItem[] = [];
  for (const path of paths) {
    const [found, dataSet = "", file = ""] = ANNOTATION.exec(path) ?? [];
    if (found === undefined) continue;
    const { split, folder } = partOf(dataSet, root);
    if (wanted !== undefined && split !== wanted) continue;
    const photo = `${dataSet === "" ? "" : `${dataSet}/`}img/${file}`;
    listed.push({
      ...{ name: `${folder}${file.replace(PHOTO_ENDING, "")}`, split, mask: path },
      photo: exists.has(photo) ? photo : null,
      decode: async () =>
        decode(await readJson(abortable, path), path, { ...reading, ...(meta && { meta }) }),
    });
  }
  const found = `${counted(listed.length, "file")} in ann/`;
  return dataSetOf(supervisely, listed, {
    reason: `${supervisely.title}: ${metaPath === null ? "" : `${metaPath}, `}${found}.`,
    classes: async () =>
      meta === null ? classesInFiles(abortable, listed) : classListFrom(meta.classes.map(toEntry)),
    issues: metaPath === null ? [noMeta()] : [],
  });
}

function decode(
  json: unknown,
  path: string,
  options: Parameters<typeof decodeSupervisely>[1],
): Promise<LabelMap> {
  if (isObject(json))
    return decodeSupervisely(json as unknown as Parameters<typeof decodeSupervisely>[0], options);
  throw new FormatError(
    "FORMAT_INVALID",
    path,
    "is no annotation of Supervisely, which has size and objects.",
  );
}

/** The `meta.json` above the annotations. @throws {DecodeError} OPTION_INVALID: there are several */
function findMeta(paths: readonly string[]): string | null {
  const folders = new Set<string>();
  for (const path of paths) {
    if (!ANNOTATION.test(path)) continue;
    for (let folder = folderOf(path); folder !== ""; ) {
      folder = folderOf(folder);
      folders.add(folder);
    }
  }
  const metas = paths.filter((path) => /(?:^|\/)meta\.json$/.test(path) && folders.has(folderOf(path)));
  if (metas.length < 2) return metas[0] ?? null;
  const names = metas.slice(0, 5).map(quote).join(", ");
  const problem = `there are ${metas.length} projects in the folder: ${names}; open the folder of one of them`;
  throw new DecodeError("OPTION_INVALID", `${supervisely.title}: ${problem}.`);
}

/** `train` and `inner/` of the data set `train/datasets/inner`. */
function partOf(dataSet: string, root: string): { split: string | null; folder: string } {
  const own = root !== "" && dataSet.startsWith(`${root}/`) ? dataSet.slice(root.length + 1) : dataSet;
  const names = own === "" || dataSet === root ? [] : own.split("/datasets/");
  const [first = NO_PART, ...inner] = names;
  return {
    split: first === NO_PART ? null : first,
    folder: inner.map((name) => `${name}/`).join(""),
  };
}

interface NumberedMeta extends Pick<SuperviselyMeta, "classes"> {
  readonly classes: readonly (SuperviselyMeta["classes"][number] & { readonly id: number })[];
}

/** `meta.json` with an id for each class: its own, if all have one, or the place in the list, from 1. */
function numbered(json: unknown, path: string): NumberedMeta {
  const { classes } = objectAt(json, "the file", path);
  const list = arrayAt(classes, "classes", path).map((item, place) =>
    objectAt(item, `classes[${place}]`, path),
  );
  const ids = list.map(({ id }) => id);
  const isNumbered =
    ids.every((id) => Number.isInteger(id) && (id as number) >= 0 && (id as number) < 2 ** 31) &&
    new Set(ids).size === ids.length;
  list.forEach(({ title }, place) => {
    if (typeof title === "string" && title !== "") return;
    throw new FormatError("FORMAT_INVALID", path, `classes[${place}].title: give the name of the class.`);
  });
  const numberedList = list.map((item, place) => ({ ...item, id: isNumbered ? item.id : place + 1 }));
  return { classes: numberedList as unknown as NumberedMeta["classes"] };
}

const toEntry = ({ id, title }: { readonly id: number; readonly title: string }) => ({ id, name: title });

function noMeta(): Issue {
  const message = "There is no meta.json above the annotations, so the classes are those that occur.";
  return { code: "meta-missing", message };
}

function classesInFiles(source: FileSource, listed: readonly ListedItem[]): Promise<ClassList> {
  return namesInFiles(source, listed, (json) => {
    const { objects } = isObject(json) ? json : {};
    return Array.isArray(objects) ? objects.map((item) => (isObject(item) ? item.classTitle : null)) : [];
  });
}
