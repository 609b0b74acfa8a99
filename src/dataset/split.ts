/**
 * Splits image ids into the parts of a dataset (train, val, test). The part depends on nothing but a hash of the id. So
 * an image never moves when others are added or removed, on any machine, in any order.
 *
 * The price: the shares are met only on average, and a rare class may be missing from a part. `stratifiedSplit` makes
 * the opposite choice.
 */
import { checkOptions } from "../checks/arguments.js";
import { isObject, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";

/** The names of the parts and their shares of the images. The shares must add up to 1; their order does not matter. */
export type Shares<P extends string> = Readonly<Record<P, number>>;

export interface SplitOptions {
  /** A different seed gives a different split. Default 0. */
  readonly seed?: number | string;
}

/**
 * The part that an id belongs to: `partOf("drive-7", { train: 0.8, val: 0.1, test: 0.1 })`. To keep the frames of a
 * video or the tiles of an image together, pass the id of the video or image.
 *
 * Guaranteed: the same id, shares and seed give the same part, whatever else is in the dataset. If shares change, only
 * ids in the shifted ranges move. Parts are ordered by name, not by their order in the object.
 *
 * @throws {DecodeError} OPTION_INVALID: the id is not a string, a share is not above 0, the shares do not add up to 1
 *   (within 1e-9), or the seed is neither a number nor a string.
 */
export function partOf<P extends string>(id: string, shares: Shares<P>, options: SplitOptions = {}): P {
  return pick(checkId(id), checkShares(shares), checkSeed(options));
}

/**
 * The ids of each part, in the order in which you pass them. See `partOf` for what is guaranteed. From n ids, a part
 * with share s gets n * s on average, with a standard deviation of sqrt(n * s * (1 - s)). For example, a share of 0.1
 * gets 100 of 1000 ids, give or take 10.
 *
 * @throws {DecodeError} OPTION_INVALID: as `partOf`; also if an id occurs twice.
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

/** A part, and its share of the images. */
export interface Part<P extends string> {
  readonly name: P;
  readonly share: number;
}

/** Checks the shares. Returns the parts in the order of their names. */
export function checkShares<P extends string>(shares: Shares<P>): Part<P>[] {
  if (!isObject(shares as unknown)) {
    throw invalid(`The shares are ${kindOf(shares)}; give an object such as { train: 0.8, val: 0.2 }.`);
  }
  const parts = (Object.entries(shares) as [P, number][])
    .map(([name, share]) => ({ name, share }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const sum = parts.reduce((total, { share }) => total + share, 0);
  // If a share is not a number, the sum is a string or NaN, which is not near 1.
  if (parts.some(({ share }) => typeof share !== "number" || !(share > 0)) || !(Math.abs(sum - 1) < 1e-9)) {
    throw invalid("The shares must be numbers above 0 that add up to 1; leave out a part with share 0.");
  }
  return parts;
}

/** Checks the seed. Returns it as the text that goes into the hash. */
export function checkSeed(options: SplitOptions): string {
  const { seed = 0 } = checkOptions(options);
  if (typeof seed === "string" || Number.isFinite(seed)) return String(seed);
  throw invalid("seed must be a number or a string.");
}

/** Checks that the ids are strings and that none occurs twice. */
export function checkIds(ids: Iterable<string>): Set<string> {
  if (typeof ids === "string" || typeof ids?.[Symbol.iterator] !== "function") {
    throw invalid(`The ids are ${kindOf(ids)}; give an array of strings.`);
  }
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(checkId(id))) throw invalid(`The id ${quote(id)} occurs twice; give each image once.`);
    seen.add(id);
  }
  return seen;
}

/** The ids of each part, including empty parts. */
export function collect<P extends string>(
  parts: readonly Part<P>[],
  partOfId: ReadonlyMap<string, P>,
): Record<P, string[]> {
  const lists = new Map<P, string[]>(parts.map(({ name }) => [name, []]));
  for (const [id, part] of partOfId) lists.get(part)!.push(id);
  return Object.fromEntries(lists) as Record<P, string[]>;
}

/**
 * A number from 0 to below 1 that depends only on the seed and the id. It is the 32-bit FNV-1a hash of the UTF-8 bytes
 * (Fowler, Noll and Vo), followed by the last step of MurmurHash3 (Appleby). Without that step, ids that differ only in
 * their last digits would get numbers close together.
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
  // The sum of the shares may be just below 1.
  return parts.at(-1)!.name;
}

function checkId(id: unknown): string {
  if (typeof id === "string") return id;
  throw invalid(`An id is ${kindOf(id)}; make it a string.`);
}
