/** Colours to look at, in place of those that a mask happens to have: for classes, for objects and for ids. */
import { quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { parseColor } from "../legend.js";
import { commonColor } from "./common-classes.js";
import { distanceSeen, rgbOfTone, type Seen, seen, toneOf } from "./oklab.js";

/** Colours that are chosen by the user: `#rrggbb` for each class name. */
export type OwnColors = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

export interface ClassColorOptions {
  /** Colours that these classes have in any case. Names that are not asked for are ignored. */
  readonly colors?: OwnColors;
}

/** Nearer colours count as the same. The common classes are a little farther apart. */
const APART = 0.06;
/** How many colours a name can choose from, before it takes the best of them. */
const CHOICES = 24;
/** So many colours can be kept apart; further ones only differ. */
const MOST_APART = 256;

/**
 * A colour for each class, `#rrggbb`, no two the same. Common classes (road, sky, person, car, …) have soft colours of their
 * own, which people who lack the red or the green cones can tell apart. The name decides on the colour of any other class,
 * so it is the same in each run and in each data set. Only if another class has nearly the same colour does the later
 * one, in the order of the names, get another. The order of `names` makes no difference. A name that is a whole number
 * gets its `distinctColor`.
 *
 * @param names of classes, as `Label.className` has them. The same name may come several times.
 * @returns name to colour, in the order of `names`.
 * @throws {DecodeError} OPTION_INVALID: a name is not a string, or one of the user's colours is not a colour.
 */
export function classColors(
  names: Iterable<string>,
  { colors = {} }: ClassColorOptions = {},
): Map<string, string> {
  const wanted = [...new Set(names)];
  for (const name of wanted) {
    if (typeof name !== "string") throw invalid("A class name is not a string; give names of classes.");
  }
  const taken = new Colors();
  const chosen = new Map<string, number>();
  const take = (name: string, rgb: number, eyes: "all" | "usual") => {
    chosen.set(name, rgb);
    taken.add(rgb, eyes);
  };
  const own = ownColors(colors);
  const others: { readonly name: string; readonly rank: number }[] = [];
  for (const name of wanted) {
    const rgb = own.get(name);
    if (rgb !== undefined) take(name, rgb, "usual");
    else others.push({ name, rank: rankOf(name) });
  }
  others.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  for (const { name } of others) {
    // Numbers are many, and near only by chance.
    const distinct = isNumber(name) ? distinctRgb(Number(name)) : -1;
    const isFree = distinct >= 0 && !taken.has(distinct);
    take(name, isFree ? distinct : freeColor(candidatesOf(name), taken), "all");
  }
  return new Map(wanted.map((name) => [name, formatColor(chosen.get(name)!)]));
}

/** A class keeps its usual colour, whatever other classes are called. */
function rankOf(name: string): number {
  const common = commonColor(name);
  return common === undefined ? 2 : common.isOwnName ? 0 : 1;
}

function ownColors(colors: OwnColors): Map<string, number> {
  const pairs = colors instanceof Map ? [...colors] : Object.entries(colors as Record<string, string>);
  return new Map(
    pairs.map(([name, color]) => {
      const rgb = typeof color === "string" ? parseColor(color) : -1;
      if (rgb < 0)
        throw invalid(`colors[${quote(String(name))}]: is not a colour; write one such as "#3c5cb6".`);
      return [name, rgb];
    }),
  );
}

function isNumber(name: string): boolean {
  return /^\d{1,15}$/.test(name);
}

class Colors {
  private readonly all = new Set<number>();
  private readonly seen: Seen[] = [];

  /** @param eyes that must tell it from others: `usual` for a colour of the user, who has chosen it knowingly. */
  add(rgb: number, eyes: "all" | "usual"): void {
    this.all.add(rgb);
    if (this.isFull) return;
    const [usual, ...others] = seen(rgb);
    this.seen.push(eyes === "usual" ? [usual] : [usual, ...others]);
  }

  get isFull(): boolean {
    return this.seen.length >= MOST_APART;
  }

  has(rgb: number): boolean {
    return this.all.has(rgb);
  }

  distanceTo(rgb: number): number {
    const own = seen(rgb);
    return this.seen.reduce(
      (least, other) => Math.min(least, distanceSeen(own, other)),
      Number.POSITIVE_INFINITY,
    );
  }
}

/** The first candidate that is far from all others; if none of the first few is, the farthest of them. */
function freeColor(candidates: Iterable<number>, taken: Colors): number {
  let best = { rgb: -1, distance: -1 };
  let count = 0;
  for (const rgb of candidates) {
    if (++count > CHOICES && best.rgb >= 0) break;
    if (taken.has(rgb)) continue;
    if (taken.isFull) return rgb;
    const distance = taken.distanceTo(rgb);
    if (distance >= APART) return rgb;
    if (distance > best.distance) best = { rgb, distance };
  }
  return best.rgb;
}

/** The colours that a name would like to have, the best first. There is no end to them. */
function* candidatesOf(name: string): Generator<number> {
  const common = commonColor(name);
  if (common !== undefined) {
    yield common.rgb;
    for (let number = 1; number <= 8; number++) yield shade(common.rgb, number);
  }
  const hash = hashOf(name);
  for (let turn = 0; ; turn++) {
    yield rgbOfTone({
      hue: fraction(hash, 3 * turn),
      lightness: 0.48 + 0.38 * fraction(hash, 3 * turn + 1),
      chroma: 0.08 + 0.07 * fraction(hash, 3 * turn + 2),
    });
  }
}

/**
 * A colour for an id: `#rrggbb`. Ids that follow each other have colours that are far apart.
 *
 * @param id a whole number.
 * @throws {DecodeError} OPTION_INVALID: it is not a whole number.
 */
export function distinctColor(id: number): string {
  return formatColor(distinctRgb(checkedNumber(id)));
}

function distinctRgb(id: number): number {
  // Multiples of these numbers fill the space of colours evenly, wherever they end.
  return rgbOfTone({
    hue: turns(id, 0.6180339887) + 0.08,
    lightness: 0.5 + 0.36 * turns(id, 0.7548776662),
    chroma: 0.09 + 0.06 * turns(id, 0.569840291),
  });
}

/**
 * A shade of a class's colour for one of its objects, `#rrggbb`: lighter or darker, and of a hue near to it.
 *
 * @param color of the class, in any form that `parseColor` reads.
 * @param instanceNumber a whole number. 0, which is stuff, has the colour itself.
 * @throws {DecodeError} OPTION_INVALID: `color` is not a colour, or `instanceNumber` is not a whole number.
 */
export function instanceColor(color: string, instanceNumber: number): string {
  const rgb = typeof color === "string" ? parseColor(color) : -1;
  if (rgb < 0) throw invalid(`${quote(String(color))} is not a colour; write one such as "#3c5cb6".`);
  return formatColor(shade(rgb, checkedNumber(instanceNumber)));
}

/** From the darkest shade of a colour to the lightest. */
const SHADES = 0.3;

function shade(rgb: number, number: number): number {
  if (number === 0) return rgb;
  const { lightness, chroma, hue } = toneOf(rgb);
  // The shades of a very dark colour are all lighter than itself.
  const darkest = Math.min(Math.max(lightness - SHADES / 2, 0.34), 0.92 - SHADES);
  return rgbOfTone({
    lightness: darkest + SHADES * turns(number, 0.6180339887),
    chroma: chroma * (0.8 + 0.3 * turns(number, 0.7548776662)),
    hue: hue + 0.06 * (turns(number, 0.569840291) - 0.5),
  });
}

function checkedNumber(number: number): number {
  if (!Number.isSafeInteger(number)) throw invalid(`${number} is not a whole number; give an id.`);
  return number;
}

/** What is left of a multiple of `step` without its whole turns: 0 to 1. */
function turns(number: number, step: number): number {
  const product = number * step;
  return product - Math.floor(product);
}

/** FNV-1a (Fowler, Noll and Vo) of UTF-16 code units, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  }
  return hash >>> 0;
}

/** The n-th number from 0 to 1 of a hash, as evenly spread as if by chance (the finalizer of MurmurHash3). */
function fraction(hash: number, n: number): number {
  let mixed = (hash + Math.imul(n, 0x9e3779b9)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

function formatColor(rgb: number): string {
  return `#${rgb.toString(16).padStart(6, "0")}`;
}
