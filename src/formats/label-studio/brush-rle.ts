/**
 * The run-length code of Label Studio's brush: `decode_rle` in converter/brush.py of label-studio-sdk, which is `decode` of
 * thi.ng/rle-pack. It is a stream of bits, the highest bit of each byte first:
 *
 *   32 bits  number of values: width * height * 4, since each pixel is red, green, blue and alpha
 *    5 bits  bits of a value, less 1
 *   4 × 4    bits of a length, less 1, for each of four kinds
 *   blocks   1 bit: whether all values are equal │ 2 bits: kind │ length less 1 │ the value, or `length` values
 *
 * The mask is where alpha is not 0. Bits that are left at the end mean nothing.
 */
import { kindOf } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";
import type { DenseMap } from "../../maps/dense-map.js";

/** Values of a pixel. */
const CHANNELS = 4;
const ALPHA = 3;

/**
 * The mask, 1 for each pixel that the brush has covered.
 *
 * @param bytes the field `rle`: an array of numbers from 0 to 255
 * @param path where the bytes are, for messages
 * @throws {FormatError} FORMAT_INVALID: the bytes are no such code, or one of an image of another size.
 */
export function maskOfBrush(
  bytes: readonly unknown[],
  { width, height }: { readonly width: number; readonly height: number },
  path: string,
  format: string,
): DenseMap<Uint8Array> {
  const invalid = (message: string) => new FormatError("FORMAT_INVALID", format, message);
  const total = width * height * CHANNELS;
  let at = 0;
  /** Reads an unsigned number of up to 32 bits. */
  const read = (bits: number): number => {
    let value = 0;
    for (let left = bits; left > 0; ) {
      const byte = bytes[at >> 3];
      if (byte === undefined) throw invalid(`${path}: ends too early; the code is cut off.`);
      if (!Number.isInteger(byte) || (byte as number) < 0 || (byte as number) > 255) {
        const found = typeof byte === "number" ? byte : kindOf(byte);
        throw invalid(`${path}[${at >> 3}]: is ${found}; a byte is an integer from 0 to 255.`);
      }
      const available = 8 - (at & 7);
      const taken = Math.min(available, left);
      value = value * 2 ** taken + (((byte as number) >> (available - taken)) & (2 ** taken - 1));
      at += taken;
      left -= taken;
    }
    return value;
  };
  const count = read(32);
  if (count !== total) {
    throw invalid(`${path}: holds ${count} values; ${width}×${height} pixels of four need ${total}.`);
  }
  const wordBits = read(5) + 1;
  const lengthBits = [read(4) + 1, read(4) + 1, read(4) + 1, read(4) + 1];
  const data = new Uint8Array(width * height);
  for (let place = 0; place < total; ) {
    const isRun = read(1) === 1;
    const length = read(lengthBits[read(2)]!) + 1;
    if (place + length > total) throw invalid(`${path}: holds more values than it says.`);
    if (isRun) {
      // Of a run, the pixels count whose alpha is in it.
      if (read(wordBits) !== 0) data.fill(1, place >> 2, (place + length) >> 2);
    } else {
      for (let index = place; index < place + length; index++) {
        if (read(wordBits) !== 0 && index % CHANNELS === ALPHA) data[index >> 2] = 1;
      }
    }
    place += length;
  }
  return { width, height, data };
}
