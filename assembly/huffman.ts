/**
 * Code lengths to decoding tables (RFC 1951, 3.2.2). Decoding a symbol takes one load: the next bits of the stream, in
 * their order there, are the index.
 *
 *   first level    2^bits entries; a code of up to `bits` bits fills every entry whose index ends in it
 *   second level   after it: a small table for each prefix of longer codes, indexed by the bits that follow
 *
 * An entry has 32 bits. Its low six bits say how far the stream advances. A 64-bit shift looks only at the low six bits
 * of its count, so the entry itself can be that count.
 *
 *   31 │ 30 │ 29 │ 28      16 │ 11 … 8 │ 5 … 0
 *    0 │  1 │  0 │ byte       │        │ code length                  a literal
 *    0 │  0 │  0 │ length     │ code   │ code length + extra bits     a match's length: base, and where extra bits start
 *    0 │         distance     │ code   │ code length + extra bits     its distance, likewise (15 bits of base)
 *    1 │  0 │  1 │ place      │ bits   │ first level's bits           link: continue in the second level
 *    1 │  0 │  0 │ 0          │ 0      │ code length                  end of block
 *    1 │  0 │  0 │ 0          │ 0      │ 0                            no code: an error
 *
 * Which sets of lengths are malformed follows zlib (inftrees.c), so that both accept the same streams.
 */

import { check } from "./check";

/**
 * Bits of the first levels. libdeflate has 11 and 8 (deflate_decompress.c). Nearly all codes are then found in the first
 * level, and the tables still fit a first-level cache and are filled in a few microseconds.
 */
export const LITERAL_BITS: u32 = 11;
export const DISTANCE_BITS: u32 = 9;
/** The code for the code lengths has no codes longer than seven bits (3.2.7). */
export const CODE_LENGTH_BITS: u32 = 7;

export const LITERAL: u32 = 1 << 30;
export const EXCEPTIONAL: u32 = 1 << 31;
export const LINK: u32 = 1 << 29;

/** What the symbols of a code mean. */
export enum Alphabet {
  LITERALS,
  DISTANCES,
  CODE_LENGTHS,
}

const MAX_BITS: u32 = 15;
const MAX_SYMBOLS: i32 = 288;
/**
 * The most entries that a first level and its second levels can have together. For 288 symbols with 11 bits the number is
 * libdeflate's. For 32 symbols with 9 bits it was found by trying all 2,733,591 codes, as zlib's examples/enough.c does.
 */
const LITERAL_ENTRIES: i32 = 2342;
const DISTANCE_ENTRIES: i32 = 594;

export const literalTable = memory.data(LITERAL_ENTRIES * 4);
export const distanceTable = memory.data(DISTANCE_ENTRIES * 4);
export const codeLengthTable = memory.data(128 * 4);

/**
 * Matches whose length, its extra bits and the code of their distance take at most PAIR_BITS bits together. In noise these are
 * nearly all, and one load instead of two is the whole match. With 10 bits, noise is no faster, and filling takes longer.
 *
 *   63      32 │ 31        16 │ 11 … 8                 │ 5 … 0
 *   length     │ distance     │ where extra bits start │ all bits          distance: base; an entry of 0: no such match
 */
export const PAIR_BITS: u32 = 9;
export const pairTable = memory.data((1 << PAIR_BITS) << 3);

const lengthCounts = memory.data((MAX_BITS + 1) * 4);
const lengthStarts = memory.data((MAX_BITS + 1) * 4);
const sortedSymbols = memory.data(MAX_SYMBOLS * 2);

/**
 * Fills `table` from the code lengths of `count` symbols, one byte each at `lengths`; 0 means that a symbol has no code.
 * Returns false if no complete prefix code has these lengths: there are too many codes, or some bit patterns are left
 * unused. Only two incomplete codes are allowed: no code at all, and a single code of one bit.
 */
export function buildTable(
  lengths: usize,
  count: u32,
  table: usize,
  tableBits: u32,
  alphabet: Alphabet,
): bool {
  memory.fill(lengthCounts, 0, (MAX_BITS + 1) * 4);
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const counter = lengthCounts + ((<usize>load<u8>(lengths + symbol)) << 2);
    store<u32>(counter, load<u32>(counter) + 1);
  }
  let longest: u32 = MAX_BITS;
  while (longest > 0 && countOf(longest) === 0) longest--;
  if (longest === 0) {
    markNoCode(table, tableBits);
    return alphabet !== Alphabet.CODE_LENGTHS;
  }

  // Kraft's inequality: count the `unused` bit patterns of each length. In the end there must be none.
  let unused: i32 = 1;
  let start: u32 = 0;
  for (let length: u32 = 1; length <= MAX_BITS; length++) {
    unused = (unused << 1) - countOf(length);
    if (unused < 0) return false;
    store<u32>(lengthStarts + ((<usize>length) << 2), start);
    start += countOf(length);
  }
  if (unused > 0) {
    if (alphabet === Alphabet.CODE_LENGTHS || longest !== 1) return false;
    markNoCode(table, tableBits);
  }

  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const length: usize = load<u8>(lengths + symbol);
    if (length === 0) continue;
    const next = lengthStarts + (length << 2);
    const place = load<u32>(next);
    store<u32>(next, place + 1);
    store<u16>(sortedSymbols + ((<usize>place) << 1), <u16>symbol);
  }
  fillTable(lengths, start, table, tableBits, longest, alphabet);
  return true;
}

/** Fills the table of pairs from the two tables of a block. */
export function pairCodes(): void {
  for (let index: u32 = 0; index < 1 << PAIR_BITS; index++) {
    store<u64>(pairTable + ((<usize>index) << 3), pairOf(index));
  }
}

/** The match that PAIR_BITS bits start with, or 0. */
function pairOf(bits: u32): u64 {
  const length = load<u32>(literalTable + ((<usize>bits) << 2));
  const passed = length & 63;
  // Literals, links and the end of the block are at LITERAL or above.
  if (length >= LITERAL || passed > PAIR_BITS) return 0;
  // What is left of the bits is shorter than an index of this table.
  const distance = load<u32>(distanceTable + ((<usize>(bits >> passed)) << 2));
  if (distance >= EXCEPTIONAL || passed + ((distance >> 8) & 15) > PAIR_BITS) return 0;
  return ((<u64>((length >> 16) + extraBits(bits, length))) << 32) | (distance + passed * 0x101);
}

/** The value of the extra bits: those between the length of the code and the length of code and extra bits. */
export function extraBits(buffer: u64, entry: u32): u32 {
  return <u32>((buffer & ~(~(<u64>0) << entry)) >> (entry >> 8));
}

function countOf(length: u32): i32 {
  return load<i32>(lengthCounts + ((<usize>length) << 2));
}

/** Marks all entries of a first level. Only an incomplete code needs it: others fill every entry of both levels. */
function markNoCode(table: usize, tableBits: u32): void {
  fillEvery(table, 0, 1 << tableBits, 1, EXCEPTIONAL);
}

/** Assigns the codes in order of length and symbol. `code` is kept bit-reversed, as it is in the stream. */
function fillTable(
  lengths: usize,
  codes: u32,
  table: usize,
  tableBits: u32,
  longest: u32,
  alphabet: Alphabet,
): void {
  const firstLevelEnd: u32 = 1 << tableBits;
  let code: u32 = 0;
  let subtable: u32 = firstLevelEnd;
  let subtableBits: u32 = 0;
  let subtablePrefix: u32 = u32.MAX_VALUE;
  for (let place: u32 = 0; place < codes; place++) {
    const symbol: u32 = load<u16>(sortedSymbols + ((<usize>place) << 1));
    const length: u32 = load<u8>(lengths + symbol);
    // From here on the counts say how many codes of each length are still to come.
    const counter = lengthCounts + ((<usize>length) << 2);
    if (length <= tableBits) {
      fillEvery(table, code, firstLevelEnd, 1 << length, entryOf(symbol, length, alphabet));
    } else {
      const prefix = code & (firstLevelEnd - 1);
      if (prefix !== subtablePrefix) {
        subtable += subtablePrefix === u32.MAX_VALUE ? 0 : 1 << subtableBits;
        subtablePrefix = prefix;
        subtableBits = bitsOfSubtable(length, tableBits, longest);
        const entries = alphabet === Alphabet.LITERALS ? LITERAL_ENTRIES : DISTANCE_ENTRIES;
        check(<i32>(subtable + (1 << subtableBits)) <= entries);
        const link = EXCEPTIONAL | LINK | (subtable << 16) | (subtableBits << 8) | tableBits;
        store<u32>(table + ((<usize>prefix) << 2), link);
      }
      const entry = entryOf(symbol, length - tableBits, alphabet);
      const entries = table + ((<usize>subtable) << 2);
      fillEvery(entries, code >> tableBits, 1 << subtableBits, 1 << (length - tableBits), entry);
    }
    store<u32>(counter, load<u32>(counter) - 1);
    code = nextReversed(code, length);
  }
}

/** The bits of a subtable whose first code has `length` bits: enough for all codes with its prefix. */
function bitsOfSubtable(length: u32, tableBits: u32, longest: u32): u32 {
  let bits = length - tableBits;
  let room = (1 << bits) - countOf(length);
  while (room > 0 && bits + tableBits < longest) {
    bits++;
    room = (room << 1) - countOf(bits + tableBits);
  }
  return bits;
}

function fillEvery(table: usize, first: u32, end: u32, step: u32, entry: u32): void {
  for (let index = first; index < end; index += step) store<u32>(table + ((<usize>index) << 2), entry);
}

/** code + 1 with the bits reversed: the carry runs from the top down. All ones wrap to 0. */
function nextReversed(code: u32, length: u32): u32 {
  let bit: u32 = 1 << (length - 1);
  while (code & bit) bit >>= 1;
  return bit === 0 ? 0 : (code & (bit - 1)) | bit;
}

function entryOf(symbol: u32, codeLength: u32, alphabet: Alphabet): u32 {
  if (alphabet === Alphabet.CODE_LENGTHS) return (symbol << 16) | codeLength;
  if (alphabet === Alphabet.DISTANCES)
    return symbol > 29 ? EXCEPTIONAL : matchEntry(symbol, 1, 1, codeLength);
  if (symbol < 256) return LITERAL | (symbol << 16) | codeLength;
  if (symbol === 256) return EXCEPTIONAL | codeLength;
  if (symbol > 285) return EXCEPTIONAL;
  // The longest match has a symbol without extra bits, outside of the rule.
  return symbol === 285 ? (258 << 16) | (codeLength * 0x101) : matchEntry(symbol - 257, 2, 3, codeLength);
}

/**
 * The bases and extra bits of 3.2.5. Symbols come in groups of 2^groupBits with equally many extra bits: none in the first
 * two groups, then one more in each group. The bases continue where the symbol before ends.
 */
function matchEntry(symbol: u32, groupBits: u32, least: u32, codeLength: u32): u32 {
  const extra = <u32>max(<i32>(symbol >> groupBits) - 1, 0);
  const base = ((symbol - (extra << groupBits)) << extra) + least;
  return (base << 16) | (codeLength << 8) | (codeLength + extra);
}
