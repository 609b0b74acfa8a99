/** The images of a set as samples for training: the class ids of the mask, and the photo. One is in memory at a time. */

import { type ClassList, FormatError, LabelMap } from "labelmap";
import { checkKeys, invalid, isCount, kindOf, quote } from "labelmap/checks";
import {
  type DataSet,
  encodeLabelPng,
  type ItemsToWrite,
  type ItemToWrite,
  type WriteSetOptions,
} from "labelmap/formats";
import { withLabels } from "labelmap/maps";
import { staysInside } from "../sources/zip-names.js";
import type { Losses } from "./losses.js";

/** What the writers of samples take: the options of `writeSet`, and how large a file may become. */
export interface SampleOptions extends WriteSetOptions {
  /** The most images of a file. */
  readonly maxImages?: number;
  /** The bytes of a file after which the next one begins. A file is in memory until it is written. */
  readonly maxBytes?: number;
}

/** The class of some pixels of a mask. */
export interface SampleClass {
  readonly id: number;
  readonly name: string;
  readonly pixels: number;
}

export interface Sample {
  readonly name: string;
  /** Null if neither the item nor the options say it. */
  readonly split: string | null;
  readonly width: number;
  readonly height: number;
  /** The class id of each pixel, H×W, row-major. Void and unlabelled pixels are the list's `voidId`. */
  readonly ids: Int32Array;
  /** Encodes the ids as a grey PNG of 8 or 16 bits. @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id is above 65,535. */
  readonly mask: () => Uint8Array;
  /** The classes that have pixels, in the order of their ids. */
  readonly classes: readonly SampleClass[];
  readonly photo: { readonly bytes: Uint8Array; readonly ending: string } | null;
}

/** @throws {DecodeError} OPTION_INVALID */
export function checkSampleOptions(options: SampleOptions, own = ""): void {
  checkKeys(options, `classes split missing photos maxImages maxBytes ${own}`.trim(), "the options");
  const { split, maxImages, maxBytes } = options;
  if (split !== undefined) checkSplit(split);
  for (const [name, value] of Object.entries({ maxImages, maxBytes })) {
    if (value !== undefined && !(isCount(value) && value > 0))
      throw invalid(`${name} must be an integer of at least 1.`);
  }
}

/** Hugging Face's `datasets` allows only such names (`_split_re` of datasets/splits.py). */
function checkSplit(split: string): void {
  if (/^\w+(\.\w+)*$/.test(split)) return;
  throw invalid(`split is ${quote(split)}; give a word of letters, digits and _, such as train.`);
}

/** The options' class list, or the list of the set. @throws {DecodeError} OPTION_INVALID: there is none */
export async function classesOf(items: ItemsToWrite, { classes }: WriteSetOptions): Promise<ClassList> {
  const found = classes ?? (await (items as Partial<DataSet>).classes?.());
  if (found === undefined)
    throw invalid("Give the class list as `classes`; only sets that are read have one.");
  if (typeof found.idOf !== "function") throw invalid(`classes is ${kindOf(found)}; give a ClassList.`);
  return found;
}

/**
 * All masks have the same depth: 8 bits if all ids of the list fit, else 16.
 *
 * @throws {ClassError} CLASS_UNKNOWN
 * @throws {FormatError} FORMAT_INVALID: two images have the same name, or a name may leave the folder.
 */
export async function* samplesOf(
  items: ItemsToWrite,
  classes: ClassList,
  options: SampleOptions,
  losses: Losses,
): AsyncGenerator<Sample> {
  const { photos, missing = "error" } = options;
  const bitDepth = largestId(classes) > 255 ? 16 : 8;
  const nameOf = new Map(classes.classes.map(({ id, name }) => [id, name]));
  const names = new Set<string>();
  for await (const { name, map: given, photo = null, split: own } of items as AsyncIterable<ItemToWrite>) {
    if (!staysInside(name)) throw namesFault(name, "may leave the folder; give a relative name with /");
    if (names.has(name)) throw namesFault(name, "is the name of two images; give each a name of its own");
    names.add(name);
    const split = own ?? options.split ?? null;
    if (split !== null) checkSplit(split);
    const source = typeof given === "function" ? await given() : given;
    // Runs become pixels, and a map that has lost its counts gets them back.
    const map = source instanceof LabelMap ? source : withLabels(source, source);
    const { width, height, labels } = map;
    const data = map.semantic(classes, { missing });
    const counts = new Map<number, number>();
    for (const { className, pixelCount } of labels) {
      const id = classes.idOf(className);
      if (pixelCount > 0 && id !== undefined) counts.set(id, (counts.get(id) ?? 0) + pixelCount);
    }
    const present = labels.filter(({ pixelCount }) => pixelCount > 0);
    const pixelsOf = (isIt: (id: number | undefined) => boolean) =>
      present.reduce(
        (sum, { className, pixelCount }) => sum + (isIt(classes.idOf(className)) ? pixelCount : 0),
        0,
      );
    losses.add(
      "class-missing",
      pixelsOf((id) => id === undefined),
      name,
    );
    losses.add(
      "void-class-dropped",
      pixelsOf((id) => id === classes.voidId || id === classes.ignoreId),
      name,
    );
    losses.add("objects-merged", present.filter(({ instanceId }) => instanceId > 0).length, name);
    losses.add("crowd-merged", present.filter(({ isCrowd }) => isCrowd).length, name);
    if (photo !== null && photos === undefined) losses.add("photo-not-written", 1, name);
    yield {
      ...{ name, split, width, height },
      ...{ ids: data, mask: () => encodeLabelPng({ width, height, data }, { bitDepth }) },
      classes: [...counts]
        // Void and ignored pixels have no class.
        .filter(([id]) => nameOf.has(id))
        .sort(([one], [other]) => one - other)
        .map(([id, pixels]) => ({ id, name: nameOf.get(id)!, pixels })),
      photo:
        photo === null || photos === undefined
          ? null
          : { bytes: await photos.read(photo), ending: /\.[^./]+$/.exec(photo)?.[0].toLowerCase() ?? "" },
    };
  }
}

const namesFault = (name: string, problem: string) =>
  new FormatError("FORMAT_INVALID", "data set", `${quote(name)} ${problem}.`);

function largestId({ classes, voidId, ignoreId }: ClassList): number {
  return classes.reduce((most, { id }) => Math.max(most, id), Math.max(voidId, ignoreId));
}
