/** Sets of arrays of class ids, one file per image, with a class list for all of them: `classes.json`. */

import { counted } from "../../checks/counted.js";
import { quote } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import { ClassList } from "../../legend/class-list.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { LabelMap } from "../../maps/label-map.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import { readText } from "../files.js";
import type { Format } from "../format.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { classIdsOf, paint } from "./segments.js";
import {
  dataSetOf,
  folderOf,
  inFile,
  type ListedItem,
  pathsOf,
  photosIn,
  withoutEnding,
} from "./set-reading.js";
import { classesFor, type ItemsToWrite, SetWriter } from "./set-writing.js";

/** How a set of arrays is read. */
export interface IdSetReadOptions {
  /** The classes of the ids. Default: the file `classes.json` beside the arrays, or in a folder above. */
  readonly classes?: ClassList;
}

const CLASSES = "classes.json";

/**
 * @param ending of the files, with the dot
 * @param decode the content of a file, by the class list
 */
export async function readIdSet(
  source: FileSource,
  format: Format,
  ending: string,
  options: IdSetReadOptions,
  decode: (bytes: Uint8Array, classes: ClassList) => LabelMap,
): Promise<DataSet> {
  const paths = await pathsOf(source);
  const exists = new Set(paths);
  const files = paths.filter((path) => path.toLowerCase().endsWith(ending));
  const photos = photosIn(paths, "");
  const lists = new Map<string, Promise<ClassList>>();
  const listFor = (path: string): Promise<ClassList> => {
    if (options.classes !== undefined) return Promise.resolve(options.classes);
    const file = nearestList(path, exists);
    if (file === null) throw noClasses(path);
    const list =
      lists.get(file) ?? inFile(file, async () => ClassList.fromJSON(await readText(source, file)));
    lists.set(file, list);
    return list;
  };
  const listed = files.map((path): ListedItem => {
    const name = withoutEnding(path);
    return {
      ...{ name, mask: path, split: null, photo: photos.get(name.normalize("NFC")) ?? null },
      decode: async () => decode(await source.read(path), await listFor(path)),
    };
  });
  return dataSetOf(format, listed, {
    reason: `${format.title}: ${counted(listed.length, `${ending} file`)}.`,
    classes: async () => listFor(files[0]!),
  });
}

/** The `classes.json` in the folder of a file, or in the nearest one above. */
function nearestList(path: string, exists: ReadonlySet<string>): string | null {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    const file = folder === "" ? CLASSES : `${folder}/${CLASSES}`;
    if (exists.has(file)) return file;
    if (folder === "") return null;
  }
}

function noClasses(path: string): FormatError {
  const problem = `there is no ${CLASSES} in its folder or above, so the classes of the ids are unknown`;
  return new FormatError(
    "FORMAT_INVALID",
    path,
    `${problem}; add the file that ClassList.toJSON gives, or give \`classes\`.`,
  );
}

/**
 * @param own the names of the options that only this format has
 * @param encode the file of a map: the class id of each pixel, in the smallest type that has all ids of the list
 */
export async function writeIdSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: WriteSetOptions,
  ending: string,
  own: string,
  encode: (ids: DenseMap, map: LabelledPixels) => Uint8Array,
  lose: (writer: SetWriter, map: LabelledPixels, name: string) => void,
): Promise<WrittenSet> {
  const writer = new SetWriter(sink, options, "train", own);
  const classes = await classesFor(items, options);
  const { missing = "error" } = options;
  const largest = Math.max(classes.voidId, classes.ignoreId, ...classes.classes.map(({ id }) => id));
  const type = largest < 256 ? Uint8Array : largest < 65_536 ? Uint16Array : Int32Array;
  const photoPath = ({ name, photoEnding }: { name: string; photoEnding: string }) => `${name}${photoEnding}`;
  for await (const { name, map } of writer.open(items, photoPath)) {
    classIdsOf(map, classes, { missing });
    const ids = map.labels.map(({ className }) => classes.idOf(className) ?? classes.voidId);
    const data = paint(map.data, type.from([classes.voidId, ...ids]) as Uint8Array);
    writer.loseClasses(map, classes, name);
    lose(writer, map, name);
    await writer.write(`${name}${ending}`, encode({ width: map.width, height: map.height, data }, map));
  }
  await writer.write(CLASSES, JSON.stringify(classes));
  return writer.result();
}

/** The number of a map's objects, for formats that have no place for their numbers. */
export function countObjects({ labels }: LabelledPixels): number {
  return labels.filter(({ instanceId, pixelCount }) => instanceId > 0 && pixelCount > 0).length;
}

/** @throws {FormatError} FORMAT_INVALID: the file lacks an array */
export function arrayNamed<T>(arrays: ReadonlyMap<string, T>, name: string, format: string): T {
  const array = arrays.get(name);
  if (array !== undefined) return array;
  const found = [...arrays.keys()].slice(0, 5).map(quote).join(", ");
  throw new FormatError(
    "FORMAT_INVALID",
    format,
    `the array ${quote(name)} is missing; there are ${found || "none"}.`,
  );
}
