/**
 * A filtered scanline to the runs of its pixels, as ids (color-table.ts). The work is per edge, not per pixel, and no
 * pixel is written here.
 *
 *   ids         7 7 7 7 7 7 2 2 2 9 9 9 9 9
 *   runs        (0, 7)      (6, 2) (9, 9)  (end)           start and id, 8 bytes each
 *
 * What a pixel with a residual of zero is, if `left`, `up` and `upLeft` are the ids around it (equal ids are equal
 * colours):
 *
 *   None      left; here a "residual" is a difference from the pixel before
 *   Sub       left: the run continues, and there is nothing to do
 *   Up        up: the runs above are copied
 *   Average   left, if left = up; otherwise the colours are averaged, pixel by pixel, until that gives `left` again
 *   Paeth     up, if left = upLeft; the same then holds for the following pixels, so the runs above are copied
 *             left, if up = upLeft; the run continues to the next edge above
 *             left, if left = up
 *             otherwise three colours meet, and the predictor is computed by channels
 *
 * The first three rules of Paeth follow from the predictor (PNG specification, 9.4). With p = left + up - upLeft, two
 * equal neighbours make p equal to the third in each channel, and the third is then the nearest to p.
 */
import { addResidual, addRun, restartScanline } from "./adler32";
import { check } from "./check";
import { forgetColorsExcept, hasRoomFor, idOf } from "./color-table";
import { takeBlock } from "./memory";
import {
  addBytes,
  averageBytes,
  colorChannels,
  hasColors,
  idOfWord,
  loadPixel,
  paethBytes,
  pixelBytes,
  wordOfId,
} from "./pixel";
import {
  beginBlocks,
  blockMask,
  blockPixels,
  lookUntil,
  maskBits,
  passBlocksOf,
  skipRepeat,
} from "./residuals";

/** PNG filter types (PNG specification, 9.2). */
export enum Filter {
  NONE,
  SUB,
  UP,
  AVERAGE,
  PAETH,
}

/** The result for a scanline. */
export enum RunsOutcome {
  /** Its runs are the current ones. */
  RUNS,
  /** It equals the row above, so the runs above are its runs too. */
  UNCHANGED,
  /** It has too many edges for runs to be worth while. */
  TOO_MANY,
}

/**
 * With more edges than one per 4 pixels, a loop over pixels (pixel-rows.ts) is faster. Of 2, 4, 8, 16 and 32 pixels per
 * edge, 4 was the fastest or close to it on masks with runs of 3 to 45 pixels on average. With more pixels per edge, rows
 * change their form too often.
 */
const PIXELS_PER_EDGE: u32 = 4;
const MIN_EDGE_LIMIT: u32 = 64;
/** Holds for images of any width, so that the lists of runs and the table of colours stay small. */
const MAX_EDGE_LIMIT: u32 = 65536;

/** The first runs of the scanline above and of the current one. A run of the outside precedes each. */
export let aboveRuns: usize = 0;
let currentRuns: usize = 0;
/** The end of the current runs. */
export let currentRunsEnd: usize = 0;
/** The end of the runs above. */
export let aboveRunsEnd: usize = 0;
export let edgeLimit: u32 = 0;
/** The id of the zeros that the filters assume outside the image. */
let outside: u32 = 0;
let edgeCapacity: u32 = 0;

/** How many edges one scanline may add before `decodeRuns` gives up on it. */
function capacityFor(limit: u32): u32 {
  // Between two checks of the limit, at most all runs above are copied.
  return 2 * limit + 16;
}

/** How many unknown colours must fit the colour table: those of the runs above, and those that one scanline may add. */
export function unknownColorsFor(limit: u32): u32 {
  return limit + capacityFor(limit) + 2;
}

/** The edges up to which runs are worth while; or, with `isAny`, all that a row may have. */
export function edgeLimitFor(rowPixels: u32, isAny: bool): u32 {
  return isAny ? rowPixels + 2 : min(rowPixels / PIXELS_PER_EDGE + MIN_EDGE_LIMIT, MAX_EDGE_LIMIT);
}

export function layOutRuns(limit: u32): void {
  edgeLimit = limit;
  edgeCapacity = capacityFor(edgeLimit);
  const bytes = (<usize>edgeCapacity + 2) << 3;
  aboveRuns = takeBlock(bytes) + 8;
  currentRuns = takeBlock(bytes) + 8;
}

/** Above the first scanline there is one run of zeros. */
export function beginRuns(hasColors: bool): void {
  outside = hasColors ? idOf(0) : 0;
  takeCurrentRuns(beginCurrentRuns());
}

/** Makes the current runs, which end at `end`, the runs above. */
export function takeCurrentRuns(end: usize): void {
  check(end <= currentRuns + ((<usize>edgeLimit + 1) << 3));
  store<u64>(end, u64.MAX_VALUE);
  const runs = aboveRuns;
  aboveRuns = currentRuns;
  aboveRunsEnd = end;
  currentRuns = runs;
}

/**
 * Starts the current runs with a run of the outside. It has no pixel if the next run also starts at 0. Another one before
 * it serves as the upper left neighbour of the first pixel. Returns the end of the runs.
 */
export function beginCurrentRuns(): usize {
  appendRun(currentRuns - 8, 0, outside);
  return appendRun(currentRuns, 0, outside);
}

/** Makes sure that the unknown colours of one more scanline fit the colour table. */
export function makeRoomForColors<P>(): void {
  if (!hasColors<P>() || hasRoomFor(edgeCapacity + 1)) return;
  forgetColorsExcept(aboveRuns, <u32>((aboveRunsEnd - aboveRuns) >> 3));
  outside = idOf(0);
  appendRun(aboveRuns - 8, 0, outside);
}

export function appendRun(runs: usize, start: u32, id: u32): usize {
  store<u64>(runs, <u64>start | ((<u64>id) << 32));
  return runs + 8;
}

/** In the current scanline: the first pixel that is not decoded, the id to its left, and where the next run goes. */
let x: u32 = 0;
let left: u32 = 0;
let next: usize = 0;
/** The run above that covers `x`, or an earlier one. */
let above: usize = 0;

/**
 * Decodes the scanline of `rowPixels` pixels whose filtered bytes are at `row`, and adds its bytes to the sums of the
 * checksum.
 */
export function decodeRuns<P>(filter: Filter, row: usize, rowPixels: u32): RunsOutcome {
  makeRoomForColors<P>();
  x = 0;
  left = outside;
  next = beginCurrentRuns();
  above = aboveRuns;
  const limit = currentRuns + ((<usize>edgeLimit) << 3);
  /** Without a filter: the current run, whose bytes are not added to the checksum yet. */
  let runPixel: u32 = 0;
  let runStart: u32 = 0;

  beginBlocks();
  const findChanges = filter === Filter.NONE;
  let block: u32 = 0;
  /** No block before this pixel lies in a repeat. */
  let lookEnd: u32 = 0;
  // Without a filter the first pixel always needs attention.
  let mask = blockMask<P>(row, findChanges) | u64(findChanges);
  while (true) {
    while (mask === 0) {
      block += blockPixels<P>();
      if (block >= lookEnd) {
        if (block >= rowPixels) break;
        block = skipRepeat<P>(row, block, findChanges);
        if (block >= rowPixels) break;
        lookEnd = lookUntil<P>(row, block, rowPixels);
      }
      block = passBlocksOf<P>(row, block, lookEnd, runPixel);
      if (block < lookEnd) mask = blockMask<P>(row + <usize>block * pixelBytes<P>(), findChanges);
      else block -= blockPixels<P>();
    }
    let pixelAt = rowPixels;
    if (mask !== 0) {
      const inBlock = <u32>ctz(mask) / maskBits<P>();
      mask &= ~((((<u64>1) << maskBits<P>()) - 1) << (inBlock * maskBits<P>()));
      // The last block may extend beyond the row.
      pixelAt = min(block + inBlock, rowPixels);
    }
    if (x < pixelAt) {
      const isWholeRow = x === 0 && pixelAt === rowPixels;
      if (isWholeRow && (filter === Filter.UP || filter === Filter.PAETH)) return RunsOutcome.UNCHANGED;
      passZeros<P>(filter, pixelAt, limit);
    }
    if (next >= limit) {
      restartScanline();
      return RunsOutcome.TOO_MANY;
    }
    if (pixelAt === rowPixels) break;

    const pixel = loadPixel<P>(row + <usize>pixelAt * pixelBytes<P>());
    let word = colorChannels<P>(pixel);
    if (filter === Filter.NONE) {
      addRun(runPixel, runStart, pixelAt, pixelBytes<P>());
      runPixel = pixel;
      runStart = pixelAt;
    } else {
      addResidual(pixel, <u64>pixelAt * pixelBytes<P>());
      word = addBytes(predictorAt<P>(filter, pixelAt), word);
    }
    beginRun(pixelAt, idOfWord<P>(word));
    x = pixelAt + 1;
  }

  if (filter === Filter.NONE) addRun(runPixel, runStart, rowPixels, pixelBytes<P>());
  currentRunsEnd = next;
  return RunsOutcome.RUNS;
}

/** Starts a run of `id` at `start`, unless the pixel to the left has this id too. */
function beginRun(start: u32, id: u32): void {
  checkRoom();
  const end = appendRun(next, start, id);
  next = id === left ? next : end;
  left = id;
}

function checkRoom(): void {
  check(next < currentRuns + ((<usize>edgeCapacity) << 3));
}

/** Advances to the run above that covers `pixel`. */
function findAbove(pixel: u32): void {
  while (load<u32>(above, 8) <= pixel) above += 8;
}

/** The id above the pixel for which `findAbove` was called. */
function upId(): u32 {
  return load<u32>(above, 4);
}

/** The id to the upper left of `pixel`, for which `findAbove` was called. */
function upLeftId(pixel: u32): u32 {
  return load<u32>(above) === pixel ? load<u32>(above - 4) : load<u32>(above, 4);
}

/** Decodes residuals of zero from `x` to before `end`. May stop earlier, once the runs reach `limit`. */
function passZeros<P>(filter: Filter, end: u32, limit: usize): void {
  if (filter < Filter.UP) return;
  findAbove(x);
  if (filter === Filter.AVERAGE) {
    passAverageZeros<P>(end, limit);
    return;
  }
  if (filter === Filter.PAETH && !passPaethZeros<P>(end)) return;
  // Copy the runs above.
  beginRun(x, upId());
  while (load<u32>(above, 8) < end) {
    above += 8;
    checkRoom();
    store<u64>(next, load<u64>(above));
    next += 8;
  }
  left = upId();
}

function passAverageZeros<P>(end: u32, limit: usize): void {
  while (x < end && next < limit) {
    findAbove(x);
    const leftWord = wordOfId<P>(left);
    const word = averageBytes(leftWord, wordOfId<P>(upId()));
    // If the average equals the pixel to the left, this remains so as long as `up` is the same.
    if (word === leftWord) x = min(load<u32>(above, 8), end);
    else beginRun(x++, idOfWord<P>(word));
  }
}

/** Continues until the rest is a copy of the runs above. Returns false if `end` comes first. */
function passPaethZeros<P>(end: u32): bool {
  let upLeft = upLeftId(x);
  while (left !== upLeft) {
    const up = upId();
    if (up === upLeft) {
      // The pixels are `left` up to the next edge above.
      x = load<u32>(above, 8);
    } else {
      if (up !== left) beginRun(x, idOfWord<P>(paethOfIds<P>(left, up, upLeft)));
      upLeft = up;
      x++;
    }
    if (x >= end) return false;
    findAbove(x);
  }
  return true;
}

/** The value to which the filter adds the residual of `pixel`. */
function predictorAt<P>(filter: Filter, pixel: u32): u32 {
  if (filter === Filter.SUB) return wordOfId<P>(left);
  findAbove(pixel);
  const up = upId();
  if (filter === Filter.UP) return wordOfId<P>(up);
  if (filter === Filter.AVERAGE) return averageBytes(wordOfId<P>(left), wordOfId<P>(up));
  const upLeft = upLeftId(pixel);
  if (left === upLeft) return wordOfId<P>(up);
  if (up === upLeft || left === up) return wordOfId<P>(left);
  return paethOfIds<P>(left, up, upLeft);
}

function paethOfIds<P>(left: u32, up: u32, upLeft: u32): u32 {
  return paethBytes(wordOfId<P>(left), wordOfId<P>(up), wordOfId<P>(upLeft));
}
