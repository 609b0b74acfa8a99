/**
 * What the indices of a palette mean. Tools that save a mask again sort its palette by use, or merge it with another. Then
 * the colours are still right, and the indices are not. So the palette is compared with the colours that it should have.
 */

import { invalid } from "../../checks/invalid.js";
import { FormatError } from "../../errors.js";
import { vocColorMap } from "../../legend/palettes/pascal-voc.js";
import { paletteBytes } from "./palette-bytes.js";

const FORMAT = "label PNG";
const REMEDY =
  'give its colours as `palette`, or by: "index" if the indices are the numbers, or decode its colours with decodeMask';

/** The colours of the numbers: 0xRRGGBB at each number, -1 for a number without a colour. */
export type ColoursOfNumbers = Int32Array;

/** @throws {DecodeError} OPTION_INVALID: `palette` is not an array of 1 to 256 colours. */
export function coloursOf(palette: readonly string[]): ColoursOfNumbers {
  return wordsOf(paletteBytes(palette));
}

const VOC = coloursOf(vocColorMap);
/** The palette of a grey image: each number is its own shade. */
const GREYS = Int32Array.from({ length: 256 }, (_, shade) => shade * 0x010101);

/**
 * Replaces indices by numbers, in place, if the palette has the expected colours in another order.
 *
 * @param expected the colours of the numbers. Default: those of Pascal VOC, or the shades of grey
 * @throws {FormatError} FORMAT_INVALID: a colour is not one of the expected, or is that of two numbers
 */
export function numberIndices(
  data: Uint8Array,
  palette: Uint8Array,
  expected: ColoursOfNumbers | undefined,
): void {
  const candidates = expected === undefined ? [VOC, GREYS] : [expected];
  const colours = wordsOf(palette);
  const used = usedIndices(data);
  // An index without a colour contradicts nothing: PIL writes palettes that end before the 255 of void.
  const isInOrder = (numbers: ColoursOfNumbers) =>
    used.every((index) => index >= colours.length || numbers[index] === colours[index]);
  if (candidates.some(isInOrder)) return;
  const tables = candidates
    .map((numbers) => ({ numbers, table: tableOf(used, colours, numbers) }))
    .filter(({ table }) => table !== null);
  if (tables.length === 0) throw unexpected(used, colours, candidates[0]!);
  const [first, second] = tables.map(({ table }) => table!);
  const unclear = used.find((index) => second !== undefined && first![index] !== second[index]);
  if (unclear !== undefined) {
    const meanings = `${first![unclear]} in the colours of Pascal VOC and ${second![unclear]} in shades of grey`;
    const problem = `the palette's order is of no use, and its colour ${hex(colours[unclear]!)} is ${meanings}`;
    throw new FormatError("FORMAT_INVALID", FORMAT, `${problem}; ${REMEDY}.`);
  }
  for (let place = 0; place < data.length; place++) data[place] = first![data[place]!]!;
}

/**
 * The number of each colour.
 * @throws {FormatError} FORMAT_INVALID: a colour is not one of the expected, or is that of two numbers
 */
export function numbersOfColours(colours: ArrayLike<number>, expected: ColoursOfNumbers): Uint8Array {
  return Uint8Array.from(colours, (colour) => {
    const number = numberOf(colour, expected);
    if (number !== undefined) return number;
    throw new FormatError(
      "FORMAT_INVALID",
      FORMAT,
      `${problemOf(colour, expected)}; give the right \`palette\`.`,
    );
  });
}

function tableOf(
  used: readonly number[],
  colours: ColoursOfNumbers,
  numbers: ColoursOfNumbers,
): Uint8Array | null {
  const table = new Uint8Array(256);
  for (const index of used) {
    const number = numberOf(colours[index], numbers);
    if (number === undefined) return null;
    table[index] = number;
  }
  return table;
}

/** `undefined` if no number or several numbers have the colour. */
function numberOf(colour: number | undefined, numbers: ColoursOfNumbers): number | undefined {
  const number = colour === undefined ? -1 : numbers.indexOf(colour);
  return number >= 0 && numbers.lastIndexOf(colour!) === number ? number : undefined;
}

function unexpected(
  used: readonly number[],
  colours: ColoursOfNumbers,
  numbers: ColoursOfNumbers,
): FormatError {
  const index = used.find((place) => numberOf(colours[place], numbers) === undefined)!;
  const colour = colours[index];
  const problem =
    colour === undefined
      ? `the palette is in another order, and has no colour for the index ${index}`
      : `the palette is not in the expected order: at the index ${index}, ${problemOf(colour, numbers)}`;
  return new FormatError("FORMAT_INVALID", FORMAT, `${problem}; ${REMEDY}.`);
}

function problemOf(colour: number, numbers: ColoursOfNumbers): string {
  return numbers.includes(colour)
    ? `the colour ${hex(colour)} is that of several numbers`
    : `the colour ${hex(colour)} is ${numbers === VOC ? "not one of Pascal VOC's" : "not one of the expected"}`;
}

function usedIndices(data: Uint8Array): number[] {
  const isUsed = new Uint8Array(256);
  for (let place = 0; place < data.length; place++) isUsed[data[place]!] = 1;
  return [...isUsed.keys()].filter((index) => isUsed[index] === 1);
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return Int32Array.from({ length: bytes.length / 3 }, (_, place) => {
    return (bytes[place * 3]! << 16) | (bytes[place * 3 + 1]! << 8) | bytes[place * 3 + 2]!;
  });
}

function hex(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}

/** @throws {DecodeError} OPTION_INVALID */
export function checkBy(by: unknown, palette: unknown): void {
  if (by !== "palette" && by !== "index") throw invalid('by must be "palette" or "index"');
  if (by === "index" && palette !== undefined) {
    throw invalid('palette has no effect with by: "index"; give one of them');
  }
}
