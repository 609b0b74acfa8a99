/** What is said about files that cannot be decoded. */

import { counted } from "../checks/counted.js";
import { quote } from "../checks/describe.js";
import { DecodeError, type ErrorCode, type Issue, PngError } from "../errors.js";
import type { Label } from "../maps/label.js";
import { BIT_DEPTHS, type ColorType, type PngHeader, SIGNATURE, samplesPerPixel } from "./png/container.js";

const EXPORT = "export the mask as a PNG, which keeps colours exact";
const LOSSY = `${EXPORT}; do not convert this file, since its colours are no longer exact`;

/** Stands for any byte in a `start` of `KINDS`. */
const ANY = "\u{ffff}";

/**
 * What is often passed instead of a PNG: how its bytes start (as latin1), its kind, and what to do about it. The first
 * match counts.
 */
const KINDS: readonly (readonly [starts: RegExp | readonly string[], kind: string, remedy: string])[] = [
  [
    ["version https://git-lfs.github.com/"],
    "a Git LFS pointer, not the mask itself",
    "run `git lfs pull` where the mask comes from",
  ],
  // The signature holds a CR LF, a LF and a byte above 127, so that such damage shows (PNG specification, 5.2).
  [
    ["\x89", "\t", "\xc2\x89", "\xef\xbf\xbd"].flatMap((first) => [`${first}PNG\r`, `${first}PNG\n`]),
    "a PNG that was damaged as text",
    "copy the mask again in binary mode (`*.png binary` in .gitattributes)",
  ],
  [["\xff\xd8\xff"], "a JPEG", LOSSY],
  [["GIF8"], "a GIF", EXPORT],
  [[`RIFF${ANY.repeat(4)}WEBP`], "a WebP", LOSSY],
  [["II*\0", "MM\0*", "II+\0", "MM\0+"], "a TIFF", EXPORT],
  [[`BM${ANY.repeat(4)}\0\0\0\0`], "a BMP", EXPORT],
  [
    ["avif", "avis", "heic", "heix", "mif1"].map((brand) => `${ANY.repeat(4)}ftyp${brand}`),
    "an AVIF or HEIC",
    LOSSY,
  ],
  [/^P[1-7]\s/, "a PBM, PGM or PPM", EXPORT],
  [["%PDF-"], "a PDF", EXPORT],
  [["\x93NUMPY"], "a NumPy array (.npy)", "read it with `decodeNpy` of labelmap/formats"],
  [
    ["PK\x03\x04", "PK\x05\x06"],
    "a zip archive (or an .npz, which is one)",
    "unpack it, and give the PNG inside",
  ],
  [["\x1f\x8b"], "a gzip file", "unpack it, and give the PNG inside"],
  [
    /^(\xef\xbb\xbf)?\s*<(!doctype|html|head|body)/i,
    "text: an HTML page, which servers send if a login is needed or a file is missing",
    "open the mask's URL in a browser to see the page",
  ],
  [/^(\xef\xbb\xbf)?\s*</, "text: XML or an SVG", "look in it for a server's error message"],
  [
    /^(\xef\xbb\xbf)?\s*[[{]/,
    "text: JSON",
    "look in it for a server's error message; if it is the result, pass it as the second argument",
  ],
  [/^[\t\n\r -~]+$/, "text", "look in it for a server's error message"],
];

/** The error for bytes that do not start with the signature: it names what they are, and what to do. */
export function signatureError(bytes: Uint8Array): PngError {
  const wrong = SIGNATURE.findIndex((byte, index) => bytes[index] !== byte);
  if (wrong >= bytes.length) {
    return new PngError("PNG_TRUNCATED", bytes.length, "the file ends inside the PNG signature");
  }
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  const [, kind, remedy] = KINDS.find(([starts]) => isStart(starts, start)) ?? [null, "not a PNG", EXPORT];
  return new PngError("PNG_SIGNATURE", wrong, `the bytes are ${kind}; a mask must be a PNG: ${remedy}`);
}

function isStart(starts: RegExp | readonly string[], text: string): boolean {
  if (starts instanceof RegExp) return starts.test(text);
  return starts.some((start) =>
    [...start].every((character, index) => character === ANY || character === text[index]),
  );
}

/** The error for an IHDR with impossible content (PNG specification, 11.2.1). */
export function headerError(content: Uint8Array, offset: number): PngError {
  if (content.length !== 13) {
    return new PngError("PNG_HEADER", offset, `IHDR has ${content.length} bytes instead of 13`);
  }
  const view = new DataView(content.buffer, content.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [bitDepth, colorType, ...methods] = content.subarray(8) as unknown as number[];
  const fault = (place: number, problem: string) =>
    new PngError("PNG_HEADER", offset + place, `IHDR: ${problem}`);
  if ([width, height].some((length) => length === 0 || length > 0x7fffffff)) {
    return fault(0, `the size ${width}×${height} is not allowed`);
  }
  const depths = BIT_DEPTHS[colorType as ColorType];
  if (depths === undefined) return fault(9, `colour type ${colorType} does not exist`);
  if (!depths.includes(bitDepth!))
    return fault(8, `colour type ${colorType} does not allow bit depth ${bitDepth}`);
  const wrong = methods.findIndex((method, index) => method > (index === 2 ? 1 : 0));
  const name = ["compression", "filter", "interlace"][wrong];
  return fault(10 + wrong, `${name} method ${methods[wrong]} does not exist`);
}

/** The place of the bit depth in every PNG (11.2.1). */
const BIT_DEPTH_OFFSET = 24;

/** The error for samples of 16 bits that are no colours. */
export function wideColorsError(header: PngHeader): PngError {
  const names =
    samplesPerPixel(header) < 3
      ? '`encoding: "grey"` or `encoding: "cityscapes-instance"`'
      : '`encoding: "synthia"`';
  const message = `the samples have 16 bits that do not fit 8, so they are no colours of a legend; if they are class ids or object numbers, decode them with ${names}; if they are colours, save the mask with 8 bits per sample`;
  return new PngError("PNG_16_BIT_COLORS", BIT_DEPTH_OFFSET, message);
}

/** The most labels that an issue names. */
const MOST_NAMED = 3;

/** The issue about fully transparent pixels that have a label. @param transparent how many, for each label */
export function transparencyIssue(labels: readonly Label[], transparent: readonly number[]): Issue {
  const all = transparent.reduce((sum, count) => sum + count, 0);
  const held = labels.filter(({ index }) => transparent[index]! > 0);
  const named = held.slice(0, MOST_NAMED).map(({ index, color, name, pixelCount }) => {
    return `${transparent[index]} of the ${counted(pixelCount, "pixel")} of ${color} ${quote(name)}`;
  });
  if (held.length > MOST_NAMED) named.push(`those of ${counted(held.length - MOST_NAMED, "other label")}`);
  return {
    code: "transparent-pixels",
    message: `${counted(all, "fully transparent pixel")} got a label by colour: ${named.join(", ")}; if nobody labelled them, decode with transparent: "unlabelled"`,
  };
}

/** What the module's errors mean, by their numbers in assembly/status.ts, from -1 down. */
const STATUS_ERRORS: readonly (readonly [ErrorCode, string])[] = [
  ["PNG_DATA", "they do not start with a zlib header"],
  ["PNG_DATA", "they need a preset dictionary, which PNG does not allow"],
  ["PNG_ADLER32", "the Adler-32 checksum of the compressed pixels does not match"],
  ["PNG_DATA", "they end too early"],
  ["PNG_DATA", "a block has type 3, which does not exist"],
  ["PNG_DATA", "a stored block's length and its complement do not match"],
  ["PNG_DATA", "a block has more literal or distance codes than exist"],
  ["PNG_DATA", "a block's code-length code is over-subscribed or incomplete"],
  ["PNG_DATA", "a code length is repeated before the first or after the last"],
  ["PNG_DATA", "a block has no code for its end"],
  ["PNG_DATA", "a block's literal code is over-subscribed or incomplete"],
  ["PNG_DATA", "a block's distance code is over-subscribed or incomplete"],
  ["PNG_DATA", "a code has no meaning"],
  ["PNG_DATA", "a match reaches back before the first byte"],
  ["PNG_DATA_LENGTH", "the compressed pixels inflate to fewer bytes than IHDR implies"],
  ["PNG_DATA_LENGTH", "the compressed pixels inflate to more bytes than IHDR implies"],
  ["PNG_FILTER_TYPE", "filter types are 0 to 4"],
  ["PNG_PALETTE_INDEX", "PLTE has no such entry"],
];

/** assembly/status.ts */
const WIDE_COLORS = -19;

/**
 * The error for a status of the fused engine.
 *
 * @param detail the row or palette index that it refers to
 * @param offset the byte of the file where it shows
 */
export function statusError(status: number, detail: number, offset: number, header: PngHeader): Error {
  if (status === WIDE_COLORS) return wideColorsError(header);
  const meaning = STATUS_ERRORS[-1 - status];
  if (meaning === undefined) return new DecodeError("INTERNAL", `the module ended with status ${status}`);
  const [code, reason] = meaning;
  const messages: Partial<Record<ErrorCode, string>> = {
    PNG_DATA: `the compressed pixels are malformed: ${reason}`,
    PNG_FILTER_TYPE: `scanline ${detail} has a filter type above 4; ${reason}`,
    PNG_PALETTE_INDEX: `a pixel has palette index ${detail}; ${reason}`,
  };
  return new PngError(code, offset, messages[code] ?? reason);
}
