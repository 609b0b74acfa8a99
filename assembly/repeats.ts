/**
 * Long stretches of output that repeat the pixel before them, as the matches reveal. The row decoder (residuals.ts) need
 * not look at these bytes at all.
 *
 *   record   │ start (uint32) │ end (uint32) │ distance (uint32) │ unused │     distance 0: all bytes are zero
 *
 * Records are in ascending order. A last record lies behind everything, so a search needs no check for the end.
 */

/** Repeats beyond this number are not recorded; the row decoder then looks at their bytes. */
const MAX_REPEATS: i32 = 1024;
/** Shorter repeats are not worth a record. */
export const MIN_REPEAT_BYTES: usize = 64;

export const repeats = memory.data(MAX_REPEATS << 4);
let repeatsEnd: usize = repeats;
/** Bytes of a pixel. A match whose distance divides them repeats the pixel. */
export let period: u32 = 1;

/** Starts a stream of pixels of `pixelBytes` bytes. */
export function beginRepeats(pixelBytes: u32): void {
  period = pixelBytes;
  repeatsEnd = repeats;
  storeLastRecord();
}

function storeLastRecord(): void {
  store<usize>(repeatsEnd, usize.MAX_VALUE);
  store<usize>(repeatsEnd, usize.MAX_VALUE, 4);
}

/** Records the repeat from `start` to before `end`, or extends the last record. */
export function noteRepeat(start: usize, end: usize, distance: u32, isZero: bool): void {
  if (isZero) distance = 0;
  const last = repeatsEnd - 16;
  if (last >= repeats && load<usize>(last, 4) === start && load<u32>(last, 8) === distance) {
    store<usize>(last, end, 4);
    return;
  }
  if (repeatsEnd === repeats + ((MAX_REPEATS - 1) << 4)) return;
  store<usize>(repeatsEnd, start);
  store<usize>(repeatsEnd, end, 4);
  store<u32>(repeatsEnd, distance, 8);
  repeatsEnd += 16;
  storeLastRecord();
}

/** Follows a move of the output from `from` to `to`. Bytes before `from` are lost. */
export function moveRepeats(from: usize, to: usize): void {
  for (let repeat = repeats; repeat < repeatsEnd; repeat += 16) {
    store<usize>(repeat, max(load<usize>(repeat), from) - (from - to));
    store<usize>(repeat, max(load<usize>(repeat, 4), from) - (from - to), 4);
  }
}

/** Forgets the repeats that end before `scanline`. */
export function dropRepeats(scanline: usize): void {
  let first = repeats;
  while (load<usize>(first, 4) <= scanline) first += 16;
  if (first === repeats) return;
  memory.copy(repeats, first, repeatsEnd + 16 - first);
  repeatsEnd -= first - repeats;
}
