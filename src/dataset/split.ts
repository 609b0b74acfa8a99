/**
 * Image ids to the parts of a dataset (train, val, test), by nothing but the id: an image's part is read off a hash
 * of its id. So it never moves when others are added or removed, on any machine, in any order.
 *
 * The price: shares are met on average only, and rare classes may miss a part; `stratifiedSplit` trades the other
 * way.
 */
import { checkOptions, invalid } from "../checks/arguments.js";
import { isObject, kindOf, quote } from "../checks/describe.js";

/** The parts' names and their shares of the images, which sum to 1. Their order does not matter. */
export type Shares<P extends string> = Readonly<Record<P, number>>;

export interface SplitOptions {
  /** Another seed is another split. Default 0. */
  readonly seed?: number | string;
}

/**
 * The part that an id is in: `partOf("drive-7", { train: 0.8, val: 0.1, test: 0.1 })`. For frames of one video, or
 * tiles of one image, give the video's or the image's id, so that they stay together.
 *
 * Guaranteed: the same id, shares and seed give the same part, whatever else is in the dataset. When shares change,
 * only ids in the shifted ranges move. The order of the parts is that of their names, not that of the object.
 *
 * @throws {DecodeError} OPTION_INVALID: the id is no string, shares are not above 0 or do not sum to 1 (within 1e-9),
 *   or a seed that is neither a number nor a string.
 */
export function partOf<P extends string>(id: string, shares: Shares<P>, options: SplitOptions = {}): P {
  return pick(checkId(id), checkShares(shares), checkSeed(options));
}

/**
 * The ids of each part, in the order in which they were given; see `partOf` for what is guaranteed. Of n ids a part
 * of share s gets n * s on average, with a standard deviation of sqrt(n * s * (1 - s)): of 1000 ids at 0.1, 100 give
 * or take 10.
 *
 * @throws {DecodeError} OPTION_INVALID as `partOf`; also an id that is there twice.
 */
export function split<P extends string>(
  ids: Iterable<string>,
  shares: Shares<P>,
  options: SplitOptions = {},
): Record<P, string[]> {
  const parts = checkShares(shares);
  const seed = checkSeed(options);
  return collect(parts, new Map(Array.from(checkIds(ids), (id) => [id, pick(id, parts, seed)])));
}

/** A part with the share of the images that it is to get. */
export interface Part<P extends string> {
  readonly name: P;
  readonly share: number;
}

/** The parts in the order of their names. */
export function checkShares<P extends string>(shares: Shares<P>): Part<P>[] {
  if (!isObject(shares as unknown)) {
    throw invalid(`The shares are ${kindOf(shares)}; give an object such as { train: 0.8, val: 0.2 }.`);
  }
  const parts = (Object.entries(shares) as [P, number][])
    .map(([name, share]) => ({ name, share }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const sum = parts.reduce((total, { share }) => total + share, 0);
  // The sum of what is no number is a string or NaN, and not near 1.
  if (parts.some(({ share }) => typeof share !== "number" || !(share > 0)) || !(Math.abs(sum - 1) < 1e-9)) {
    throw invalid("The shares must be numbers above 0 that sum to 1; leave a part of share 0 out.");
  }
  return parts;
}

/** The seed as it goes into the hash. */
export function checkSeed(options: SplitOptions): string {
  const { seed = 0 } = checkOptions(options);
  if (typeof seed === "string" || Number.isFinite(seed)) return String(seed);
  throw invalid("seed must be a number or a string.");
}

/** Each id once. */
export function checkIds(ids: Iterable<string>): Set<string> {
  if (typeof ids === "string" || typeof ids?.[Symbol.iterator] !== "function") {
    throw invalid(`The ids are ${kindOf(ids)}; give an array of strings.`);
  }
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(checkId(id))) throw invalid(`The id ${quote(id)} is there twice; give each image once.`);
    seen.add(id);
  }
  return seen;
}

/** The ids of each part, also of those that are empty. */
export function collect<P extends string>(
  parts: readonly Part<P>[],
  partOfId: ReadonlyMap<string, P>,
): Record<P, string[]> {
  const lists = new Map<P, string[]>(parts.map(({ name }) => [name, []]));
  for (const [id, part] of partOfId) lists.get(part)!.push(id);
  return Object.fromEntries(lists) as Record<P, string[]>;
}

/**
 * A number from 0 to 1 that depends on the seed and the id alone: FNV-1a of 32 bits over the UTF-8 bytes (Fowler,
 * Noll and Vo), and the last step of MurmurHash3 (Appleby), without which ids that differ in their last digits would
 * lie together.
 */
export function hashOf(id: string, seed: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}\0${id}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

function pick<P extends string>(id: string, parts: readonly Part<P>[], seed: string): P {
  let rest = hashOf(id, seed);
  for (const { name, share } of parts) {
    if (rest < share) return name;
    rest -= share;
  }
  // The shares' sum may be just below 1.
  return parts.at(-1)!.name;
}

function checkId(id: unknown): string {
  if (typeof id === "string") return id;
  throw invalid(`An id is ${kindOf(id)}; make it a string.`);
}
