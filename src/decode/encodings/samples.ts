/** Colour words of the engines to the samples that an encoding needs, and whether a PNG has these samples at all. */

import { DecodeError } from "../../errors.js";
import { vocColorMap } from "../../legend/palettes/pascal-voc.js";
import { ColorType, type PngContainer, type PngHeader, samplesPerPixel } from "../png/container.js";
import type { Encoding } from "./encoding.js";

const CHANNELS = "rgba";

const KINDS: Readonly<Record<ColorType, string>> = {
  0: "grey",
  2: "RGB",
  3: "a palette image",
  4: "grey with alpha",
  6: "RGBA",
};

/**
 * Refuses PNGs that cannot have this encoding. `grey` also takes RGB and RGBA, as long as each pixel is grey.
 * @throws {DecodeError} ENCODING_MISMATCH
 */
export function checkKind(encoding: Encoding, header: PngHeader): void {
  const { channels } = encoding;
  const { colorType } = header;
  const isPalette = colorType === ColorType.palette;
  const isGrey = colorType === ColorType.grey || colorType === ColorType.greyAlpha;
  const found = `the PNG is ${KINDS[colorType]}`;
  if (channels === "index") {
    if (isPalette) return;
    throw mismatch(encoding, `needs a palette image, but ${found}`, isGrey ? '; use "grey"' : "");
  }
  if (channels === "grey") {
    if (!isPalette) return;
    throw mismatch(encoding, `needs grey samples, but ${found}`, '; use "palette-index"');
  }
  if (isGrey) throw mismatch(encoding, `needs colours, but ${found}`, '; use "grey"');
  if (channels.includes("a") && colorType !== ColorType.rgba) {
    throw mismatch(encoding, `needs RGBA, but ${found}`, "");
  }
}

/** The container, in which a palette's colours say their index, for encodings that need it. `checkKind` has taken it. */
export function withIndices(container: PngContainer, { channels }: Encoding): PngContainer {
  if (channels !== "index") return container;
  // R is the index. The length stays, so that indices without an entry stay errors.
  return { ...container, palette: container.palette!.map((_, place) => (place % 3 === 0 ? place / 3 : 0)) };
}

/**
 * The channels that an engine puts into a colour word as halves of 16 bits, for a PNG of 16 bits whose samples are no
 * colours. `undefined` for all others.
 */
export function halvesOf({ channels }: Encoding, header: PngHeader): readonly number[] | undefined {
  if (header.bitDepth !== 16) return undefined;
  if (channels === "grey") return samplesPerPixel(header) < 3 ? [0] : undefined;
  return channels.length <= 2 ? Array.from(channels, (channel) => CHANNELS.indexOf(channel)) : undefined;
}

/** Stands for all transparent pixels of a PNG of 16 bits. The words of its other pixels are smaller. */
export const CLEAR_WORD = 2 ** 16;

/**
 * How a PNG of 16 bits is read if its transparent pixels are to be unlabelled: the engines do not compare samples of 16
 * bits. `undefined` if no pixel is transparent, alpha is part of the number, or the engines do it.
 *
 * @throws {DecodeError} ENCODING_MISMATCH: colour words have no room for what makes a pixel transparent.
 */
export function clearReading(
  encoding: Encoding,
  { header, transparency }: PngContainer,
): { readonly halves: readonly number[]; readonly wordOf: (word: number) => number } | undefined {
  const halves = halvesOf(encoding, header);
  if (halves === undefined || encoding.channels.includes("a")) return undefined;
  const last = samplesPerPixel(header) - 1;
  const hasAlpha = last % 2 === 1;
  if (!hasAlpha && transparency === null) return undefined;
  if (halves.length > 1 || header.colorType === ColorType.rgb) {
    const problem = "cannot tell which pixels of 16 bits are transparent";
    throw mismatch(encoding, problem, '; leave out transparent: "unlabelled"');
  }
  const wordUnless = (isClear: boolean, word: number) => (isClear ? CLEAR_WORD : word & 0xffff);
  if (hasAlpha) {
    return { halves: [halves[0]!, last], wordOf: (word) => wordUnless(word >>> 16 === 0, word) };
  }
  const clear = transparency![0]! * 256 + transparency![1]!;
  return { halves, wordOf: (word) => wordUnless((word & 0xffff) === clear, word) };
}

/**
 * The samples of a colour word, in the order of the encoding's channels.
 * @throws {DecodeError} ENCODING_MISMATCH: the encoding is grey, but the colour is not.
 */
export function samplesOf(word: number, encoding: Encoding, header: PngHeader): number[] {
  const { channels } = encoding;
  const byte = (place: number) => (word >>> (place * 8)) & 0xff;
  if (channels === "index") return [byte(0)];
  if (halvesOf(encoding, header) !== undefined) {
    return channels.length === 2 ? [word & 0xffff, word >>> 16] : [word & 0xffff];
  }
  if (channels !== "grey") return Array.from(channels, (channel) => byte(CHANNELS.indexOf(channel)));
  // Engines scale samples to 0 … 255.
  if (samplesPerPixel(header) < 3) return [(byte(0) * (2 ** header.bitDepth - 1)) / 255];
  if (byte(0) === byte(1) && byte(0) === byte(2)) return [byte(0)];
  const color = `rgb(${byte(0)}, ${byte(1)}, ${byte(2)})`;
  throw mismatch(encoding, `needs grey samples, but the mask has the colour ${color}`, "");
}

/** The samples as one number, the first lowest. */
export function numberOf(samples: readonly number[], encoding: Encoding, header: PngHeader): number {
  const levels = halvesOf(encoding, header) === undefined ? 2 ** 8 : 2 ** 16;
  return samples.reduceRight((number, sample) => number * levels + sample, 0);
}

/**
 * Refuses numbers of 8 bits if the encoding has the class above them. Only 0 is the same with 8 and 16 bits.
 * @throws {DecodeError} ENCODING_MISMATCH
 */
export function checkNumber(id: number, encoding: Encoding, header: PngHeader): void {
  if (encoding.needs16Bits !== true || id === 0 || halvesOf(encoding, header) !== undefined) return;
  const remedy = '; if the numbers are classes, use "grey"';
  throw mismatch(encoding, `needs samples of 16 bits, but those of the PNG have ${header.bitDepth}`, remedy);
}

/** The palette's colour at an index, as `#rrggbb`. @param index of a pixel: the engines refuse one that the palette lacks */
export function colorOfIndex(index: number, palette: Uint8Array | null): string | undefined {
  if (palette === null) return undefined;
  const bytes = palette.subarray(index * 3, index * 3 + 3);
  return `#${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Refuses indices whose colours are those of Pascal VOC, but of other numbers. A tool has then saved the mask again and
 * sorted its palette, and the indices are no class ids any more. Encodings of your own are not checked.
 *
 * @throws {DecodeError} ENCODING_MISMATCH
 */
export function checkOrder(
  pixels: readonly { readonly id: number; readonly color: string | undefined }[],
  encoding: Encoding,
): void {
  if (encoding.name !== "palette-index") return;
  const areVocs = pixels.every(({ color }) => vocColorMap.includes(color!));
  const moved = pixels.find(({ id, color }) => color !== vocColorMap[id]);
  if (!areVocs || moved === undefined) return;
  const problem = `needs class ids, but the palette has the colours of Pascal VOC in another order: ${moved.color} is at ${moved.id}`;
  throw mismatch(encoding, problem, '; decode its colours with the legend "pascal-voc"');
}

function mismatch({ name }: Encoding, problem: string, remedy: string): DecodeError {
  return new DecodeError("ENCODING_MISMATCH", `the encoding "${name}" ${problem}${remedy}`);
}
