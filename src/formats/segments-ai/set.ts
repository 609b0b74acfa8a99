/**
 * Whole releases of segments.ai: the JSON file, and the bitmaps or photos that `SegmentsDataset` of the package segments-ai has
 * downloaded (src/segments/dataset.py at 03b1ee5). The JSON file has addresses of them. They are never fetched.
 */

import { checkOptions } from "../../checks/arguments.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { LimitOptions } from "../../decode/limits.js";
import { FormatError, type Issue } from "../../errors.js";
import type { DataSet, FileSource } from "../set.js";
import { type AbortableOptions, abortableSource } from "../shared/abortable.js";
import { arrayAt, type Fields, objectAt } from "../shared/fields.js";
import { finderOf, lastPart } from "../shared/find-files.js";
import { checkSizeOption, type SizeOption, sizeOfImage } from "../shared/photo-sizes.js";
import {
  classListFrom,
  dataSetOf,
  folderOf,
  inFile,
  joinPaths,
  type ListedItem,
  pathsOf,
  withoutEnding,
} from "../shared/set-reading.js";
import { segmentsAi } from "./index.js";
import { decodeSegmentsAi } from "./read.js";
import { categoriesOf, findRelease, nameOf } from "./release.js";
import { decodeSegmentsAiVector } from "./vector.js";

/** How a release of segments.ai is read. */
export interface SegmentsAiSetReadOptions extends LimitOptions, AbortableOptions {
  /** The label set that is read. Default `"ground-truth"`. */
  readonly labelset?: string;
  /** The path of the release, if the folder has several. */
  readonly release?: string;
  /**
   * For vector labels: the size in pixels of images whose photo is missing or of an unknown type, or a function that gives it
   * for the name of an image.
   */
  readonly size?: SizeOption;
}

/**
 * Reads a release of segments.ai. The bitmap of a sample `a.jpg` is `a_label_ground-truth.png`, or the file that its address
 * ends with, beside the JSON file or anywhere if it is the only one of its name. Samples without a bitmap in the folder are
 * left out, and so are samples that nobody has labelled. Issues count them.
 *
 * The polygons and boxes of a release with vector labels are in the JSON file itself. They are drawn in the size of the photo
 * `a.jpg`, which must be in the folder, unless `size` says it.
 *
 * @throws {FormatError} FORMAT_INVALID: there is no release, it is malformed, or no sample has a bitmap in the folder.
 *   FORMAT_UNSUPPORTED: the task type has no areas.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or there are several releases.
 */
export async function readSegmentsAiSet(
  source: FileSource,
  options: SegmentsAiSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(
    checkOptions(options),
    "labelset release size maxPixels maxBytes verify strict signal",
    "the options",
  );
  const { labelset = "ground-truth", release: wanted, size, ...limits } = options;
  checkSizeOption(size);
  if (typeof labelset !== "string" || labelset === "")
    throw invalid("labelset must be the name of a label set.");
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const { path, dataset, isVector } = await findRelease(abortable, paths, wanted);
  const categories = categoriesOf(dataset, path);
  const find = finderOf(paths);
  const listed: ListedItem[] = [];
  const unlabelled: string[] = [];
  const missing: string[] = [];
  for (const [place, item] of arrayAt(dataset.samples, "dataset.samples", path).entries()) {
    const where = `dataset.samples[${place}]`;
    const sample = objectAt(item, where, path);
    const name = nameOf(sample.name, where, path);
    const label = isObject(sample.labels) ? sample.labels[labelset] : undefined;
    if (!isObject(label) || !isObject(label.attributes)) {
      unlabelled.push(name);
      continue;
    }
    const { attributes } = label;
    const annotations = attributes.annotations as readonly object[];
    const about = { name: withoutEnding(name), split: null };
    if (isVector) {
      const photo = find(name, joinPaths(folderOf(path), name), name);
      listed.push({
        ...{ ...about, mask: path, photo },
        decode: async () => {
          const { width, height } = await sizeOfImage(
            abortable,
            { ...about, photo, labels: `${path}: ${where}` },
            size,
          );
          const { maxPixels } = limits;
          const drawing = { width, height, categories, ...(maxPixels !== undefined && { maxPixels }) };
          return inFile(`${path}: ${where}`, async () => decodeSegmentsAiVector({ annotations }, drawing));
        },
      });
      continue;
    }
    const mask = bitmapOf(name, attributes, labelset, path, find);
    if (mask === null) {
      missing.push(name);
      continue;
    }
    const photo = find(name, joinPaths(folderOf(path), name), name);
    listed.push({
      ...{ ...about, mask, photo: photo === mask ? null : photo },
      decode: async () => {
        const png = await abortable.read(mask);
        return inFile(`${path}: ${where}`, () =>
          decodeSegmentsAi(png, { annotations }, { ...limits, categories }),
        );
      },
    });
  }
  if (listed.length === 0) throw nothingToRead(path, labelset, missing, unlabelled);
  return dataSetOf(segmentsAi, listed, {
    reason: `${segmentsAi.title}: ${path} (${counted(listed.length, isVector ? "vector label" : "bitmap")}).`,
    classes: async () =>
      classListFrom(
        categories.map(({ id, name, has_instances: isThing }) => ({ id, name, isThing: isThing !== false })),
      ),
    issues: issuesOf(path, labelset, missing, unlabelled),
  });
}

function bitmapOf(
  name: string,
  { segmentation_bitmap: bitmap }: Fields,
  labelset: string,
  path: string,
  find: (file: string, ...expected: string[]) => string | null,
): string | null {
  const file = `${withoutEnding(name)}_label_${labelset}.png`;
  const found = find(file, joinPaths(folderOf(path), file), file);
  if (found !== null || !isObject(bitmap) || typeof bitmap.url !== "string") return found;
  const last = lastPart(bitmap.url.replace(/[?#].*$/, ""));
  return /\.png$/i.test(last) ? find(last) : null;
}

const HOW_TO_GET = "download them with SegmentsDataset of the Python package segments-ai, and add its folder";

function nothingToRead(
  path: string,
  labelset: string,
  missing: readonly string[],
  unlabelled: readonly string[],
): FormatError {
  const ofMissing = `the bitmaps of all samples are missing, and their addresses are not fetched; ${HOW_TO_GET}`;
  const ofUnlabelled =
    unlabelled.length === 0
      ? "dataset.samples: is empty"
      : `no sample has a label in the label set ${quote(labelset)}; name another one as \`labelset\``;
  return new FormatError("FORMAT_INVALID", path, `${missing.length > 0 ? ofMissing : ofUnlabelled}.`);
}

function issuesOf(
  path: string,
  labelset: string,
  missing: readonly string[],
  unlabelled: readonly string[],
): Issue[] {
  const issues: Issue[] = [];
  if (missing.length > 0) {
    const which = `${path}: the bitmaps of ${counted(missing.length, "sample")} are missing, first that of ${quote(missing[0]!)}`;
    const message = `${which}. Their addresses are not fetched; ${HOW_TO_GET}.`;
    issues.push({ code: "mask-missing", message, path });
  }
  if (unlabelled.length > 0) {
    const message = `${path}: ${counted(unlabelled.length, "sample has", "samples have")} no label in the label set ${quote(labelset)}, first ${quote(unlabelled[0]!)}.`;
    issues.push({ code: "sample-unlabelled", message, path });
  }
  return issues;
}
