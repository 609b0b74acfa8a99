/**
 * Parses the values of options. An invalid value is an `InvalidArgumentError`; commander reports it with exit code 2.
 */
import { InvalidArgumentError } from "commander";

/** `1`, `2`, `3` … */
export const parsePositiveInteger = integerFrom(1);
/** A limit of pixels. The decoder counts them with 32 bits. */
export const parsePixelLimit = integerFrom(1, 2 ** 32 - 1);
/** The id of a class. */
export const parseClassId = integerFrom(0, 2 ** 31 - 1);
/** A TCP port. */
export const parsePort = integerFrom(1, 2 ** 16 - 1);
/** The seed of random numbers. */
export const parseSeed = integerFrom(0, 2 ** 32 - 1);

function integerFrom(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be an integer ${range}.`);
  };
}

/** A decimal number above 0. */
export function parsePositiveNumber(text: string): number {
  const value = parseDecimal(text);
  if (value > 0) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}

/** A decimal number from 0 to 1. */
export function parseFraction(text: string): number {
  const value = parseDecimal(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a number from 0 to 1.");
}

/** A decimal number above 0, and at most 1. */
export function parseRatio(text: string): number {
  const value = parseDecimal(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a number above 0, and at most 1.");
}

/** `512x256`: width and height in pixels. */
export function parseSize(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d+)[x×](\d+)$/.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (Object.values(size).every((pixels) => pixels > 0 && Number.isSafeInteger(pixels))) return size;
  throw new InvalidArgumentError("It must be width and height in pixels, such as 512x256.");
}

/** `NAME.png`: a file name in which NAME stands for the name of each mask. */
export function parsePattern(text: string): string {
  if (text.includes("NAME")) return text;
  throw new InvalidArgumentError("It must contain NAME, which stands for the mask's name, such as NAME.png.");
}

/** A name in quotes (`""` stands for a quote), or anything up to a comma; then a comma or the end. */
const NAME = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(,|$)/y;

/** `car, truck`: names separated by commas. A name with a comma is in double quotes, as in CSV. */
export function parseNames(text: string): string[] {
  const names: string[] = [];
  NAME.lastIndex = 0;
  for (;;) {
    const [, quoted, plain, end] = NAME.exec(text)!;
    if (quoted === undefined && plain!.startsWith('"')) {
      throw new InvalidArgumentError("A name in double quotes must end with one, before the next comma.");
    }
    names.push(quoted?.replaceAll('""', '"') ?? plain!.trim());
    if (end === "") return names;
  }
}

/**
 * Puts names together that have a comma. `chest of drawers, bureau` without quotes is two names for `parseNames`; if a
 * class has the whole name, that class is meant.
 *
 * @param known the names of all classes
 */
export function joinNames(names: readonly string[], known: ReadonlySet<string>): string[] {
  const joined: string[] = [];
  for (let start = 0; start < names.length; start++) {
    let end = names.length;
    while (end > start + 1 && !known.has(names.slice(start, end).join(", "))) end--;
    joined.push(names.slice(start, end).join(", "));
    start = end - 1;
  }
  return joined;
}

/** `Number` alone reads the empty text as 0 and 0x10 as 16. This gives NaN for both. */
function parseDecimal(text: string): number {
  return /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
}

/** Options of a format by name. */
export type FormatOptions = Readonly<Record<string, unknown>>;

/** `name=value`, added to the options before it. `true`, `false` and numbers are what they say, and so is JSON. */
export function parseFormatOption(text: string, before: FormatOptions = {}): FormatOptions {
  const [, name, value] = /^([A-Za-z]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("It must be name=value, such as split=val.");
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`The option ${name} is given twice.`);
  return { ...before, [name]: parseValue(value!) };
}

/** JSON if it is JSON, and otherwise the text itself. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `0.8,0.1,0.1`: shares of train, val and test. Two numbers are train and val. */
export function parseShares(text: string): Readonly<Record<string, number>> {
  const shares = text.split(",").map((part) => parseDecimal(part.trim()));
  const names = ["train", "val", "test"].slice(0, shares.length);
  const sum = shares.reduce((total, share) => total + share, 0);
  if (
    shares.length > 3 ||
    shares.length < 2 ||
    shares.some((share) => !(share >= 0)) ||
    Math.abs(sum - 1) > 1e-9
  ) {
    throw new InvalidArgumentError(
      "It must be two or three numbers that add up to 1: the shares of train, val and test, such as 0.8,0.1,0.1.",
    );
  }
  // A part with the share 0 is left out.
  return Object.fromEntries(
    names.map((name, place) => [name, shares[place]!]).filter(([, share]) => share !== 0),
  );
}
