/**
 * Turns the counts of a COCO run-length code into its string, and back.
 *
 * From the fourth count on, the difference to the count two places before is written, since both count the same kind of
 * pixel. A number is cut into groups of five bits, lowest first, until the remaining bits are all copies of the last
 * group's highest bit, which is the sign. Bit 5 says that another group follows. Adding 48 makes a group a character
 * from `0` to `o`. (pycocotools 2.0.11, `rleToString` and `rleFrString` in maskApi.c.)
 */
import { quote } from "../checks/describe.js";
import { FormatError } from "../errors.js";

/** Seven groups of five bits hold any difference of two counts below 2^31. */
const MAX_GROUPS = 7;

/** Made when it is first needed: jsdom has none, and must still be able to import this file. */
let decoder: TextDecoder | undefined;

/** @param counts each below 2^31. */
export function writeCounts(counts: Uint32Array): string {
  const out = new Uint8Array(counts.length * MAX_GROUPS);
  let length = 0;
  let before = 0;
  let beforeThat = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    let rest = i > 2 ? count - beforeThat : count;
    beforeThat = before;
    before = count;
    // One group is enough from -16 to 15.
    while (rest < -16 || rest > 15) {
      out[length++] = (rest & 31) + 32 + 48;
      rest >>= 5;
    }
    out[length++] = (rest & 31) + 48;
  }
  decoder ??= new TextDecoder();
  return decoder.decode(out.subarray(0, length));
}

/**
 * @param path what messages call the code.
 * @returns the counts as they are written; the caller must check that they form a mask.
 * @throws {FormatError} FORMAT_INVALID: an invalid character, a number that is too long, or a string that ends in the
 *   middle of a number.
 */
export function readCounts(text: string, path: string): number[] {
  const counts: number[] = [];
  for (let place = 0; place < text.length; ) {
    const start = place;
    let count = 0;
    let scale = 1;
    let group: number;
    do {
      if (place === text.length)
        throw invalid(`${path}'s counts end in the middle of the number at character ${start}.`);
      if (place === start + MAX_GROUPS) {
        throw invalid(`the number at character ${start} of ${path}'s counts is too long.`);
      }
      group = text.charCodeAt(place) - 48;
      if (group < 0 || group > 63) {
        throw invalid(
          `character ${place} of ${path}'s counts is ${quote(text[place]!)}; only 0 to o are allowed.`,
        );
      }
      count += (group & 31) * scale;
      scale *= 32;
      place++;
    } while (group & 32);
    if (group & 16) count -= scale;
    counts.push(counts.length > 2 ? count + counts[counts.length - 2]! : count);
  }
  return counts;
}

function invalid(message: string): FormatError {
  return new FormatError("FORMAT_INVALID", "COCO RLE", message);
}
