/** Values of options from text. What cannot be meant is an `InvalidArgumentError`, which commander tells with exit code 2. */
import { InvalidArgumentError } from "commander";

/** `1`, `2`, `3` … */
export function parsePositiveInteger(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value > 0 && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("It must be an integer of at least 1.");
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

/** `512x256`: width and height in pixels. */
export function parseSize(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d+)[x×](\d+)$/.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (Object.values(size).every((pixels) => pixels > 0 && Number.isSafeInteger(pixels))) return size;
  throw new InvalidArgumentError("It must be width and height in pixels, such as 512x256.");
}

/** The seed of whatever is drawn by chance: an integer from 0 to 2^32 - 1. */
export function parseSeed(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value < 2 ** 32) return value;
  throw new InvalidArgumentError("It must be an integer from 0 to 4294967295.");
}

/** `car, truck`: names, with commas. */
export function parseNames(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

/** Not by Number alone, for which the empty text is 0 and 0x10 is 16. NaN where it is no decimal number. */
function parseDecimal(text: string): number {
  return /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
}
