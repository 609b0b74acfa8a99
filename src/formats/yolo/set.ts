/**
 * Whole data sets of YOLO segmentation: `data.yaml`, the photos of each part, and their labels in `labels/` instead of
 * `images/` (Ultralytics, `img2label_paths` and `check_det_dataset` in ultralytics/data/utils.py). The labels are shares of
 * the photo's size, which is read from the head of the photo.
 */

import { checkOptions } from "../../checks/arguments.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { DecodeError, FormatError, type Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { isClassList } from "../../legend/is-class-list.js";
import { readText, textOf } from "../files.js";
import type { DataSet, FileSource } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { checkThings, type ShapeReadOptions } from "../shared/drawn-objects.js";
import { checkSizeOption, type SizeOption, sizeOfImage } from "../shared/photo-sizes.js";
import { classListFrom, dataSetOf, inFile, type ListedItem, pathsOf } from "../shared/set-reading.js";
import { yoloData } from "./data-yaml.js";
import { yolo } from "./index.js";
import { listParts, type PartImage } from "./parts.js";
import { yoloToMap } from "./read.js";
import { keysOf, linesOf } from "./yaml.js";

export { writeYoloSet, type YoloSetOptions } from "./set-write.js";

/** How a set of YOLO is read. */
export interface YoloSetReadOptions extends ShapeReadOptions, AbortableOptions {
  /** Only the images of this part: `train`, `val` or `test`. Default: all parts. */
  readonly split?: string;
  /** The path of the file `data.yaml`, if there are several, or if it has another ending. */
  readonly data?: string;
  /** The classes, for a set without `data.yaml`. Then all text files in folders called `labels` are read. */
  readonly classes?: readonly string[] | ClassList;
  /** The size in pixels of images whose photo is missing or of an unknown type, or a function that gives it for the name of an image. */
  readonly size?: SizeOption;
}

/**
 * Reads a set of YOLO. Photos without a file of labels are images without objects, as in Ultralytics. Each line is an object,
 * unless `things` says which classes have objects. Class ids are the indices.
 *
 * @throws {FormatError} FORMAT_INVALID: `data.yaml` is missing or malformed, or none of its parts is in the source.
 *   FORMAT_UNSUPPORTED: `data.yaml` has a form that is not read.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or there are several files like `data.yaml`.
 */
export async function readYoloSet(source: FileSource, options: YoloSetReadOptions = {}): Promise<DataSet> {
  const keys = "split data classes size things maxPixels signal";
  checkKeys(checkOptions(options), keys, "the options");
  const { split: wanted, data, size, signal, ...reading } = options;
  checkThings(options.things);
  checkSizeOption(size);
  const abortable = abortableSource(source, signal);
  const paths = await pathsOf(abortable);
  const yaml = await findYaml(abortable, paths, data);
  if (yaml === null && options.classes === undefined) {
    const problem = "there is no data.yaml with names, so the classes are unknown; add it, or give `classes`";
    throw new FormatError("FORMAT_INVALID", yolo.title, `${problem}.`);
  }
  const about = yaml === null ? null : await inFile(yaml.path, async () => yoloData(yaml.text));
  const classes = options.classes ?? about!.names;
  const list = isClassList(classes) ? classes : classListFrom(classes.map((name, id) => ({ id, name })));
  const { images, issues } = await listParts(abortable, paths, about, yaml?.path ?? "");
  const kept = images.filter(({ split }) => wanted === undefined || split === wanted);
  const listed = kept.map((image): ListedItem => {
    const { name, photo, labels, split } = image;
    return {
      ...{ name, photo, split, mask: labels ?? photo! },
      decode: async () => {
        const ofImage = await sizeOfImage(abortable, { name, photo, labels: labels ?? photo! }, size);
        const text = labels === null ? "" : await readText(abortable, labels);
        return yoloToMap(text, { ...reading, ...ofImage, classes });
      },
    };
  });
  const without = kept.filter(({ labels }) => labels === null);
  const where = yaml === null ? "labels/" : yaml.path;
  return dataSetOf(yolo, listed, {
    reason: `${yolo.title}: ${where} (${counted(kept.length, "image")}).`,
    classes: async () => list,
    issues: without.length === 0 ? issues : [...issues, withoutLabels(without)],
  });
}

function withoutLabels(images: readonly PartImage[]): Issue {
  const path = images[0]!.photo!;
  const message = `${counted(images.length, "photo has", "photos have")} no file of labels, first ${quote(path)}; nothing in them is labelled.`;
  return { code: "labels-missing", message, path };
}

/** So much of each YAML file is read to see whether it is `data.yaml`. Configurations of other tools may be long. */
const HEAD_BYTES = 65_536;
const PARTS = ["train", "val", "test"];

/** The file `data.yaml`: the only YAML file with names and a part. */
async function findYaml(source: FileSource, paths: readonly string[], wanted: string | undefined) {
  if (wanted !== undefined) {
    if (!paths.includes(wanted)) throw invalid(`data is ${quote(wanted)}; there is no such file.`);
    return { path: wanted, text: await readText(source, wanted) };
  }
  const found: { path: string; text: string }[] = [];
  for (const path of paths.filter((each) => /\.ya?ml$/i.test(each))) {
    const head = await source.read(path, HEAD_BYTES);
    const isWhole = head.length < HEAD_BYTES;
    const start = new TextDecoder().decode(head);
    // A list of names may be longer than the start of the file. Then the parts may come after it.
    const keys = keysOf(linesOf(isWhole ? start : start.slice(0, start.lastIndexOf("\n") + 1)));
    if (!["names", ...PARTS].some((key) => keys.has(key))) continue;
    const text = isWhole ? textOf(head, path) : await readText(source, path);
    const all = isWhole ? keys : keysOf(linesOf(text));
    if (all.has("names") && PARTS.some((part) => all.has(part))) found.push({ path, text });
  }
  if (found.length < 2) return found[0] ?? null;
  const names = found.slice(0, 5).map(({ path }) => quote(path));
  const problem = `there are ${found.length} files with names and parts: ${names.join(", ")}`;
  throw new DecodeError("OPTION_INVALID", `${yolo.title}: ${problem}; say which one as \`data\`.`);
}
