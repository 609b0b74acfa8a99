/**
 * Folders of LabelMe: a JSON file beside each photo, and perhaps a `labels.txt` with the names of the classes (labelme 5,
 * examples/semantic_segmentation).
 */

import { checkOptions } from "../../checks/arguments.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import type { LabelMap } from "../../maps/label-map.js";
import { readJson, readText } from "../files.js";
import type { DataSet, FileSource } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { checkThings, type ShapeReadOptions } from "../shared/drawn-objects.js";
import { namesInFiles } from "../shared/names-in-files.js";
import {
  classListFrom,
  dataSetOf,
  folderOf,
  type ListedItem,
  pathsOf,
  photosIn,
  withoutEnding,
} from "../shared/set-reading.js";
import { labelMe } from "./index.js";
import type { LabelMeFile } from "./json.js";
import { decodeLabelMe } from "./read.js";

export { type LabelMeSetOptions, writeLabelMeSet } from "./set-write.js";

/** How a folder of LabelMe is read. */
export interface LabelMeSetReadOptions extends ShapeReadOptions, AbortableOptions {}

/**
 * Reads a folder of LabelMe, and its subfolders. Every JSON file is an image, and its photo has the same name. Names are the
 * paths from the folder that all files are in. Every shape is an object, unless `things` says which classes have objects.
 *
 * The classes come from `labels.txt`, with the ids that `labelme2voc.py` gives them: the line's number less 1, so that
 * `__ignore__` is -1 and `_background_` is 0. Both are no classes. Without `labels.txt`, all files are read for the classes.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no JSON file.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readLabelMeSet(
  source: FileSource,
  options: LabelMeSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(checkOptions(options), "things maxPixels signal", "the options");
  checkThings(options.things);
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const files = paths.filter((path) => /\.json$/i.test(path));
  const folder = commonFolder(files);
  const photos = photosIn(paths, "");
  const listed = files.map((path): ListedItem => {
    const stem = withoutEnding(path);
    return {
      ...{ name: stem.slice(folder.length), mask: path, split: null },
      photo: photos.get(stem.normalize("NFC")) ?? null,
      decode: async () => decode(await readJson(abortable, path), path, options),
    };
  });
  const labels = paths.find((path) => {
    const above = folderOf(path);
    return /(?:^|\/)labels\.txt$/i.test(path) && (above === "" || folder.startsWith(`${above}/`));
  });
  return dataSetOf(labelMe, listed, {
    reason: `${labelMe.title}: ${counted(listed.length, "JSON file")}.`,
    classes: async () =>
      labels === undefined
        ? classesInFiles(abortable, listed)
        : classesOfText(await readText(abortable, labels), labels),
  });
}

function decode(json: unknown, path: string, options: LabelMeSetReadOptions): Promise<LabelMap> {
  if (isObject(json) && "shapes" in json) return decodeLabelMe(json as unknown as LabelMeFile, options);
  throw new FormatError(
    "FORMAT_INVALID",
    path,
    "is no file of LabelMe: it has no shapes; move it out of the folder.",
  );
}

/** The folder that all files are in, with a `/` at its end; empty for the top. */
function commonFolder(paths: readonly string[]): string {
  let folder = paths.length === 0 ? "" : folderOf(paths[0]!);
  while (folder !== "" && !paths.every((path) => path.startsWith(`${folder}/`))) folder = folderOf(folder);
  return folder === "" ? "" : `${folder}/`;
}

/** @throws {FormatError} FORMAT_INVALID: no name, or a name twice */
function classesOfText(text: string, path: string): ClassList {
  const lines = text.split(/\r\n?|\n/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  // labelme2voc.py needs __ignore__ in the first line. Without it, the ids are the line numbers.
  const first = lines[0] === "__ignore__" ? -1 : 0;
  const entries = lines.map((name, place) => ({ id: place + first, name }));
  const classes = entries.filter(({ id, name }) => id >= 0 && name !== "" && name !== "_background_");
  if (new Set(classes.map(({ name }) => name)).size < classes.length) {
    throw new FormatError("FORMAT_INVALID", path, "has a name twice; give each class one line.");
  }
  return classListFrom(classes);
}

function classesInFiles(source: FileSource, listed: readonly ListedItem[]): Promise<ClassList> {
  return namesInFiles(source, listed, (json) => {
    const { shapes } = isObject(json) ? json : {};
    return Array.isArray(shapes) ? shapes.map((shape) => (isObject(shape) ? shape.label : null)) : [];
  });
}
