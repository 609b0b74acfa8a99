/**
 * Splits images into the parts of a dataset so that each part gets its share of every class, starting with the rarest.
 *
 * The method is iterative stratification (Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-Label
 * Data", ECML PKDD 2011). It repeatedly takes the class with the fewest images left, and gives each of its images to
 * the part that needs that class most. It differs from the paper in two ways. Ties are broken by a hash of the id
 * instead of at random. And if a class has at least as many images as there are parts, every part wants at least one of
 * them.
 *
 * The part of an image depends on all other images. So if your dataset grows, pass its last split as `previous`.
 */

import { isObject, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import type { LabelMap } from "../maps/label-map.js";
import {
  checkIds,
  checkSeed,
  checkShares,
  collect,
  hashOf,
  type Part,
  type Shares,
  type SplitOptions,
} from "./split.js";

/** One image. */
export interface SplitEntry {
  readonly id: string;
  /** The image's classes, as names or ids; `presentClasses(map)` returns them. */
  readonly classes: Iterable<string | number>;
}

export interface StratifiedSplitOptions<P extends string> extends SplitOptions {
  /** An earlier split, whose images stay in their parts. Ids that no longer exist are ignored. */
  readonly previous?: Partial<Readonly<Record<P, readonly string[]>>>;
}

/**
 * The ids of each part, in the order in which you pass them.
 *
 * Guaranteed: the same entries in any order give the same parts, and an image of `previous` stays where it was. Two
 * more things hold if no image has more than one class and there is no `previous`. Each part gets its share of a
 * class's images, give or take one image. And a class with at least as many images as there are parts is in every part;
 * the parts with larger shares give up images for this. If images have several classes, these are only aims, and the
 * rarest classes come first. Without `previous`, an added image may move others.
 *
 * @throws {DecodeError} OPTION_INVALID: an entry without an id or classes, a repeated id, a share that is not above 0,
 *   shares that do not add up to 1 (within 1e-9), or a `previous` with an unknown part or an id in two parts.
 */
export function stratifiedSplit<P extends string>(
  entries: Iterable<SplitEntry>,
  shares: Shares<P>,
  options: StratifiedSplitOptions<P> = {},
): Record<P, string[]> {
  const parts = checkShares(shares);
  const seed = checkSeed(options);
  const classesOfId = checkEntries(entries);
  const previous = checkPrevious(options.previous ?? {}, parts);

  const wantedImages = parts.map(({ share }) => share * classesOfId.size);
  const wanted = wantedByClass(classesOfId, parts);
  const partOfId = new Map<string, P>();
  const remaining = new Map([...wanted.keys()].map((name) => [name, new Set<string>()]));
  const assign = (id: string, place: number) => {
    partOfId.set(id, parts[place]!.name);
    wantedImages[place]!--;
    for (const name of classesOfId.get(id)!) {
      wanted.get(name)![place]!--;
      remaining.get(name)!.delete(id);
    }
  };

  const hashes = new Map([...classesOfId.keys()].map((id) => [id, hashOf(id, seed)]));
  const byHash = [...classesOfId.keys()].sort((a, b) => hashes.get(a)! - hashes.get(b)! || (a < b ? -1 : 1));
  const unassigned: string[] = [];
  for (const id of byHash) {
    const place = previous.get(id);
    if (place !== undefined) {
      assign(id, place);
      continue;
    }
    unassigned.push(id);
    for (const name of classesOfId.get(id)!) remaining.get(name)!.add(id);
  }

  for (;;) {
    const rarest = rarestClass(remaining);
    if (rarest === undefined) break;
    for (const id of [...remaining.get(rarest)!]) {
      assign(id, placeThatWantsMost(wanted.get(rarest)!, wantedImages, hashes.get(id)!));
    }
    remaining.delete(rarest);
  }
  for (const id of unassigned) {
    if (!partOfId.has(id)) assign(id, placeThatWantsMost(wantedImages, wantedImages, hashes.get(id)!));
  }
  return collect(parts, new Map([...classesOfId.keys()].map((id) => [id, partOfId.get(id)!])));
}

/** The names of the classes that have pixels in the map, sorted by code units. */
export function presentClasses(map: Pick<LabelMap, "labels">): string[] {
  const present = map.labels.filter(({ pixelCount }) => pixelCount > 0);
  return [...new Set(present.map(({ className }) => className))].sort();
}

/**
 * How many images of each class each part wants: the class's images by share. If there are enough for all parts, each
 * part wants at least one; the larger parts give these up in proportion to their shares.
 */
function wantedByClass<P extends string>(
  classesOfId: ReadonlyMap<string, ReadonlySet<string>>,
  parts: readonly Part<P>[],
): Map<string, number[]> {
  const counts = new Map<string, number>();
  for (const names of classesOfId.values()) {
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map([...counts].map(([name, count]) => [name, apportion(count, parts)]));
}

function apportion<P extends string>(count: number, parts: readonly Part<P>[]): number[] {
  if (count < parts.length) return parts.map(({ share }) => share * count);
  // Raising a part to 1 leaves less for the others, which may push another part below 1.
  const isRaised = parts.map(() => false);
  for (;;) {
    const raisedCount = isRaised.filter(Boolean).length;
    const shareOfOthers = parts.reduce((sum, { share }, place) => sum + (isRaised[place] ? 0 : share), 0);
    const wanted = parts.map(({ share }, place) =>
      isRaised[place] ? 1 : ((count - raisedCount) * share) / shareOfOthers,
    );
    const short = wanted.findIndex((images) => images < 1);
    if (short < 0) return wanted;
    isRaised[short] = true;
  }
}

/** The class with the fewest images left, among those that have any. If several have as few, the first by name. */
function rarestClass(remaining: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  let rarest: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const [name, { size }] of remaining) {
    if (size === 0 || size > fewest || (size === fewest && name > rarest!)) continue;
    rarest = name;
    fewest = size;
  }
  return rarest;
}

/** The part that wants the class most. Among equals, the part that wants images most; then the hash picks one. */
function placeThatWantsMost(
  wanted: readonly number[],
  wantedImages: readonly number[],
  hash: number,
): number {
  const most = Math.max(...wanted);
  const wanting = wanted.flatMap((images, place) => (images === most ? [place] : []));
  const mostImages = Math.max(...wanting.map((place) => wantedImages[place]!));
  const places = wanting.filter((place) => wantedImages[place] === mostImages);
  return places[Math.floor(hash * places.length)]!;
}

/** Each id with its classes as text. The text keeps a number apart from a name that looks like it. */
function checkEntries(entries: Iterable<SplitEntry>): Map<string, Set<string>> {
  if (typeof entries?.[Symbol.iterator] !== "function") {
    throw invalid(`The entries are ${kindOf(entries)}; give an array of { id, classes }.`);
  }
  const list = Array.from(entries, (entry: unknown) => {
    if (!isObject(entry)) throw invalid(`An entry is ${kindOf(entry)}; give { id, classes }.`);
    return entry as unknown as SplitEntry;
  });
  const ids = [...checkIds(list.map(({ id }) => id))];
  return new Map(
    list.map(({ classes }, place) => {
      if (typeof classes === "string" || typeof classes?.[Symbol.iterator] !== "function") {
        throw invalid(`The classes of ${quote(ids[place]!)} are ${kindOf(classes)}; give an array.`);
      }
      const names = Array.from(classes, (name: unknown) => {
        if (typeof name === "string" || typeof name === "number") return `${typeof name} ${name}`;
        throw invalid(`A class of ${quote(ids[place]!)} is ${kindOf(name)}; give its name or id.`);
      });
      return [ids[place]!, new Set(names)];
    }),
  );
}

/** Each id of an earlier split, with the index of its part. */
function checkPrevious<P extends string>(
  previous: Partial<Readonly<Record<P, readonly string[]>>>,
  parts: readonly Part<P>[],
): Map<string, number> {
  if (!isObject(previous as unknown))
    throw invalid(`previous is ${kindOf(previous)}; give an earlier split.`);
  const placeOfId = new Map<string, number>();
  for (const [name, ids] of Object.entries(previous) as [string, Iterable<string>][]) {
    const place = parts.findIndex((part) => part.name === name);
    if (place < 0)
      throw invalid(`previous has the part ${quote(name)}, which has no share; add it to the shares.`);
    for (const id of checkIds(ids)) {
      if (placeOfId.has(id)) throw invalid(`previous has the id ${quote(id)} in two parts; keep it in one.`);
      placeOfId.set(id, place);
    }
  }
  return placeOfId;
}
