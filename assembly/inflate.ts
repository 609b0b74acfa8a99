/**
 * A zlib stream (RFC 1950, 1951) to bytes, piece by piece: input comes in pieces of any size, and output stops where the
 * caller wants it, between two symbols.
 *
 *   ZLIB_HEADER ─▶ BLOCK_HEADER ─┬─▶ STORED ──┬─▶ after the last block: TRAILER ─▶ END
 *                      ▲         └─▶ SYMBOLS ─┤
 *                      └─────────── next block┘
 *
 * Headers (here and in block-codes.ts) are read by plain code. The speed is in symbols.ts.
 */
import {
  beginBits,
  input,
  inputEnd,
  inputPosition,
  isLastPiece,
  isTruncated,
  returnBits,
  skipInput,
  skipToByte,
  takeBits,
} from "./bits";
import { buildFixedCodes, readDynamicCodes } from "./block-codes";
import { beginRepeats } from "./repeats";
import { Status } from "./status";
import { inflateSymbols } from "./symbols";
import { beginWindow, output, setOutput } from "./window";

/**
 * A header is read only when all of it is there, so that reading it never has to pause. A block's header is the longest:
 * 3 + 14 + 19 · 3 + 316 · 14 bits are 563 bytes at most.
 */
const HEADER_BYTES: usize = 576;

enum State {
  ZLIB_HEADER,
  BLOCK_HEADER,
  STORED,
  SYMBOLS,
  TRAILER,
  END,
}

let state: State = State.ZLIB_HEADER;
let isLastBlock: bool = false;
let storedBytesLeft: u32 = 0;
/** The Adler-32 that the stream claims, once it has been read. */
export let claimedAdler32: u32 = 0;

/** Starts a stream whose bytes go to `start`. Repeats of the pixel before, `pixelBytes` long, are recorded. */
export function beginInflate(start: usize, pixelBytes: u32): void {
  beginBits();
  beginWindow(start);
  beginRepeats(pixelBytes);
  state = State.ZLIB_HEADER;
}

/**
 * Continues until `output` is at `wanted` or up to OVERSHOOT beyond (Status.BAND), the input is used up
 * (Status.NEEDS_INPUT), the stream has ended (Status.DONE), or it turns out to be malformed.
 */
export function inflate(wanted: usize): Status {
  while (true) {
    let status: Status;
    if (state === State.SYMBOLS || state === State.STORED) {
      status = state === State.SYMBOLS ? inflateSymbols(wanted) : inflateStored(wanted);
      if (status !== Status.DONE) return status;
      state = isLastBlock ? State.TRAILER : State.BLOCK_HEADER;
    } else if (state === State.END) {
      return Status.DONE;
    } else {
      if (!isLastPiece && inputPosition() + HEADER_BYTES > inputEnd) return Status.NEEDS_INPUT;
      if (state === State.BLOCK_HEADER) status = readBlockHeader();
      else if (state === State.ZLIB_HEADER) status = readZlibHeader();
      else status = readTrailer();
      if (isTruncated()) return Status.TRUNCATED;
      if (status !== Status.DONE) return status;
    }
  }
}

function readZlibHeader(): Status {
  const method = takeBits(8);
  const flags = takeBits(8);
  // Compression method 8, a window up to 32 KiB, and a check (RFC 1950, 2.2).
  if ((method & 15) !== 8 || method >> 4 > 7 || ((method << 8) | flags) % 31 !== 0) {
    return Status.BAD_ZLIB_HEADER;
  }
  if (flags & 32) return Status.PRESET_DICTIONARY;
  state = State.BLOCK_HEADER;
  return Status.DONE;
}

function readTrailer(): Status {
  skipToByte();
  claimedAdler32 = bswap(takeBits(32));
  state = State.END;
  return Status.DONE;
}

/** RFC 1951, 3.2.3. */
function readBlockHeader(): Status {
  isLastBlock = takeBits(1) === 1;
  const type = takeBits(2);
  if (type === 0) {
    skipToByte();
    storedBytesLeft = takeBits(16);
    if (takeBits(16) !== (storedBytesLeft ^ 0xffff)) return Status.BAD_STORED_LENGTH;
    returnBits();
    state = State.STORED;
    return Status.DONE;
  }
  if (type === 3) return Status.BAD_BLOCK_TYPE;
  const status = type === 1 ? buildFixedCodes() : readDynamicCodes();
  state = State.SYMBOLS;
  return status;
}

function inflateStored(wanted: usize): Status {
  while (storedBytesLeft > 0) {
    if (output >= wanted) return Status.BAND;
    if (input >= inputEnd) return isLastPiece ? Status.TRUNCATED : Status.NEEDS_INPUT;
    const count = min(min(<usize>storedBytesLeft, inputEnd - input), wanted - output);
    memory.copy(output, input, count);
    setOutput(output + count);
    skipInput(count);
    storedBytesLeft -= <u32>count;
  }
  return Status.DONE;
}
