/**
 * A zlib stream (RFC 1950, 1951) to bytes, piece by piece: input comes in pieces of any size, and output stops where
 * the caller wants it, between two symbols.
 *
 *   input    │ used │ next bytes …                  │ padding                 bits: the next 56 to 63 of them
 *   output   │ the last 32 KiB: the window │ new … →│ overshoot
 *
 * The bit buffer is refilled without a branch, as in libdeflate (deflate_decompress.c) and in Fabian Giesen's "Reading
 * bits in far too many ways": load eight bytes over what is there, move on by the whole bytes that fit. Bits above
 * `bitCount` are then bytes that will be loaded again, the same, so OR-ing them twice does no harm.
 *
 * Why no load or store leaves its buffer: a symbol is at most 48 bits (15 + 5 for a length, 15 + 13 for a distance),
 * and is only begun with 16 bytes of input there; in the very last piece it may read padding, and then the place is
 * checked before the next symbol. It writes at most 258 bytes, which 64-byte copies overshoot by 63: output buffers have
 * OVERSHOOT bytes more than the caller asks for.
 */
import { check } from "./check";
import {
  Alphabet,
  buildTable,
  CODE_LENGTH_BITS,
  codeLengthTable,
  DISTANCE_BITS,
  distanceTable,
  END_OF_BLOCK,
  EXCEPTIONAL,
  LITERAL,
  LITERAL_BITS,
  literalTable,
} from "./huffman";
import { Status } from "./status";

/** A match is copied 64 bytes at a time. */
const COPY_REST: usize = 64;
/** Bytes past the wanted end that one more symbol may write: two literals, a match of 258, a copy's rest. */
export const OVERSHOOT: usize = 2 + 258 + COPY_REST;
/** The farthest that a match reaches back (RFC 1951, 2). */
export const WINDOW_BYTES: usize = 32768;
/** Bytes behind the input that may be loaded. */
const INPUT_PADDING: usize = 32;
/** A block's header is begun with all of it there: 3 + 14 + 19 · 3 + 316 · 14 bits are 563 bytes at most. */
const HEADER_BYTES: usize = 576;
/** So is a symbol: a refill loads 8 bytes, twice. */
const SYMBOL_BYTES: usize = 16;

/** If a piece of output has more, the rest goes unnoted, and is looked at. */
const MOST_REPEATS: i32 = 1024;

const LITERAL_MASK: u64 = (1 << LITERAL_BITS) - 1;
const DISTANCE_MASK: u64 = (1 << DISTANCE_BITS) - 1;
const CODE_LENGTH_MASK: u64 = (1 << CODE_LENGTH_BITS) - 1;

enum State {
  ZLIB_HEADER,
  BLOCK_HEADER,
  STORED,
  CODES,
  TRAILER,
  END,
}

/** The next byte of input that is not in the bit buffer yet, apart from bytes that are there in part. */
let input: usize = 0;
let inputEnd: usize = 0;
let isLastPiece: bool = false;
let bits: u64 = 0;
let bitCount: u32 = 0;
/** Where the next byte goes. */
export let output: usize = 0;
/** The earliest byte that a match may reach. */
let historyStart: usize = 0;
let state: State = State.ZLIB_HEADER;
let isLastBlock: bool = false;
let storedBytesLeft: u32 = 0;
/** The Adler-32 that the stream claims, once it has been read. */
export let claimedAdler32: u32 = 0;

/** The alphabet of the code lengths is written in this order (3.2.7). */
const CODE_LENGTH_ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
const codeLengths = memory.data(320);
/** The longest match: a longer run is written as many of these. */
const MAX_LENGTH: usize = 258;

/**
 * Long stretches of output that repeat what is `period` bytes before, a pixel that is, as the matches tell: the rows'
 * decoder need not look at these bytes at all. Records of start, end and distance (0: the bytes are zeros), and a last
 * one that is beyond everything.
 */
export const repeats = memory.data(MOST_REPEATS << 4);
let repeatsEnd: usize = repeats;
let period: u32 = 1;
/** Shorter repeats are not worth a record. */
const REPEAT_BYTES: usize = 64;

/** For each distance below 16: which of the 16 bytes from there make the repeated pattern. */
const patternShuffles = memory.data(16 * 16);
let patternShufflesReady = false;

/** Starts a stream whose bytes go to `start`; repeats of what is `pixelBytes` before are noted. */
export function beginInflate(start: usize, pixelBytes: u32): void {
  period = pixelBytes;
  repeatsEnd = repeats;
  store<usize>(repeats, usize.MAX_VALUE);
  store<usize>(repeats, usize.MAX_VALUE, 4);
  if (!patternShufflesReady) fillPatternShuffles();
  bits = 0;
  bitCount = 0;
  input = 0;
  inputEnd = 0;
  isLastPiece = false;
  output = start;
  historyStart = start;
  state = State.ZLIB_HEADER;
}

/**
 * The input goes on at `start`, with what was from `unreadInput` on first. Behind `end` there are INPUT_PADDING bytes of
 * any value.
 */
export function setInput(start: usize, end: usize, isLast: bool): void {
  input = start;
  inputEnd = end;
  isLastPiece = isLast;
}

/**
 * The first byte that is not used up: from here on the input must be kept for the next piece. Whole bytes in the bit
 * buffer go back to the input, as a stored block would else put them back to where the piece before has been.
 */
export function unreadInput(): usize {
  input -= bitCount >> 3;
  bitCount &= 7;
  bits &= ((<u64>1) << bitCount) - 1;
  return input;
}

/** The first byte of input that is not used up, apart from one that is used in part. */
export function inputPosition(): usize {
  return input - (bitCount >> 3);
}

/** The bytes from `from` on are moved to `to`, the start of the buffer: everything that is kept moves along. */
export function moveOutput(from: usize, to: usize): void {
  memory.copy(to, from, output - from);
  output -= from - to;
  for (let repeat = repeats; repeat < repeatsEnd; repeat += 16) {
    store<usize>(repeat, max(load<usize>(repeat), from) - (from - to));
    store<usize>(repeat, max(load<usize>(repeat, 4), from) - (from - to), 4);
  }
  historyStart = to;
}

/**
 * Goes on until `output` is at `wanted` or up to OVERSHOOT beyond (Status.BAND), the input is used up
 * (Status.NEEDS_INPUT), the stream has ended (Status.DONE), or it shows to be malformed.
 */
export function inflate(wanted: usize): Status {
  while (true) {
    let status: Status;
    if (state === State.CODES) {
      status = inflateCodes(wanted);
      if (status !== Status.DONE) return status;
      state = isLastBlock ? State.TRAILER : State.BLOCK_HEADER;
    } else if (state === State.STORED) {
      status = inflateStored(wanted);
      if (status !== Status.DONE) return status;
      state = isLastBlock ? State.TRAILER : State.BLOCK_HEADER;
    } else if (state === State.END) {
      return Status.DONE;
    } else {
      if (!isLastPiece && inputPosition() + HEADER_BYTES > inputEnd) return Status.NEEDS_INPUT;
      if (state === State.BLOCK_HEADER) status = readBlockHeader();
      else if (state === State.ZLIB_HEADER) status = readZlibHeader();
      else status = readTrailer();
      if (isLastPiece && inputPosition() > inputEnd) return Status.TRUNCATED;
      if (status !== Status.DONE) return status;
    }
  }
}

/** At least 56 bits are there afterwards. Past the end of the last piece they are zeros. */
function refill(): void {
  // Headers are read on padding too; beyond it nothing may be loaded.
  if (input > inputEnd + INPUT_PADDING - 8) {
    bitCount |= 56;
    return;
  }
  bits |= load<u64>(input) << bitCount;
  input += (63 - bitCount) >> 3;
  bitCount |= 56;
}

/** The next `count` bits, at most 32, lowest first. */
function takeBits(count: u32): u32 {
  refill();
  const value = <u32>(bits & (((<u64>1) << count) - 1));
  bits >>= count;
  bitCount -= count;
  return value;
}

function readZlibHeader(): Status {
  const method = takeBits(8);
  const flags = takeBits(8);
  // Compression method 8, a window up to 32 KiB, and a check (RFC 1950, 2.2).
  if ((method & 15) !== 8 || method >> 4 > 7 || ((method << 8) | flags) % 31 !== 0)
    return Status.BAD_ZLIB_HEADER;
  if (flags & 32) return Status.PRESET_DICTIONARY;
  state = State.BLOCK_HEADER;
  return Status.DONE;
}

function readTrailer(): Status {
  takeBits(bitCount & 7);
  claimedAdler32 = bswap(takeBits(32));
  state = State.END;
  return Status.DONE;
}

function readBlockHeader(): Status {
  isLastBlock = takeBits(1) === 1;
  const type = takeBits(2);
  if (type === 0) {
    takeBits(bitCount & 7);
    storedBytesLeft = takeBits(16);
    if (takeBits(16) !== (storedBytesLeft ^ 0xffff)) return Status.BAD_STORED_LENGTH;
    // Whole bytes go back to the input: a stored block is copied from there.
    input -= bitCount >> 3;
    bits = 0;
    bitCount = 0;
    state = State.STORED;
    return Status.DONE;
  }
  if (type === 3) return Status.BAD_BLOCK_TYPE;
  const status = type === 1 ? buildFixedCodes() : readDynamicCodes();
  state = State.CODES;
  return status;
}

/** 3.2.6. */
function buildFixedCodes(): Status {
  memory.fill(codeLengths, 8, 144);
  memory.fill(codeLengths + 144, 9, 112);
  memory.fill(codeLengths + 256, 7, 24);
  memory.fill(codeLengths + 280, 8, 8);
  buildTable(codeLengths, 288, literalTable, LITERAL_BITS, Alphabet.LITERALS);
  memory.fill(codeLengths, 5, 32);
  buildTable(codeLengths, 32, distanceTable, DISTANCE_BITS, Alphabet.DISTANCES);
  return Status.DONE;
}

/** 3.2.7. */
function readDynamicCodes(): Status {
  const literals = takeBits(5) + 257;
  const distances = takeBits(5) + 1;
  const lengths = takeBits(4) + 4;
  if (literals > 286 || distances > 30) return Status.TOO_MANY_CODES;
  memory.fill(codeLengths, 0, 19);
  for (let index: u32 = 0; index < lengths; index++) {
    store<u8>(codeLengths + load<u8>(CODE_LENGTH_ORDER + index), <u8>takeBits(3));
  }
  if (!buildTable(codeLengths, 19, codeLengthTable, CODE_LENGTH_BITS, Alphabet.CODE_LENGTHS)) {
    return Status.BAD_CODE_LENGTH_CODE;
  }

  const all = literals + distances;
  let done: u32 = 0;
  while (done < all) {
    refill();
    const entry = load<u32>(codeLengthTable + ((<usize>(bits & CODE_LENGTH_MASK)) << 2));
    takeBits(entry & 63);
    const symbol = entry >> 16;
    if (symbol < 16) {
      store<u8>(codeLengths + done++, <u8>symbol);
      continue;
    }
    let times: u32;
    let length: u8 = 0;
    if (symbol === 16) {
      if (done === 0) return Status.BAD_CODE_LENGTH_REPEAT;
      length = load<u8>(codeLengths + done - 1);
      times = 3 + takeBits(2);
    } else {
      times = symbol === 17 ? 3 + takeBits(3) : 11 + takeBits(7);
    }
    if (done + times > all) return Status.BAD_CODE_LENGTH_REPEAT;
    memory.fill(codeLengths + done, length, times);
    done += times;
  }
  if (load<u8>(codeLengths + 256) === 0) return Status.NO_END_OF_BLOCK_CODE;
  if (!buildTable(codeLengths, literals, literalTable, LITERAL_BITS, Alphabet.LITERALS))
    return Status.BAD_LITERAL_CODE;
  if (!buildTable(codeLengths + literals, distances, distanceTable, DISTANCE_BITS, Alphabet.DISTANCES)) {
    return Status.BAD_DISTANCE_CODE;
  }
  return Status.DONE;
}

function inflateStored(wanted: usize): Status {
  while (storedBytesLeft > 0) {
    if (output >= wanted) return Status.BAND;
    if (input >= inputEnd) return isLastPiece ? Status.TRUNCATED : Status.NEEDS_INPUT;
    const count = min(min(<usize>storedBytesLeft, inputEnd - input), wanted - output);
    memory.copy(output, input, count);
    output += count;
    input += count;
    storedBytesLeft -= <u32>count;
  }
  return Status.DONE;
}

/** The symbols of a block with codes. Its variables are copies of the module's, so that they stay in registers. */
function inflateCodes(wanted: usize): Status {
  let from = input;
  let to = output;
  let buffer = bits;
  let count = bitCount;
  const earliest = historyStart;
  const lastSafeInput = inputEnd - SYMBOL_BYTES;
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
    }
    buffer |= load<u64>(from) << count;
    from += (63 - count) >> 3;
    count |= 56;

    let entry = load<u32>(literalTable + ((<usize>(buffer & LITERAL_MASK)) << 2));
    if (entry & LITERAL) {
      // A literal found here has at most 11 bits, the first level's: after three of them the bits are not used up.
      store<u8>(to++, <u8>(entry >> 16));
      buffer >>= entry;
      count -= entry & 63;
      entry = load<u32>(literalTable + ((<usize>(buffer & LITERAL_MASK)) << 2));
      if (entry & LITERAL) {
        store<u8>(to++, <u8>(entry >> 16));
        buffer >>= entry;
        count -= entry & 63;
        entry = load<u32>(literalTable + ((<usize>(buffer & LITERAL_MASK)) << 2));
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
    }
    // Here the match's bits start: `symbolBits` of them, first and second levels together.
    const symbol = buffer;
    let symbolBits: u32 = 0;
    if (<i32>entry < 0) {
      if ((entry & END_OF_BLOCK) === EXCEPTIONAL && entry !== EXCEPTIONAL) {
        buffer >>= entry;
        count -= entry & 63;
        symbolBits = entry & 63;
        const index = ((entry >> 16) & 0x3fff) + (<u32>buffer & ((1 << ((entry >> 8) & 15)) - 1));
        entry = load<u32>(literalTable + ((<usize>index) << 2));
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

    let length: usize = (entry >> 16) + extraBits(buffer, entry);
    buffer >>= entry;
    count -= entry & 63;
    symbolBits += entry & 63;

    entry = load<u32>(distanceTable + ((<usize>(buffer & DISTANCE_MASK)) << 2));
    if (<i32>entry < 0) {
      if (entry === EXCEPTIONAL) {
        status = Status.BAD_SYMBOL;
        break;
      }
      buffer >>= entry;
      count -= entry & 63;
      symbolBits += entry & 63;
      const index = ((entry >> 16) & 0x3fff) + (<u32>buffer & ((1 << ((entry >> 8) & 15)) - 1));
      entry = load<u32>(distanceTable + ((<usize>index) << 2));
      if (<i32>entry < 0) {
        status = Status.BAD_SYMBOL;
        break;
      }
    }
    const distance: usize = (entry >> 16) + extraBits(buffer, entry);
    buffer >>= entry;
    count -= entry & 63;

    if (to - earliest < distance) {
      status = Status.DISTANCE_TOO_FAR;
      break;
    }
    if (length === MAX_LENGTH) {
      // A long run is the same match again and again: as long as the next bits are the same, it is one longer match.
      symbolBits += entry & 63;
      const mask = ~(~(<u64>0) << symbolBits);
      while (to + length < wanted && count >= symbolBits && ((buffer ^ symbol) & mask) === 0) {
        buffer >>= symbolBits;
        count -= symbolBits;
        length += MAX_LENGTH;
      }
    }
    if (distance >= 16) copyMatch(to, distance, length);
    else repeatPattern(to, distance, length);
    to += length;
  }

  // The last symbol may have been read on padding, and then says nothing, not even which error it is.
  if (isLastPiece && from - (count >> 3) > inputEnd) status = Status.TRUNCATED;
  check(to < wanted + OVERSHOOT - COPY_REST);
  input = from;
  output = to;
  bits = buffer;
  bitCount = count;
  return status;
}

/** The bits between the code's length and the entry's whole length. */
function extraBits(buffer: u64, entry: u32): u32 {
  return <u32>((buffer & ~(~(<u64>0) << entry)) >> ((entry >> 8) & 15));
}

/** Writes `length` bytes at `to` from `distance` bytes before, at least 16, and up to 63 bytes more. */
function copyMatch(to: usize, distance: usize, length: usize): void {
  let from = to - distance;
  v128.store(to, v128.load(from));
  // In noise nearly all matches end here; in masks nearly all are of full length, and take the same five turns.
  if (length <= 16) return;
  const end = to + length;
  do {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
    to += 64;
    from += 64;
  } while (to < end);
}

/** The same for a distance below 16: what is there is repeated. */
function repeatPattern(to: usize, distance: usize, length: usize): void {
  const end = to + length;
  // Repeated through 16 bytes; the step is the largest multiple of the distance that these hold.
  const pattern = v128.swizzle(v128.load(to - distance), v128.load(patternShuffles + (distance << 4)));
  const step: usize = 16 - <usize>(16 % <u32>distance);
  if (length >= REPEAT_BYTES && <usize>period % distance === 0) noteRepeat(to, end, <u32>distance, pattern);
  if (step === 16) {
    do {
      v128.store(to, pattern);
      v128.store(to, pattern, 16);
      v128.store(to, pattern, 32);
      v128.store(to, pattern, 48);
      to += 64;
    } while (to < end);
    return;
  }
  do {
    v128.store(to, pattern);
    to += step;
  } while (to < end);
}

/** Notes the repeat from `start` to `end`, or makes the last one longer. */
function noteRepeat(start: usize, end: usize, distance: u32, pattern: v128): void {
  const isZero = !v128.any_true(pattern);
  if (isZero) distance = 0;
  const last = repeatsEnd - 16;
  if (last >= repeats && load<usize>(last, 4) === start && load<u32>(last, 8) === distance) {
    store<usize>(last, end, 4);
    return;
  }
  if (repeatsEnd === repeats + ((MOST_REPEATS - 1) << 4)) return;
  store<usize>(repeatsEnd, start);
  store<usize>(repeatsEnd, end, 4);
  store<u32>(repeatsEnd, distance, 8);
  repeatsEnd += 16;
  store<usize>(repeatsEnd, usize.MAX_VALUE);
  store<usize>(repeatsEnd, usize.MAX_VALUE, 4);
}

/** Forgets the repeats that end before `scanline`. */
export function dropRepeats(scanline: usize): void {
  let first = repeats;
  while (load<usize>(first, 4) <= scanline) first += 16;
  if (first === repeats) return;
  memory.copy(repeats, first, repeatsEnd + 16 - first);
  repeatsEnd -= first - repeats;
}

function fillPatternShuffles(): void {
  for (let distance: usize = 1; distance < 16; distance++) {
    for (let index: usize = 0; index < 16; index++) {
      store<u8>(patternShuffles + (distance << 4) + index, <u8>(index % distance));
    }
  }
  patternShufflesReady = true;
}
