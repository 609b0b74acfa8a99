/**
 * Where inflated bytes go, and how matches are copied within them.
 *
 *   output   │ the last 32 KiB: the window │ new bytes … → output │ OVERSHOOT
 *
 * Copies write whole vectors and so overshoot the end of a match. The next symbol overwrites the surplus.
 */
import { MIN_REPEAT_BYTES, moveRepeats, noteRepeat, period } from "./repeats";

/** The farthest that a match reaches back (RFC 1951, 2). */
export const WINDOW_BYTES: usize = 32768;
/** The longest match. Encoders write a longer run as many of these. */
export const MAX_LENGTH: usize = 258;
/** From this length on, the processor's own fill is faster than 16 bytes at a time. */
const MIN_FILL_BYTES: usize = 1024;
/** A match is copied in steps of 64 bytes, so up to 63 bytes too many are written. */
export const COPY_STEP: usize = 64;
/** Bytes that decoding may write beyond the wanted end: two literals, a match of 258, and the rest of a copy. */
export const OVERSHOOT: usize = 2 + MAX_LENGTH + COPY_STEP;

/** Where the next byte goes. */
export let output: usize = 0;
/** The earliest byte that a match may reach. */
export let historyStart: usize = 0;

/** For each distance below 16: a shuffle that repeats the first `distance` bytes through 16 bytes. */
const patternShuffles = memory.data(16 * 16);
let patternShufflesReady = false;

/** Starts a stream whose bytes go to `start`. */
export function beginWindow(start: usize): void {
  if (!patternShufflesReady) fillPatternShuffles();
  output = start;
  historyStart = start;
}

export function setOutput(end: usize): void {
  output = end;
}

/** Moves the output from `from` on to `to`, the start of the buffer. Bytes before `from` are lost. */
export function moveOutput(from: usize, to: usize): void {
  memory.copy(to, from, output - from);
  output -= from - to;
  historyStart = to;
  moveRepeats(from, to);
}

/** Copies `length` bytes to `to` from `distance` bytes before, at least 16. Writes up to 63 bytes more. */
export function copyMatch(to: usize, distance: usize, length: usize): void {
  let from = to - distance;
  v128.store(to, v128.load(from));
  // In noise nearly all matches end here. In masks nearly all have the full length, and always take five turns.
  if (length <= 16) return;
  const end = to + length;
  do {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
    to += COPY_STEP;
    from += COPY_STEP;
  } while (to < end);
}

/** The same for a distance below 16, where source and target overlap within a vector: repeats the bytes before `to`. */
export function repeatPattern(to: usize, distance: usize, length: usize): void {
  const end = to + length;
  // The pattern fills 16 bytes. A step is the largest multiple of the distance that fits them.
  const pattern = v128.swizzle(v128.load(to - distance), v128.load(patternShuffles + (distance << 4)));
  const step: usize = 16 - <usize>(16 % <u32>distance);
  if (length >= MIN_REPEAT_BYTES) {
    const isZero = !v128.any_true(pattern);
    if (<usize>period % distance === 0) noteRepeat(to, end, <u32>distance, isZero);
    if (length >= MIN_FILL_BYTES && (isZero || distance === 1)) {
      memory.fill(to, load<u8>(to - 1), length);
      return;
    }
  }
  if (step === 16) {
    do {
      v128.store(to, pattern);
      v128.store(to, pattern, 16);
      v128.store(to, pattern, 32);
      v128.store(to, pattern, 48);
      to += COPY_STEP;
    } while (to < end);
    return;
  }
  do {
    v128.store(to, pattern);
    to += step;
  } while (to < end);
}

function fillPatternShuffles(): void {
  for (let distance: usize = 1; distance < 16; distance++) {
    for (let index: usize = 0; index < 16; index++) {
      store<u8>(patternShuffles + (distance << 4) + index, <u8>(index % distance));
    }
  }
  patternShufflesReady = true;
}
