/** Label maps to a set of YOLO: a file of labels per image, the photos beside them, and `data.yaml` at the end. */

import type { OrConst } from "../../checks/const-options.js";
import { quote } from "../../checks/describe.js";
import type { Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import type { FileSink, WriteSetOptions, WrittenSet } from "../set.js";
import type { SegmentOptions } from "../shared/segments.js";
import { classesFor, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { thingFinder } from "../shared/things.js";
import { labelsOfImage, type YoloOptions } from "./write.js";

/** How a set of YOLO is written. */
export interface YoloSetOptions extends WriteSetOptions, Pick<YoloOptions, "holes" | "simplify" | "stuff"> {
  /**
   * The names of the thing classes. Default: the classes that the list calls things, and in each image those of which it
   * has an object or a label that is a thing.
   */
  readonly things?: Iterable<string>;
  /** What an object of a thing class is if its label has no number. Default `"numbered"`: a group, which has no line. */
  readonly objects?: SegmentOptions["objects"];
  /** For `objects: "components"`: the least area of an object, in pixels. Smaller ones are left out. Default 1. */
  readonly minArea?: number;
}

/**
 * Writes a set of YOLO: `labels/SPLIT/NAME.txt`, `images/SPLIT/NAME.jpg` if you give `photos`, and `data.yaml` with the names.
 * A class index is the place of the class in the list. Readers need the photos, since the labels are shares of their size.
 *
 * `issues` also has `part-missing` if the set has no `train` or no `val`, which Ultralytics needs, and
 * `part-renamed` if `data.yaml` calls a part by another name.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, or one of `things`.
 * @throws {DecodeError} OPTION_INVALID.
 */
export async function writeYoloSet<const Given extends object = YoloSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, YoloSetOptions>,
): Promise<WrittenSet>;
export async function writeYoloSet(
  items: ItemsToWrite,
  sink: FileSink,
  options: YoloSetOptions = {},
): Promise<WrittenSet> {
  const { objects = "numbered", missing = "error", minArea, things, holes, simplify, stuff } = options;
  const writer = new SetWriter(sink, options, "train", "holes simplify stuff things objects minArea");
  const classes = await classesFor(items, options);
  const named = things === undefined ? undefined : typeof things === "string" ? things : [...things];
  const splits = new Set<string>();
  const photoPath = (item: { name: string; split: string; photoEnding: string }) =>
    `images/${item.split}/${item.name}${item.photoEnding}`;
  const thingsIn = thingFinder(classes, objects, named);
  for await (const { name, split, map } of writer.open(items, photoPath)) {
    const { text, losses, issues } = labelsOfImage(map, classes, {
      ...{ things: thingsIn(map), objects, missing },
      ...(minArea !== undefined && { minArea }),
      ...(holes !== undefined && { holes }),
      ...(simplify !== undefined && { simplify }),
      ...(stuff !== undefined && { stuff }),
    });
    writer.loseClasses(map, classes, name);
    writer.lose("hole-covered", losses.holePixels, name);
    writer.lose("object-split", losses.splitObjects, name);
    writer.lose("group-left-out", losses.groupPixels, name);
    writer.lose("stuff-not-written", losses.stuffPixels, name);
    writer.loseIssues(issues, name);
    await writer.write(`labels/${split}/${name}.txt`, text);
    splits.add(split);
  }
  const parts = partsOf(splits);
  await writer.write("data.yaml", yamlOf(parts, classes));
  const result = writer.result();
  const lacking = ["train", "val"].filter((key) => !parts.has(key));
  const renamed = [...splits].filter((split) => !parts.has(split));
  const issues = [...result.issues, ...lacking.map(partMissing), ...renamed.map(partRenamed)];
  return { ...result, issues };
}

/** Of the parts that Ultralytics knows, the one that a part belongs to. */
function keyOf(split: string): string {
  return /^(?:train|val|test)/i.exec(split)?.[0].toLowerCase() ?? "train";
}

/** The key of each part in `data.yaml`, with its folders: `train2017` is `train`, and `valid` is `val`. */
function partsOf(splits: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const parts = new Map<string, string[]>();
  for (const split of splits) {
    const key = keyOf(split);
    parts.set(key, [...(parts.get(key) ?? []), `images/${split}`]);
  }
  return parts;
}

function yamlOf(parts: ReadonlyMap<string, readonly string[]>, classes: ClassList): string {
  const folders = [...parts].map(([key, paths]) =>
    paths.length === 1 ? `${key}: ${textOf(paths[0])}\n` : `${key}: ${textOf(paths)}\n`,
  );
  const names = classes.classes.map(({ name }, place) => `  ${place}: ${textOf(name)}\n`);
  return `${folders.join("")}names:\n${names.join("")}`;
}

/** JSON, which is YAML too, except for some characters that end a line in YAML. */
function textOf(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function partMissing(key: string): Issue {
  const message = `data.yaml has no ${key}, and Ultralytics needs train and val; split the images into parts.`;
  return { code: "part-missing", message, path: "data.yaml" };
}

function partRenamed(split: string): Issue {
  const message = `data.yaml calls the part ${quote(split)} ${keyOf(split)}, since Ultralytics knows train, val and test only.`;
  return { code: "part-renamed", message, path: "data.yaml" };
}
