/** Which image of the prediction belongs to which image of the truth: the one with its name. */

import type { DataSet, SetItem } from "labelmap/formats";
import { UsageError } from "../usage-error.js";

/** Two masks of one image. */
export interface ImagePair {
  readonly name: string;
  readonly truth: SetItem;
  readonly prediction: SetItem;
}

export interface PairedImages {
  readonly pairs: readonly ImagePair[];
  /** The names of images that only one side has. */
  readonly onlyIn: { readonly truth: readonly string[]; readonly prediction: readonly string[] };
  /** What is not plain in how they were paired; null if their names are the same. */
  readonly notice: string | null;
}

const MOST_NAMED = 5;

/** Pairs the items of two sets. Nothing is decoded. */
export async function pairImages(truth: DataSet, prediction: DataSet): Promise<PairedImages> {
  const [a, b] = [await itemsOf(truth), await itemsOf(prediction)];
  const byName = pairBy(a, b, ({ name }) => compose(name));
  if (byName.pairs.length > 0) return byName;
  if (a.length === 1 && b.length === 1) {
    const [[first], [second]] = [a, b] as [[SetItem], [SetItem]];
    return {
      pairs: [{ name: first.name, truth: first, prediction: second }],
      onlyIn: { truth: [], prediction: [] },
      notice: `both sides have one image, so ${second.name} is compared with ${first.name}`,
    };
  }
  const byFile = pairBy(a, b, ({ name }) => compose(name.slice(name.lastIndexOf("/") + 1)));
  if (byFile.pairs.length === 0) return byName;
  return {
    ...byFile,
    notice: "the folders have different names, so images are paired by the names of their files",
  };
}

/**
 * Says which images only one side has.
 * @throws {UsageError}: there are some and they are not allowed, or there is no pair
 */
export function checkPairs(
  { pairs, onlyIn }: PairedImages,
  names: { readonly truth: string; readonly prediction: string },
  { allowMissing }: { readonly allowMissing: boolean },
): string | null {
  const missing = (["truth", "prediction"] as const)
    .filter((side) => onlyIn[side].length > 0)
    .map((side) => `${namesOf(onlyIn[side])} only in ${names[side]}`)
    .join(", and ");
  if (pairs.length === 0) {
    throw new UsageError(
      `no image of ${names.truth} has the name of an image of ${names.prediction}: ${missing}; if the names end differently, give the endings with --suffix and --prediction-suffix`,
    );
  }
  if (missing !== "" && !allowMissing) {
    throw new UsageError(`${missing}; add --allow-missing to compare only the images that both sides have`);
  }
  return missing === "" ? null : missing;
}

/** `3 images (a, b, c) are` */
function namesOf(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  const [count, verb] = names.length === 1 ? ["1 image", "is"] : [`${names.length} images`, "are"];
  return `${count} (${names.slice(0, MOST_NAMED).join(", ")}${more}) ${verb}`;
}

async function itemsOf(set: DataSet): Promise<SetItem[]> {
  const items: SetItem[] = [];
  for await (const item of set) items.push(item);
  return items;
}

/** A key that two images of one side have is the key of neither. */
function pairBy(
  truth: readonly SetItem[],
  prediction: readonly SetItem[],
  keyOf: (item: SetItem) => string,
): PairedImages {
  const [a, b] = [byKey(truth, keyOf), byKey(prediction, keyOf)];
  const partnerOf = (item: SetItem, own: typeof a, others: typeof b) =>
    own.get(keyOf(item)) === null ? undefined : (others.get(keyOf(item)) ?? undefined);
  const pairs = truth.flatMap((item) => {
    const partner = partnerOf(item, a, b);
    return partner === undefined ? [] : [{ name: item.name, truth: item, prediction: partner }];
  });
  const without = (items: readonly SetItem[], own: typeof a, others: typeof b) =>
    items.filter((item) => partnerOf(item, own, others) === undefined).map(({ name }) => name);
  return {
    pairs,
    onlyIn: { truth: without(truth, a, b), prediction: without(prediction, b, a) },
    notice: null,
  };
}

/** The item of each key; null if there are several. */
function byKey(
  items: readonly SetItem[],
  keyOf: (item: SetItem) => string,
): ReadonlyMap<string, SetItem | null> {
  const found = new Map<string, SetItem | null>();
  for (const item of items) found.set(keyOf(item), found.has(keyOf(item)) ? null : item);
  return found;
}

/** macOS may write an accent as a character of its own (NFD). */
function compose(name: string): string {
  return name.normalize("NFC");
}
