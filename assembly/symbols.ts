/**
 * The symbols of a compressed block to bytes: the loop in which a decode spends most of its time. It takes up to three
 * literals per turn, or up to two literals and a match. The codes of most matches are so short that one entry holds the
 * length and the distance (pairTable).
 *
 * Why no load or store leaves its buffer:
 *
 *   bits     A refill leaves 56 to 63. Three literals of the first level take at most 33, and after them, or after one or
 *            two, comes another refill. A whole match takes at most 48: 15 + 5 for the length, 15 + 13 for the distance.
 *            A refill really loads all 64 bits. So 16 are left when the next turn looks up its first entry, and 11 are
 *            needed.
 *   input    A turn starts with at least SYMBOL_BYTES there. Its two refills load 8 bytes each, the second at most 7
 *            bytes after the first. In the last piece a turn may read padding, but the next turn checks the position
 *            first: at most 7 bytes of padding are loaded then. Its three refills load at most 18 more, which is within
 *            INPUT_PADDING (bits.ts). A refill while a match is extended asks for SYMBOL_BYTES again.
 *   output   A turn starts before `wanted` and writes at most OVERSHOOT bytes (window.ts), which the buffer has behind it.
 */
import { bitCount, bits, input, inputEnd, isLastPiece, refill, storeBits } from "./bits";
import { check } from "./check";
import {
  DISTANCE_BITS,
  distanceTable,
  EXCEPTIONAL,
  extraBits,
  LINK,
  LITERAL,
  LITERAL_BITS,
  literalTable,
  PAIR_BITS,
  pairTable,
} from "./huffman";
import { Status } from "./status";
import {
  COPY_STEP,
  copyMatch,
  historyStart,
  MAX_LENGTH,
  OVERSHOOT,
  output,
  repeatPattern,
  setOutput,
} from "./window";

/** Bytes of input that a turn needs: a refill loads 8 bytes, twice. */
const SYMBOL_BYTES: usize = 16;
const LITERAL_MASK: u64 = (1 << LITERAL_BITS) - 1;
const DISTANCE_MASK: u64 = (1 << DISTANCE_BITS) - 1;
const PAIR_MASK: u64 = (1 << PAIR_BITS) - 1;

/**
 * Decodes symbols until the block ends (Status.DONE), `output` has reached `wanted` (Status.BAND), the input is used up,
 * or an error shows. Works on local copies of the module's variables, which stay in registers.
 */
export function inflateSymbols(wanted: usize): Status {
  const lastSafeInput = inputEnd - SYMBOL_BYTES;
  if (<isize>input <= <isize>lastSafeInput) refill();
  let from = input;
  let to = output;
  let buffer = bits;
  let count = bitCount;
  const earliest = historyStart;
  let status: Status = Status.BAND;

  while (to < wanted) {
    if (<isize>from > <isize>lastSafeInput) {
      if (!isLastPiece) {
        status = Status.NEEDS_INPUT;
        break;
      }
      if (from - (count >> 3) > inputEnd) {
        status = Status.TRUNCATED;
        break;
      }
      buffer |= load<u64>(from) << count;
      from += (63 - count) >> 3;
      count |= 56;
    }
    // Before the refill, so that it need not wait for that.
    let entry = firstLevel(literalTable, buffer & LITERAL_MASK);
    let pair = pairAt(buffer);
    buffer |= load<u64>(from) << count;
    from += (63 - count) >> 3;
    count |= 56;

    if (entry & LITERAL) {
      store<u8>(to++, <u8>(entry >> 16));
      buffer >>= entry;
      count -= entry & 63;
      entry = firstLevel(literalTable, buffer & LITERAL_MASK);
      if (entry & LITERAL) {
        store<u8>(to++, <u8>(entry >> 16));
        buffer >>= entry;
        count -= entry & 63;
        entry = firstLevel(literalTable, buffer & LITERAL_MASK);
        if (entry & LITERAL) {
          store<u8>(to++, <u8>(entry >> 16));
          buffer >>= entry;
          count -= entry & 63;
          continue;
        }
      }
      buffer |= load<u64>(from) << count;
      from += (63 - count) >> 3;
      count |= 56;
      pair = pairAt(buffer);
    }
    // The bits of a match start here.
    const symbol = buffer;
    const countBefore = count;
    let length: usize;
    let distance: usize;
    if (pair !== 0) {
      // As below, but both codes are known at once, so the next turn can start earlier.
      length = <usize>(pair >> 32);
      distance = (<u32>pair >> 16) + extraBits(buffer, <u32>pair);
      buffer >>= pair;
      count -= <u32>pair & 63;
    } else {
      if (<i32>entry < 0) {
        if (entry & LINK) {
          buffer >>= entry;
          count -= entry & 63;
          entry = secondLevel(literalTable, entry, <u32>buffer);
        }
        if (<i32>entry < 0) {
          buffer >>= entry;
          count -= entry & 63;
          status = entry === EXCEPTIONAL ? Status.BAD_SYMBOL : Status.DONE;
          break;
        }
        if (entry & LITERAL) {
          store<u8>(to++, <u8>(entry >> 16));
          buffer >>= entry;
          count -= entry & 63;
          continue;
        }
      }

      length = (entry >> 16) + extraBits(buffer, entry);
      // Of a sum of entries, too, only the low six bits matter. So `buffer` is shifted once, when both entries are known, and
      // the next turn waits for one operation less.
      let passed = entry;
      let rest = buffer >> entry;
      entry = firstLevel(distanceTable, rest & DISTANCE_MASK);
      if (<i32>entry < 0) {
        passed += entry;
        rest >>= entry;
        if (entry & LINK) entry = secondLevel(distanceTable, entry, <u32>rest);
        if (<i32>entry < 0) {
          status = Status.BAD_SYMBOL;
          count -= passed & 63;
          break;
        }
      }
      distance = (entry >> 16) + extraBits(rest, entry);
      passed += entry;
      buffer >>= passed;
      count -= passed & 63;
    }

    if (to - earliest < distance) {
      status = Status.DISTANCE_TOO_FAR;
      break;
    }
    if (length === MAX_LENGTH) {
      // A long run is the same match again and again. While the next bits are the same, they extend this match.
      const symbolBits = countBefore - count;
      const mask = ~(~(<u64>0) << symbolBits);
      for (;;) {
        if (((buffer ^ symbol) & mask) === 0 && to + length < wanted) {
          // Bits that equal those one symbol later belong to the same symbol again.
          const same = <u32>ctz(buffer ^ (buffer >> symbolBits)) + symbolBits;
          const most = <u32>((wanted - to - length + MAX_LENGTH - 1) / MAX_LENGTH);
          const times = min(min(same, count) / symbolBits, most);
          buffer >>= times * symbolBits;
          count -= times * symbolBits;
          length += <usize>times * MAX_LENGTH;
        }
        if (<isize>from > <isize>lastSafeInput) break;
        const isEnd = count >= symbolBits;
        buffer |= load<u64>(from) << count;
        from += (63 - count) >> 3;
        count |= 56;
        if (isEnd) break;
      }
    }
    if (distance >= 16) copyMatch(to, distance, length);
    else repeatPattern(to, distance, length);
    to += length;
  }

  // If the last symbol was read from padding, it means nothing, and neither does its error. The bits of a code without
  // meaning are not taken. They are at most eight, in the fixed code, so one more byte is counted. If all of them are in the
  // last byte, the stream is cut as well.
  const next = from - (count >> 3) + usize(status === Status.BAD_SYMBOL);
  if (isLastPiece && next > inputEnd) status = Status.TRUNCATED;
  check(to < wanted + OVERSHOOT - COPY_STEP);
  storeBits(from, buffer, count);
  setOutput(to);
  return status;
}

function pairAt(buffer: u64): u64 {
  return load<u64>(pairTable + ((<usize>(buffer & PAIR_MASK)) << 3));
}

function firstLevel(table: usize, index: u64): u32 {
  return load<u32>(table + ((<usize>index) << 2));
}

/** The entry that a link leads to; `buffer` starts with the bits behind the first level's. */
function secondLevel(table: usize, link: u32, buffer: u32): u32 {
  const index = ((link >> 16) & 0x1fff) + (buffer & ((1 << ((link >> 8) & 15)) - 1));
  return load<u32>(table + ((<usize>index) << 2));
}
