/** Sets of class ids, one array or PNG per image, with a class list for all of them: `classes.json`. */

import { counted } from "../../checks/counted.js";
import { quote } from "../../checks/describe.js";
import { FormatError, type Issue } from "../../errors.js";
import { ClassList } from "../../legend/class-list.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { LabelMap } from "../../maps/label-map.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import { readText } from "../files.js";
import type { Format } from "../format.js";
import { pairFiles } from "../pair-files.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import type { AbortableOptions } from "./abortable.js";
import { CLASSES, nearestList } from "./class-lists.js";
import { replaceIssues } from "./replace-issues.js";
import { classIdsOf, paint } from "./segments.js";
import { dataSetOf, inFile, type ListedItem, pathsOf, photosIn, withoutEnding } from "./set-reading.js";
import { classesFor, type ItemsToWrite, SetWriter } from "./set-writing.js";

/** How a set of class ids is read. */
export interface IdSetReadOptions extends AbortableOptions {
  /** The classes of the ids. Default: the file `classes.json` beside the file of ids, or in a folder above. */
  readonly classes?: ClassList;
}

/** Which PNGs of a folder are read. The others are photos. */
export interface IdPngPlaces {
  /** What the names of the PNGs end with, before `.png`: `_mask`. */
  readonly suffix?: string;
  /** The folder of the PNGs: `masks`. */
  readonly masks?: string;
}

/** The file of an image. */
interface IdFile {
  readonly path: string;
  readonly name: string;
  readonly photo: string | null;
}

/** All files with this ending. @param ending with the dot */
export function arraysIn(ending: string): (paths: readonly string[]) => IdFile[] {
  return (paths) => {
    const photos = photosIn(paths, "");
    return paths
      .filter((path) => path.toLowerCase().endsWith(ending))
      .map((path) => {
        const name = withoutEnding(path);
        return { path, name, photo: photos.get(name.normalize("NFC")) ?? null };
      });
  };
}

/** All PNGs that may hold ids. A PNG called `NAME_image.png` is a photo. */
export function pngsIn({ suffix = "", masks = "" }: IdPngPlaces): (paths: readonly string[]) => IdFile[] {
  const folder = masks === "" ? "" : `${masks.replace(/\/+$/, "")}/`;
  return (paths) => {
    // BMP and TIFF are photos here too.
    const photos = photosIn(
      paths.filter((path) => !/\.png$/i.test(path)),
      "",
    );
    return pairFiles(paths, { byNameOnly: true, suffix, masks }).pairs.map(({ mask, photo }) => {
      const path = withoutEnding(mask);
      const stem = path.slice(0, path.length - suffix.length);
      return {
        path: mask,
        name: stem.slice(folder.length),
        photo: photo ?? photos.get(stem.normalize("NFC")) ?? null,
      };
    });
  };
}

/**
 * @param filesIn the files of ids among all paths
 * @param kind what a file of ids is called, for `reason`: `.npy file`
 * @param decode the content of a file, by the class list
 */
export async function readIdSet(
  source: FileSource,
  format: Format,
  options: IdSetReadOptions,
  filesIn: (paths: readonly string[]) => readonly IdFile[],
  kind: string,
  decode: (bytes: Uint8Array, classes: ClassList) => LabelMap | Promise<LabelMap>,
): Promise<DataSet> {
  const paths = await pathsOf(source);
  const files = filesIn(paths);
  const listFor = listFinder(source, paths, options.classes);
  const listed = files.map(({ path, name, photo }): ListedItem => {
    return {
      ...{ name, mask: path, split: null, photo },
      decode: async () => decode(await source.read(path), await listFor(path)),
    };
  });
  return dataSetOf(format, listed, {
    reason: `${format.title}: ${counted(listed.length, kind)}.`,
    classes: async () => listFor(files[0]!.path),
  });
}

/**
 * Finds the class list of a file: the given one, or the nearest `classes.json`, which is read once.
 * @throws {FormatError} FORMAT_INVALID: there is none.
 */
function listFinder(
  source: FileSource,
  paths: readonly string[],
  given: ClassList | undefined,
): (path: string) => Promise<ClassList> {
  const exists = new Set(paths);
  const lists = new Map<string, Promise<ClassList>>();
  return async (path) => {
    if (given !== undefined) return given;
    const file = nearestList(path, exists);
    if (file === null) throw noClasses(path);
    const list = lists.get(file) ?? readList(source, file);
    lists.set(file, list);
    return list;
  };
}

/** @throws {ClassError} CLASS_LIST_INVALID: the message names the file. */
export function readList(source: FileSource, file: string): Promise<ClassList> {
  return inFile(file, async () => ClassList.fromJSON(await readText(source, file)));
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
 * @param ending of the files, with the dot
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
  // A photo must not have the name of a file of ids.
  const photoPath = ({ name, photoEnding }: { name: string; photoEnding: string }) =>
    `${name}${photoEnding.toLowerCase() === ending ? "_image" : ""}${photoEnding}`;
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

/** The map with what is odd about its file before its own issues. */
export function withIssues(map: LabelMap, issues: readonly Issue[]): LabelMap {
  return issues.length === 0 ? map : replaceIssues(map, [...issues, ...map.issues]);
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
