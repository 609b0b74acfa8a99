/**
 * Folders of Hugging Face's `segments_info`: a list of segments and a map of segment ids for each image, and one
 * `classes.json`. transformers keeps both in memory and says nothing of files, so the names are this library's own.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { decodeIds } from "../../decode/decode-ids.js";
import type { LimitOptions } from "../../decode/limits.js";
import type { ClassEntry, ClassList } from "../../legend/class-list.js";
import type { DenseMap } from "../../maps/dense-map.js";
import { lookUpValues } from "../../maps/views.js";
import { readJson } from "../files.js";
import { encodeIds } from "../id-png/write.js";
import { decodeNpy, npyToMap } from "../npy/read.js";
import { encodeNpy } from "../npy/write.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { checkPixels } from "../shared/array-limits.js";
import { CLASSES, nearestList } from "../shared/class-lists.js";
import { readList, withIssues } from "../shared/id-sets.js";
import type { SegmentOptions } from "../shared/segments.js";
import { classListFrom, dataSetOf, inFile, pathsOf, photosIn, withoutEnding } from "../shared/set-reading.js";
import { classesFor, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { thingFinder } from "../shared/things.js";
import { segmentsInfo } from "./index.js";
import { decodeSegmentsInfo } from "./read.js";
import { encodeSegments } from "./write.js";

/** How a folder of `segments_info` is read. */
export interface SegmentsInfoSetReadOptions extends LimitOptions, AbortableOptions {
  /**
   * What the class ids are called. Default: the file `classes.json` beside the lists, or in a folder above. Without one, a
   * class is called by its id.
   */
  readonly classes?: ClassList;
}

/** How a folder of `segments_info` is written. */
export interface SegmentsInfoSetOptions extends WriteSetOptions {
  /** What has the segment ids: `NAME.npy`, int32, or `NAME.png`, R + 256 G + 256² B. Default `"npy"`. */
  readonly maps?: "npy" | "png";
  /**
   * The names of the thing classes. Default: the classes that the list calls things, and those of which the image has an
   * object or a label that is a thing.
   */
  readonly things?: Iterable<string>;
  /** What an object of a thing class is if its label has no number. Default `"numbered"`: a group, which becomes stuff. */
  readonly objects?: SegmentOptions["objects"];
  /** For `objects: "components"`: the least area of an object, in pixels. Smaller ones are left out. Default 1. */
  readonly minArea?: number;
}

/**
 * Reads a folder of `segments_info`, and its subfolders. `NAME.json` is the list of the segments, or an object with the list
 * as `segments_info`. The map of its ids is `NAME.npy`, or `NAME.png`, whose ids are R + 256 G + 256² B. JSON files without
 * a map are left out, and an issue counts them.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no JSON file with a map.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readSegmentsInfoSet(
  source: FileSource,
  options: SegmentsInfoSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(checkOptions(options), "classes maxPixels maxBytes verify strict signal", "the options");
  const { classes: given, ...limits } = options;
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const exists = new Set(paths);
  const lists = new Map<string, Promise<ClassList>>();
  const listFor = async (path: string): Promise<ClassList | undefined> => {
    if (given !== undefined) return given;
    const file = nearestList(path, exists);
    if (file === null) return undefined;
    const list = lists.get(file) ?? readList(abortable, file);
    lists.set(file, list);
    return list;
  };
  const jsons = paths.filter((path) => /\.json$/i.test(path) && !path.endsWith(CLASSES));
  const found = jsons.map((path) => {
    const stem = withoutEnding(path);
    return { path, map: [`${stem}.npy`, `${stem}.png`].find((each) => exists.has(each)) };
  });
  const maps = new Set(found.map(({ map }) => map));
  const photos = photosIn(
    paths.filter((path) => !maps.has(path)),
    "",
  );
  const photoOf = (name: string) =>
    photos.get(name.normalize("NFC")) ?? photos.get(`${name}_image`.normalize("NFC"));
  const listed = found.flatMap(({ path, map }) => {
    if (map === undefined) return [];
    const name = withoutEnding(path);
    return {
      ...{ name, mask: map, split: null, photo: photoOf(name) ?? null },
      decode: async () => {
        const list = await listFor(path);
        const segments_info = await readInfo(abortable, path);
        const { segmentation, issues } = await readIds(await abortable.read(map), map, limits);
        const named = list === undefined ? {} : { classes: list };
        const decoded = await inFile(path, async () =>
          decodeSegmentsInfo({ segmentation, segments_info }, named),
        );
        return withIssues(decoded, issues);
      },
    };
  });
  const without = found.filter(({ map }) => map === undefined);
  const missing = `${counted(without.length, "JSON file has", "JSON files have")} no map of its name (.npy or .png), first ${quote(without[0]?.path ?? "")}.`;
  return dataSetOf(segmentsInfo, listed, {
    reason: `${segmentsInfo.title}: ${counted(listed.length, "list of segments with its map", "lists of segments with their maps")}.`,
    classes: async () => {
      const first = found.find(({ map }) => map !== undefined)!;
      const list = await listFor(first.path);
      return (
        list ??
        namelessClasses(
          abortable,
          found.filter(({ map }) => map !== undefined).map(({ path }) => path),
        )
      );
    },
    issues: without.length === 0 ? [] : [{ code: "mask-missing", message: missing, path: without[0]!.path }],
  });
}

/** The list of segments. @throws {FormatError} FORMAT_INVALID: the file is not JSON. */
async function readInfo(source: FileSource, path: string): Promise<readonly object[]> {
  const json = await readJson(source, path);
  return (isObject(json) ? json.segments_info : json) as readonly object[];
}

/** The map of segment ids, from an array or a PNG. */
async function readIds(bytes: Uint8Array, path: string, limits: LimitOptions & AbortableOptions) {
  if (/\.npy$/i.test(path)) {
    return { segmentation: checkPixels(npyToMap(decodeNpy(bytes)), limits.maxPixels), issues: [] };
  }
  const { width, height, data, ids, issues } = await decodeIds(bytes, limits);
  lookUpValues(data, Int32Array.from([-1, ...ids]), data);
  return { segmentation: { width, height, data }, issues };
}

/** The class ids of all lists. Each is called by its id, and is a thing if it has a segment that is not fused. */
async function namelessClasses(source: FileSource, paths: readonly string[]): Promise<ClassList> {
  const classes = new Map<number, ClassEntry>();
  for (const path of paths) {
    const info: unknown = await readInfo(source, path);
    for (const segment of Array.isArray(info) ? info : []) {
      if (!isObject(segment)) continue;
      const id = segment.label_id ?? segment.category_id;
      if (!Number.isInteger(id)) continue;
      const isThing = classes.get(id as number)?.isThing === true || segment.was_fused !== true;
      classes.set(id as number, { id: id as number, name: String(id), isThing });
    }
  }
  return classListFrom([...classes.values()].sort((a, b) => a.id - b.id));
}

/**
 * Writes a folder of `segments_info`: `NAME.json` with `{ "segments_info": [...] }`, the map of its ids, and `classes.json`.
 * `label_id` is the class id of the list.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeSegmentsInfoSet<const Given extends object = SegmentsInfoSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, SegmentsInfoSetOptions>,
): Promise<WrittenSet>;
export async function writeSegmentsInfoSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: SegmentsInfoSetOptions = {},
): Promise<WrittenSet> {
  const { maps = "npy", objects = "numbered", missing = "error", minArea, things } = checkOptions(options);
  if (maps !== "npy" && maps !== "png") throw invalid('maps must be "npy" or "png".');
  if (typeof things === "string") throw invalid("things is a string; give an array of class names.");
  const writer = new SetWriter(sink, options, "train", "maps things objects minArea");
  const classes = await classesFor(items, options);
  const thingsIn = thingFinder(classes, objects, things === undefined ? undefined : [...things]);
  const encode = (map: DenseMap) => (maps === "npy" ? encodeNpy(map) : encodeIds(map));
  const photoPath = ({ name, photoEnding }: { name: string; photoEnding: string }) =>
    `${name}${photoEnding.toLowerCase() === ".png" ? "_image" : ""}${photoEnding}`;
  for await (const { name, map } of writer.open(items, photoPath)) {
    const { segmentation, segments_info, issues, groups } = encodeSegments(map, classes, {
      ...{ things: thingsIn(map), objects, missing },
      ...(minArea !== undefined && { minArea }),
    });
    writer.loseClasses(map, classes, name);
    writer.loseIssues(issues, name);
    writer.lose("crowd-is-stuff", groups, name);
    await writer.write(`${name}.json`, JSON.stringify({ segments_info }));
    await writer.write(`${name}.${maps}`, encode(segmentation));
  }
  await writer.write(CLASSES, JSON.stringify(classes));
  return writer.result();
}
