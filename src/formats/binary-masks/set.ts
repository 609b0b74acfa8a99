/** Whole folders of binary masks. A pattern says which part of a path is the image, the class and the object's number. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { FormatError, type Issue } from "../../errors.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import type { DataSet, FileSink, FileSource, WriteSetOptions, WrittenSet } from "../set.js";
import { abortableSource } from "../shared/abortable.js";
import { checkThings } from "../shared/drawn-objects.js";
import { compareNaturally } from "../shared/natural-order.js";
import { checkClassList, classIdsOf } from "../shared/segments.js";
import { dataSetOf, type ListedItem, pathsOf, withoutEnding } from "../shared/set-reading.js";
import { classesFor, type ItemsToWrite, SetWriter } from "../shared/set-writing.js";
import { binaryMasks } from "./index.js";
import { type PathParts, type PathPattern, parsePattern } from "./pattern.js";
import { proposePatterns } from "./propose.js";
import { type BinaryMasksReadOptions, checkOrder, classesFrom, decodeBinaryMasks } from "./read.js";
import { checkThreshold } from "./values.js";
import { type BinaryMasksOptions, masksOf } from "./write.js";

/** How a folder of binary masks is read. */
export interface BinaryMasksSetReadOptions extends BinaryMasksReadOptions {
  /**
   * How the paths are made: `{image}/{class}_{instance}.png`, `{class}/{image}.png`, `{image}_{class}.png`. `{image}` may have
   * folders; `{instance}` is a number; `{split}` is a part such as `train`; `*` is anything but `/`; and what is in `[ ]` may be
   * missing: `{image}/{class}[_{instance}].png`. Without `{class}`, all masks are of the class `object`. Default: the pattern
   * that the paths have, if it is clear.
   */
  readonly pattern?: string;
  /** Only the images of this part, if the pattern has `{split}`. */
  readonly split?: string;
}

/** How a folder of binary masks is written. */
export interface BinaryMasksSetOptions extends WriteSetOptions, BinaryMasksOptions {
  /** How the paths are made. Default: `{image}/{class}[_{instance}].png`, or `{image}/{class}.png` with a mask per class. */
  readonly pattern?: string;
}

/** The class of masks whose pattern has none. */
const OBJECT = "object";

/**
 * Reads a folder of binary masks. The masks of an image are in the natural order of their paths (`car_2` before `car_10`).
 * They are read when you ask for its map. With `classes`, a class in a path is one of these names or aliases; so it may have an underscore
 * beside one of the pattern.
 *
 * @throws {FormatError} FORMAT_INVALID: no PNG fits the pattern. FORMAT_UNSUPPORTED: the pattern is not clear; the error
 *   lists those that fit.
 * @throws {ClassError} CLASS_UNKNOWN: `order` lacks a class.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function readBinaryMasks<const Given extends object = BinaryMasksSetReadOptions>(
  source: FileSource,
  options?: OrConst<Given, BinaryMasksSetReadOptions>,
): Promise<DataSet>;
export async function readBinaryMasks(
  source: FileSource,
  options: BinaryMasksSetReadOptions = {},
): Promise<DataSet> {
  checkKeys(
    checkOptions(options),
    "pattern split order threshold things classes maxPixels maxBytes verify strict signal",
    "the options",
  );
  const { pattern: given, split: wanted, things, classes: known, ...reading } = options;
  if (known !== undefined) checkClassList(known);
  checkOrder(reading.order ?? "last");
  checkThreshold(reading.threshold);
  const names = checkThings(things);
  const abortable = abortableSource(source, options.signal);
  const paths = await pathsOf(abortable);
  const classNames = known?.classes.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const pattern = parsePattern(given ?? choosePattern(paths), classNames);
  const images = new Map<string, Found[]>();
  const strangers: string[] = [];
  for (const path of paths.filter((each) => /\.png$/i.test(each))) {
    const parts = pattern.match(path);
    if (parts === null) strangers.push(path);
    else if (wanted === undefined || parts.split === wanted) addTo(images, { ...parts, path });
  }
  const masks = [...images.values()].flat();
  const classes = known ?? classesFrom(masks.map((mask) => ({ className: mask.class ?? OBJECT })));
  const photoOf = photoFinder(paths, new Set(masks.map(({ path }) => path)));
  const isUnique = new Set(masks.map(({ image }) => image)).size === images.size;
  const used = new Set<string>();
  const listed = [...images.values()].map((found): ListedItem => {
    const { image, split = null } = found[0]!;
    const photo = photoOf(image);
    if (photo !== null) used.add(photo);
    return {
      ...{ name: isUnique || split === null ? image : `${split}/${image}`, photo, split },
      mask: `the masks of ${image}`,
      decode: () =>
        decodeBinaryMasks(
          [...found].sort(byPath).map(({ path, class: className = OBJECT, instance }) => ({
            ...{ className, instance, name: path, png: () => abortable.read(path) },
          })),
          { ...reading, classes, ...(names !== undefined && { things: names }) },
        ),
    };
  });
  return dataSetOf(binaryMasks, listed, {
    reason: `${binaryMasks.title}: ${pattern.text} (${counted(masks.length, "mask")} of ${counted(listed.length, "image")}).`,
    classes: async () => classes,
    issues: notMatched(
      strangers.filter((path) => !used.has(path)),
      pattern,
    ),
  });
}

type Found = PathParts & { readonly path: string };

function addTo(images: Map<string, Found[]>, found: Found): void {
  const key = JSON.stringify([found.split ?? null, found.image]);
  const known = images.get(key);
  if (known === undefined) images.set(key, [found]);
  else known.push(found);
}

const byPath = (a: Found, b: Found) => compareNaturally(a.path, b.path) || (a.path < b.path ? -1 : 1);

function notMatched(paths: readonly string[], { text }: PathPattern): Issue[] {
  if (paths.length === 0) return [];
  const which = counted(paths.length, "PNG does", "PNGs do");
  const message = `${which} not fit the pattern ${quote(text)}, first ${quote(paths[0]!)}.`;
  return [{ code: "file-not-matched", message, path: paths[0]! }];
}

/** @throws {FormatError} FORMAT_INVALID: there is no PNG. FORMAT_UNSUPPORTED: no pattern, or several, fit */
function choosePattern(paths: readonly string[]): string {
  const proposals = proposePatterns(paths);
  if (proposals.length === 1) return proposals[0]!.pattern;
  const fitting = proposals.map(({ pattern }) => quote(pattern)).join(" or ");
  const problem =
    fitting === "" ? "it is not clear how the masks are named" : `the masks may be named ${fitting}`;
  const remedy = "say it as `pattern`, such as {image}/{class}_{instance}.png or {class}/{image}.png";
  throw new FormatError("FORMAT_UNSUPPORTED", binaryMasks.title, `${problem}; ${remedy}.`);
}

/** Finds the photo of an image: a file of its path, or the only one of its name in any folder. */
function photoFinder(paths: readonly string[], masks: ReadonlySet<string>): (image: string) => string | null {
  const byStem = new Map<string, string[]>();
  const add = (stem: string, path: string) => {
    const known = byStem.get(stem);
    if (known === undefined) byStem.set(stem, [path]);
    else known.push(path);
  };
  for (const path of paths) {
    if (masks.has(path) || !/\.(?:jpe?g|png|webp|bmp|tiff?)$/i.test(path)) continue;
    const stem = withoutEnding(path);
    add(stem, path);
    if (stem.includes("/")) add(stem.slice(stem.lastIndexOf("/") + 1), path);
  }
  return (image) => {
    const exact = byStem.get(image)?.find((path) => withoutEnding(path) === image);
    const named = byStem.get(image.slice(image.lastIndexOf("/") + 1)) ?? [];
    return exact ?? (named.length === 1 ? named[0]! : null);
  };
}

/**
 * Writes a folder of binary masks: a PNG for each object and each class of stuff, or for each class. Pixels of void are in no
 * mask.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels.
 * @throws {FormatError} FORMAT_INVALID: the path of a mask would not give back its image, class and number.
 * @throws {DecodeError} OPTION_INVALID
 */
export async function writeBinaryMasks<const Given extends object = BinaryMasksSetOptions>(
  items: ItemsToWrite,
  sink: FileSink,
  options?: OrConst<Given, BinaryMasksSetOptions>,
): Promise<WrittenSet>;
export async function writeBinaryMasks(
  items: ItemsToWrite,
  sink: FileSink,
  options: BinaryMasksSetOptions = {},
): Promise<WrittenSet> {
  const { missing = "error", bitDepth } = checkOptions(options);
  const byDefault = `{image}/{class}${options.per === "class" ? "" : "[_{instance}]"}.png`;
  const pattern = parsePattern(options.pattern ?? byDefault);
  const per = options.per ?? (pattern.has("instance") ? "object" : "class");
  if (!pattern.has("class")) throw invalid(`pattern ${quote(pattern.text)}: it has no {class}.`);
  if (per === "object" && !pattern.has("instance")) {
    throw invalid(
      `pattern ${quote(pattern.text)}: it has no {instance}; pass per: "class" for one mask per class.`,
    );
  }
  const writer = new SetWriter(sink, options, "train", "per bitDepth pattern");
  const classes = await classesFor(items, options);
  const nameOfId = new Map(classes.classes.map(({ id, name }) => [id, name]));
  const photoPath = ({ name, photoEnding }: { name: string; photoEnding: string }) => {
    const path = `${name}${photoEnding}`;
    return pattern.match(path) === null ? path : null;
  };
  for await (const { name, split, map } of writer.open(items, photoPath)) {
    const classNames = classIdsOf(map, classes, { missing }).map((id) => nameOfId.get(id as number));
    const part = pattern.has("split") ? split : undefined;
    let written = 0;
    for (const mask of masksOf(map, classNames, { per, ...(bitDepth !== undefined && { bitDepth }) })) {
      const parts = { image: name, class: mask.className, instance: mask.instance, split: part };
      await writer.write(pathOf(pattern, parts), mask.png);
      written++;
    }
    if (written === 0) writer.lose("image-without-mask", 1, name);
    writer.loseClasses(map, classes, name);
    loseObjects(writer, map, classNames, per, name);
  }
  return writer.result();
}

/** @throws {FormatError} FORMAT_INVALID: the pattern gives no path, or one that says something else. */
function pathOf(pattern: PathPattern, parts: PathParts): string {
  const path = pattern.format(parts);
  const back = path === null ? null : pattern.match(path);
  const isSame =
    back !== null &&
    back.image === parts.image &&
    back.class === parts.class &&
    back.instance === parts.instance &&
    back.split === parts.split;
  if (isSame) return path!;
  const what = `the mask of ${quote(parts.class!)}${parts.instance === undefined ? "" : ` # ${parts.instance}`}`;
  const problem =
    path === null
      ? `${what} has no path in the pattern ${quote(pattern.text)}`
      : `the path ${quote(path)} would not give back ${what} of ${quote(parts.image)}`;
  const remedy = "use {image}/{class}[_{instance}].png, or rename the class";
  throw new FormatError("FORMAT_INVALID", binaryMasks.title, `${problem}; ${remedy}.`);
}

/** Counts objects that are one mask, and crowds that the reader takes for stuff. */
function loseObjects(
  writer: SetWriter,
  map: LabelledPixels,
  classNames: readonly (string | undefined)[],
  per: "object" | "class",
  name: string,
): void {
  const present = map.labels.filter(
    ({ index, pixelCount }) => pixelCount > 0 && classNames[index] !== undefined,
  );
  const objects = present.filter(({ instanceNumber }) => instanceNumber > 0);
  if (per === "class") writer.lose("objects-in-class-mask", objects.length, name);
  const numbered = new Set(per === "class" ? [] : objects.map(({ index }) => classNames[index]));
  const crowds = present.filter(({ isCrowd, index }) => isCrowd && !numbered.has(classNames[index]));
  writer.lose("crowd-is-stuff", crowds.length, name);
}
