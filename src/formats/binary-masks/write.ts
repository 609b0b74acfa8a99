/** A label map to binary masks: a PNG of 0 and 255 for each object and each other label, or for each class. */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { ColorType } from "../../decode/png/container.js";
import { writePng } from "../../decode/png/writer.js";
import type { DenseMap } from "../../maps/dense-map.js";
import { FreeNumbers } from "../../maps/free-numbers.js";
import { type LabelledMap, type LabelledPixels, labelledPixels } from "../../maps/labelled-map.js";
import { paint } from "../shared/segments.js";

/** How binary masks are written. */
export interface BinaryMasksOptions {
  /** What has a PNG of its own: `"object"`, the default, or `"class"`. Stuff has one PNG for each class. */
  readonly per?: "object" | "class";
  /** Bits per pixel. 8, the default: grey of 0 and 255. 1: black and white, which is smaller. */
  readonly bitDepth?: 1 | 8;
}

/** A mask that was written. `decodeBinaryMasks` reads it. */
export interface WrittenMask {
  readonly className: string;
  /** The object's number in its class, from 1; undefined for stuff, groups, and masks of whole classes. */
  readonly instance: number | undefined;
  readonly png: Uint8Array<ArrayBuffer>;
}

/**
 * The binary masks of a label map: grey PNGs, H×W, that are 255 (or 1, with one bit) for the pixels of the mask and 0 for all
 * others. Labels without pixels have no PNG.
 *
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeBinaryMasks<const Given extends object = BinaryMasksOptions>(
  map: LabelledMap,
  options?: OrConst<Given, BinaryMasksOptions>,
): readonly WrittenMask[];
export function encodeBinaryMasks(
  map: LabelledMap,
  options: BinaryMasksOptions = {},
): readonly WrittenMask[] {
  checkKeys(checkOptions(options), "per bitDepth", "the options");
  const pixels = labelledPixels(map);
  return [
    ...masksOf(
      pixels,
      pixels.labels.map(({ className }) => className),
      options,
    ),
  ];
}

/**
 * Makes one mask after the other.
 * @param classNames the class name of each label, or `undefined` if its pixels are left out
 */
export function* masksOf(
  map: LabelledPixels,
  classNames: readonly (string | undefined)[],
  { per = "object", bitDepth = 8 }: BinaryMasksOptions,
): Generator<WrittenMask> {
  if (per !== "object" && per !== "class") throw invalid('per must be "object" or "class".');
  if (bitDepth !== 1 && bitDepth !== 8) throw invalid("bitDepth must be 1 or 8.");
  const groups: { readonly className: string; readonly instance: number | undefined }[] = [];
  const groupOfKey = new Map<string, number>();
  const numbers = new Map<string, FreeNumbers>();
  const groupOf = map.labels.map(({ index, instanceNumber, pixelCount }) => {
    const className = classNames[index];
    if (className === undefined || pixelCount === 0) return -1;
    const ofClass = numbers.get(className) ?? new FreeNumbers();
    numbers.set(className, ofClass);
    // Two classes that the list calls one may both have an object 1.
    const instance = per === "object" && instanceNumber > 0 ? ofClass.take(instanceNumber) : undefined;
    const key = JSON.stringify([className, instance ?? null]);
    const known = groupOfKey.get(key) ?? groups.push({ className, instance }) - 1;
    groupOfKey.set(key, known);
    return known;
  });
  const { width, height } = map;
  const grouped = { width, height, data: paint(map.data, Int32Array.of(-1, ...groupOf)) };
  // A crop has labels whose counts are those of the whole map.
  const occurs = new Uint8Array(groups.length);
  for (const place of grouped.data) if (place >= 0) occurs[place] = 1;
  for (const [place, group] of groups.entries()) {
    if (occurs[place] === 1) yield { ...group, png: pngOf(grouped, place, bitDepth) };
  }
}

function pngOf(
  { width, height, data }: DenseMap<Int32Array>,
  value: number,
  bitDepth: 1 | 8,
): Uint8Array<ArrayBuffer> {
  const rowBytes = bitDepth === 8 ? width : Math.ceil(width / 8);
  const rows = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] !== value) continue;
      if (bitDepth === 8) rows[y * rowBytes + x] = 255;
      // The leftmost pixel is in a byte's high bit.
      else rows[y * rowBytes + (x >> 3)]! |= 128 >> (x & 7);
    }
  }
  return writePng({ width, height, bitDepth, colorType: ColorType.grey }, rows);
}
