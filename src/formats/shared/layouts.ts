/** Where the files of a public data set are: the masks by a pattern of their paths, the photos by their names. */

import { checkOptions } from "../../checks/arguments.js";
import { checkKeys, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import type { Issue } from "../../errors.js";
import type { Format } from "../format.js";
import type { NamedIdOptions } from "./named-ids.js";
import { withoutEnding } from "./set-reading.js";

/** How a public data set is read. */
export interface LayoutReadOptions extends NamedIdOptions {
  /** Only the images of this part, as the folders call it: `train`, `validation`. Default: all parts. */
  readonly split?: string;
}

/** A mask of a layout. */
export interface LayoutMask {
  readonly path: string;
  /** The folder of the data set, with a `/` at its end; empty if it is the source itself. */
  readonly root: string;
  readonly split: string | null;
  readonly name: string;
  /** What the pattern calls `kind` and `version`. */
  readonly kind: string | undefined;
  readonly version: string | undefined;
}

/** @throws {DecodeError} OPTION_INVALID: an unknown option. */
export function checkLayoutOptions(options: LayoutReadOptions, keys = ""): void {
  checkKeys(
    checkOptions(options),
    `${keys} split classes maxPixels maxBytes verify strict signal`,
    "the options",
  );
}

/**
 * The masks of one data set.
 *
 * @param pattern has the groups `root` and `name`, and may have `split`, `kind` and `version`
 * @throws {DecodeError} OPTION_INVALID: there are several data sets in the source.
 */
export function findMasks(format: Format, paths: readonly string[], pattern: RegExp): LayoutMask[] {
  const masks = paths.flatMap((path): LayoutMask[] => {
    const groups = pattern.exec(path)?.groups;
    if (groups === undefined) return [];
    const { root = "", name, split = null, kind, version } = groups;
    return [{ path, root, split, name: name!, kind, version }];
  });
  const roots = [...new Set(masks.map(({ root }) => root))];
  if (roots.length > 1) {
    const found = roots.slice(0, 5).map((root) => quote(root === "" ? "." : root.slice(0, -1)));
    const problem = `there are ${roots.length} sets in the folder: ${found.join(", ")}`;
    throw invalid(`${format.title}: ${problem}; open the folder of one of them.`);
  }
  return masks;
}

/**
 * Which of its two forms a data set has.
 *
 * @param given the form that the caller wants
 * @param forms the name of each form, and a pattern of its masks. If no mask is there, it is the first.
 * @param both the masks of both forms, in words
 * @throws {DecodeError} OPTION_INVALID: `given` is no form, or there are masks of both forms and none is given.
 */
export function chooseForm<F extends string>(
  format: Format,
  paths: readonly string[],
  given: F | undefined,
  forms: readonly [first: readonly [F, RegExp], second: readonly [F, RegExp]],
  both: string,
): F {
  const names = forms.map(([name]) => quote(name)).join(" or ");
  if (given !== undefined) {
    if (forms.some(([name]) => name === given)) return given;
    throw invalid(`form must be ${names}.`);
  }
  const [hasFirst, hasSecond] = forms.map(([, pattern]) => paths.some((path) => pattern.test(path)));
  if (hasFirst && hasSecond) {
    throw invalid(`${format.title}: there are ${both}; pass form: ${names}.`);
  }
  return forms[hasSecond ? 1 : 0]![0];
}

/** The masks of a part; all of them if `split` is undefined. */
export function ofSplit<T extends Pick<LayoutMask, "split">>(
  masks: readonly T[],
  split: string | undefined,
): T[] {
  return masks.filter((mask) => split === undefined || mask.split === split);
}

const PHOTO = /\.(?:jpe?g|png|webp|bmp|tiff?)$/i;

/** Looks up photos by their path without the ending: `images/val/7`. */
export function photoFinder(paths: readonly string[]): (stem: string) => string | null {
  const photos = new Map<string, string>();
  for (const path of paths) {
    const stem = withoutEnding(path).normalize("NFC");
    if (PHOTO.test(path) && !photos.has(stem)) photos.set(stem, path);
  }
  return (stem) => photos.get(stem.normalize("NFC")) ?? null;
}

/** Says that objects are missing, since the file that has them is not there. */
export function objectsMissing(path: string, file: string): Issue {
  const message = `${path}: has no counterpart in ${file}, so its objects are not told apart.`;
  return { code: "objects-missing", message, path };
}
