/** What the writers of data sets share: one item after the other, photos, splits, and the count of what is lost. */

import { checkOptions } from "../../checks/arguments.js";
import { counted } from "../../checks/counted.js";
import { checkKeys, isObject, kindOf, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { Issue } from "../../errors.js";
import type { ClassList } from "../../legend/class-list.js";
import { isClassList } from "../../legend/is-class-list.js";
import { type LabelledPixels, labelledPixels } from "../../maps/labelled-map.js";
import { checkPath, fileExists } from "../files.js";
import type { DataSet, FileSink, ItemToWrite, WriteSetOptions, WrittenSet } from "../set.js";
import { abortableSink } from "./abortable.js";
import { checkMissing } from "./segments.js";

/** What an item is when its turn comes. */
export interface OpenItem {
  readonly name: string;
  /** The item's part, or the part of the options. */
  readonly split: string;
  readonly map: LabelledPixels;
  /** The ending of its photo, `.jpg`; null if it has none. */
  readonly photoEnding: string | null;
}

/** The items of a set, a list or a generator. */
export type ItemsToWrite = AsyncIterable<ItemToWrite> | Iterable<ItemToWrite>;

/** Writes files, and counts them. A path is written once. */
export class SetWriter {
  readonly #sink: FileSink;
  readonly #options: WriteSetOptions;
  readonly #written = new Set<string>();
  readonly #names = new Set<string>();
  readonly #losses = new Map<LossCode, Loss>();
  #images = 0;

  /**
   * @param defaultSplit the part of items that have none, if the options say nothing
   * @param own the names of the options that only this format has
   */
  constructor(
    sink: FileSink,
    options: WriteSetOptions,
    readonly defaultSplit: string,
    own: string,
  ) {
    if (typeof sink?.write !== "function") {
      throw invalid("The sink has no write; give createFolder(path) or memorySink().");
    }
    checkKeys(checkOptions(options), `classes split missing photos signal ${own}`.trim(), "the options");
    checkMissing(options.missing ?? "error");
    this.#sink = abortableSink(sink, options.signal);
    this.#options = options;
  }

  async write(path: string, content: Uint8Array | string): Promise<void> {
    if (this.#written.has(checkPath(path))) throw fileExists(path);
    this.#written.add(path);
    await this.#sink.write(path, content);
  }

  /**
   * Opens one item after the other. The next map is made when the caller is done with this one.
   * @param photoPath where the layout has the photo of an item; null if it has no place
   */
  async *open(
    items: ItemsToWrite,
    photoPath: (item: OpenItem & { readonly photoEnding: string }) => string | null,
  ): AsyncGenerator<OpenItem> {
    const list = items as AsyncIterable<ItemToWrite>;
    if (!isObject(items) && !Array.isArray(items)) {
      throw invalid(`The items are ${kindOf(items)}; give a data set or an array of items.`);
    }
    const { photos, signal } = this.#options;
    for await (const item of list) {
      signal?.throwIfAborted();
      const { name, map, photo = null } = item;
      checkPath(name);
      const split = item.split ?? this.#options.split ?? this.defaultSplit;
      if (checkPath(split).includes("/"))
        throw invalid(`split is ${quote(split)}; give a word such as train.`);
      const ofPart = `${split}/${name}`;
      if (this.#names.has(ofPart)) throw fileExists(name);
      this.#names.add(ofPart);
      const photoEnding = photo === null ? null : (/\.[^./]+$/.exec(photo)?.[0] ?? "");
      const pixels = labelledPixels(typeof map === "function" ? await map() : map);
      const opened = { name, split, map: pixels, photoEnding };
      yield opened;
      this.#images++;
      if (photo === null || photoEnding === null || photos === undefined) continue;
      const path = photoPath({ ...opened, photoEnding });
      if (path === null) this.lose("photo-not-written", 1, name);
      else await this.write(path, await photos.read(photo));
    }
  }

  /** Counts what is lost of an image. */
  lose(code: LossCode, count: number, name: string): void {
    if (count === 0) return;
    const known = this.#losses.get(code);
    if (known === undefined) this.#losses.set(code, { count, images: 1, first: name, last: name });
    else {
      known.count += count;
      if (known.last !== name) known.images++;
      known.last = name;
    }
  }

  /** Counts the issues of an image that say what its files lack. */
  loseIssues(issues: readonly Issue[], name: string): void {
    for (const { code } of issues) {
      if (code === "label-not-numbered" || code === "component-too-small") this.lose(code, 1, name);
    }
  }

  /** Counts the pixels whose class the list lacks, or calls void or ignored. */
  loseClasses(map: LabelledPixels, classes: ClassList, name: string): void {
    for (const { className, pixelCount } of map.labels) {
      const id = classes.idOf(className);
      if (id === undefined) this.lose("class-missing", pixelCount, name);
      else if (id === classes.voidId || id === classes.ignoreId) {
        this.lose("void-class-dropped", pixelCount, name);
      }
    }
  }

  /** Counts the crowds, for formats that do not tell them from stuff. */
  loseCrowds(map: LabelledPixels, name: string): void {
    const crowds = map.labels.filter(({ isCrowd, pixelCount }) => isCrowd && pixelCount > 0);
    this.lose("crowd-is-stuff", crowds.length, name);
  }

  /** Counts the labels without a number, for formats in which every label is an object. */
  loseUnnumbered(map: LabelledPixels, name: string): void {
    const unnumbered = map.labels.filter(
      ({ instanceNumber, pixelCount }) => instanceNumber === 0 && pixelCount > 0,
    );
    const groups = unnumbered.filter(({ isThing, isCrowd }) => isThing || isCrowd);
    this.lose("group-split", groups.length, name);
    this.lose("stuff-is-object", unnumbered.length - groups.length, name);
  }

  result(): WrittenSet {
    const issues = [...this.#losses].map(([code, { count, images, first }]): Issue => {
      const [unit, text] = LOSSES[code];
      const where =
        unit === "image"
          ? `first ${quote(first)}`
          : `in ${counted(images, "image")}, first in ${quote(first)}`;
      return { code, message: `${counted(count, unit)}${unit === "image" ? "," : ""} ${where}: ${text}` };
    });
    return { images: this.#images, files: this.#written.size, issues };
  }
}

interface Loss {
  count: number;
  images: number;
  readonly first: string;
  /** The images come one after the other. */
  last: string;
}

export type LossCode = keyof typeof LOSSES;

/** What is counted, and what happens to it. */
const LOSSES = {
  "class-missing": ["pixel", "the class list lacks their class, so they are void."],
  "class-not-written": ["pixel", "Cityscapes has no label for their class, so they are `unlabeled`."],
  "void-class-dropped": [
    "pixel",
    "their class is void or ignored in the class list, so they are unlabelled.",
  ],
  "crowd-is-stuff": ["crowd", "the format does not tell crowds from stuff, so they have no object number."],
  "unlabelled-is-background": ["pixel", "CVAT has no void, so unlabelled pixels become `background`."],
  "unlabelled-is-unlabeled": [
    "pixel",
    "every pixel of Cityscapes has a label, so unlabelled ones become `unlabeled`.",
  ],
  "stuff-numbered": [
    "label",
    "CVAT reads only masks with an object number, so stuff gets numbers too; read them with `things`.",
  ],
  "group-is-object": [
    "label",
    "CVAT reads only masks with an object number, so a group of objects without numbers is one object.",
  ],
  "group-is-one-object": [
    "label",
    "the format does not tell groups of objects from objects, so a group without numbers is one object.",
  ],
  "stuff-is-object": [
    "label",
    "the format does not tell stuff from objects, so stuff is an object too; read it with `things`.",
  ],
  "hole-filled": [
    "unlabelled pixel",
    'polygons of the format have no holes, so the pixels get the label around them; write it with shapes: "masks".',
  ],
  "attribute-not-written": [
    "attribute",
    "the format has only attributes that are a name with a text or number, so it is left out.",
  ],
  "image-without-mask": ["image", "no label has pixels, so there is no file of the image."],
  "objects-in-class-mask": ["object", "the mask of a class has all its objects, so they are one label."],
  "objects-merged": [
    "object",
    "a shared legend has one colour per class, so the objects of a class are one label.",
  ],
  "label-not-numbered": ["label", "a label without a number is one object."],
  "name-not-cityscapes": [
    "image",
    "the name is not CITY_SEQUENCE_FRAME, which the evaluation of Cityscapes needs.",
  ],
  "object-is-stuff": [
    "object",
    "Cityscapes numbers only objects of labels with instances, so the object is stuff of its label.",
  ],
  "stuff-not-written": ["pixel", "the format has objects only, so areas of stuff classes are left out."],
  "group-split": [
    "label",
    "the format has no groups of objects, so each area of a group is read as an object.",
  ],
  "hole-covered": [
    "pixel",
    'they are in holes, which YOLO does not have, so the object gets them; write it with holes: "connect".',
  ],
  "object-split": ["object", "it has several areas, and each becomes an object of its own."],
  "group-left-out": ["pixel", "they are of groups whose objects are not told apart, and are left out."],
  "number-not-written": ["object", "the format has class ids only, so the objects of a class are one label."],
  "component-too-small": ["image", "connected areas below `minArea` are left out."],
  "photo-not-written": ["photo", "the layout has no place for photos."],
} as const satisfies Readonly<Record<string, readonly [unit: string, text: string]>>;

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** The pixels that no label has. */
export function countUnlabelled({ width, height, labels }: LabelledPixels): number {
  return width * height - sumOf(labels.map(({ pixelCount }) => pixelCount));
}

/**
 * The class list of the options, or of the set that is written.
 * @throws {DecodeError} OPTION_INVALID: there is neither.
 */
export async function classesFor(items: ItemsToWrite, { classes }: WriteSetOptions): Promise<ClassList> {
  if (classes !== undefined) {
    if (isClassList(classes)) return classes;
    throw invalid(`classes is ${kindOf(classes)}; give a ClassList.`);
  }
  const { classes: ofSet } = items as Partial<DataSet>;
  if (typeof ofSet === "function") return ofSet();
  throw invalid("Give the class list as `classes`; only items of readSet have one of their own.");
}
