/**
 * Adam7 (PNG specification, 8.1): an image comes as seven smaller ones, the passes. Their rows are kept as runs. Once all
 * are there, those that make a row of the image are merged, two by two.
 *
 *   1 6 4 6 2 6 4 6     even columns: pass 1 and 2 by turns, then they and pass 4 by turns; odd columns: pass 6
 *   7 7 7 7 7 7 7 7
 *   5 6 5 6 5 6 5 6
 *   7 7 7 7 7 7 7 7
 *   3 6 4 6 3 6 4 6     even columns: pass 3 and 4 by turns; odd columns: pass 6
 *   …
 *
 * A run that is kept is like others (runs.ts), but has a colour word instead of an id, since ids may be forgotten.
 */
import { wordOf } from "./color-table";
import { extendLastBlock, growMemory, takeBlock } from "./memory";
import { aboveRuns, aboveRunsEnd, appendRun } from "./runs";

/** Of each pass: its left column, its top row, and the steps from column to column and from row to row. */
const PASSES = memory.data<u8>([
  0, 0, 8, 8, 4, 0, 8, 8, 0, 4, 4, 8, 2, 0, 4, 4, 0, 2, 2, 4, 1, 0, 2, 2, 0, 1, 1, 2,
]);

/** For each pass: its next row. */
const nextRows = memory.data(8 * 4);
let width: u32 = 0;
/** Room for two merged rows. */
let first: usize = 0;
let second: usize = 0;

/** The columns (`axis` 0) or rows (1) of pass 1 to 7 of an image that has `length` of them. */
export function lengthOfPass(pass: u32, axis: u32, length: u32): u32 {
  const place = PASSES + ((<usize>pass - 1) << 2) + axis;
  const start: u32 = load<u8>(place);
  return length > start ? (length - start - 1) / load<u8>(place, 2) + 1 : 0;
}

/** Lays out memory for an image. It must be the last block: the kept rows are added to it. */
export function layOutInterlace(imageWidth: u32): void {
  width = imageWidth;
  first = takeBlock((<usize>width + 8) << 3);
  second = takeBlock((<usize>width + 8) << 3);
}

/** Keeps the runs above as the next row of a pass. Returns false if the memory cannot grow. */
export function keepRow(pass: u32, isFirst: bool, hasColors: bool): bool {
  const row = extendLastBlock(aboveRunsEnd + 8 - aboveRuns);
  if (!growMemory()) return false;
  if (isFirst) store<usize>(nextRows + ((<usize>pass) << 2), row);
  memory.copy(row, aboveRuns, aboveRunsEnd + 8 - aboveRuns);
  if (hasColors) {
    for (let run = row; load<u32>(run) < u32.MAX_VALUE; run += 8)
      store<u32>(run, wordOf(load<u32>(run, 4)), 4);
  }
  return true;
}

/** The end of a list of runs. */
export function endOfRuns(runs: usize): usize {
  while (load<u32>(runs) < u32.MAX_VALUE) runs += 8;
  return runs;
}

/** The runs of row `y` of the image, with colour words. Call it once for each row, from top to bottom. */
export function mergeRow(y: u32): usize {
  if (y & 1) return takeRow(7);
  let row: usize;
  if (y & 2) {
    row = takeRow(5);
  } else {
    row = takeRow(y & 4 ? 3 : 1);
    if (!(y & 4) && width > 4) row = merge(row, takeRow(2), first, (width + 7) >> 3);
    if (width > 2) row = merge(row, takeRow(4), second, (width + 3) >> 2);
  }
  return width > 1 ? merge(row, takeRow(6), first, (width + 1) >> 1) : row;
}

function takeRow(pass: u32): usize {
  const next = nextRows + ((<usize>pass) << 2);
  const row = load<usize>(next);
  store<usize>(next, endOfRuns(row) + 8);
  return row;
}

/**
 * Merges two rows into `row`, by turns a pixel of each, for `pairs` pairs of pixels. The last pair may be one pixel too
 * many.
 */
function merge(even: usize, odd: usize, row: usize, pairs: u32): usize {
  let to = row;
  let word: u32 = 0;
  let pair: u32 = 0;
  while (pair < pairs) {
    while (load<u32>(even, 8) <= pair) even += 8;
    while (load<u32>(odd, 8) <= pair) odd += 8;
    const evenWord = load<u32>(even, 4);
    if (pair === 0 || evenWord !== word) to = appendRun(to, pair * 2, evenWord);
    word = load<u32>(odd, 4);
    if (evenWord === word) {
      pair = min(load<u32>(even, 8), load<u32>(odd, 8));
    } else {
      to = appendRun(to, pair * 2 + 1, word);
      pair++;
    }
  }
  store<u64>(to, u64.MAX_VALUE);
  return row;
}
