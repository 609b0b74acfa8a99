/** Which image of the prediction belongs to which image of the truth: the one with its name. */

import type { DataSet, SetItem } from "labelmap/formats";
import { UsageError } from "../usage-error.js";
import { type Paired, pairByName } from "./pair-by-name.js";

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
const BY_FILE = "the folders have different names, so images are paired by the names of their files";

/** Pairs the items of two sets. Nothing is decoded. */
export async function pairImages(truth: DataSet, prediction: DataSet): Promise<PairedImages> {
  const [a, b] = [await itemsOf(truth), await itemsOf(prediction)];
  const found = pairByName(a, b);
  const isByName = found.pairs.length > 0 && !found.isByFile;
  if (!isByName && a.length === 1 && b.length === 1) {
    const [[first], [second]] = [a, b] as [[SetItem], [SetItem]];
    return {
      pairs: [{ name: first.name, truth: first, prediction: second }],
      onlyIn: { truth: [], prediction: [] },
      notice: `both sides have one image, so ${second.name} is compared with ${first.name}`,
    };
  }
  return { ...imagesOf(found), notice: found.isByFile ? BY_FILE : null };
}

function imagesOf({ pairs, onlyIn: [inTruth, inPrediction] }: Paired<SetItem>): Omit<PairedImages, "notice"> {
  const namesOf = (items: readonly SetItem[]) => items.map(({ name }) => name);
  return {
    pairs: pairs.map(([truth, prediction]) => ({ name: truth.name, truth, prediction })),
    onlyIn: { truth: namesOf(inTruth), prediction: namesOf(inPrediction) },
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
