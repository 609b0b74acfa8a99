/**
 * A filtered scanline to the runs of its pixels, in the space of ids (color-table.ts): the work is per edge, not per
 * pixel, and no pixel is written here.
 *
 *   ids         7 7 7 7 7 7 2 2 2 9 9 9 9 9
 *   runs        (0, 7)      (6, 2) (9, 9)  (end)           start and id, 8 bytes each
 *
 * What a residual of zero means, with `left`, `up` and `upLeft` the ids around a pixel (equal ids are equal colours):
 *
 *   None      nothing; here a "residual" is a difference from the pixel before, so zeros go on with `left`
 *   Sub       left: the run goes on, and there is nothing to do
 *   Up        up: the runs above are copied
 *   Average   left, where left = up; else the colours must be averaged, until that gives `left` again
 *   Paeth     up, where left = upLeft (and then so on: the runs above are copied); left, where up = upLeft (the run
 *             goes on to the next edge above); left, where left = up; else, where three colours meet, by channels
 *
 * The three rules of Paeth follow from the predictor (PNG specification, 9.4): with p = left + up - upLeft, two equal
 * neighbours make p the third, in each channel, and the third is then nearest to p.
 */
import { addSums, placeSumOf, sumOf } from "./adler32";
import { forgetColorsExcept, hasRoomFor, idOf } from "./color-table";
import { repeats } from "./inflate";
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

/** PNG filter types (PNG specification, 9.2). */
export enum Filter {
  NONE,
  SUB,
  UP,
  AVERAGE,
  PAETH,
}

/** What became of a scanline. */
export enum RunsOutcome {
  /** Its runs are the current ones. */
  RUNS,
  /** It equals the one above: the runs above are its runs too. */
  UNCHANGED,
  /** It has too many edges for runs to be worth while. */
  TOO_MANY,
}

/** Above so many edges, a loop over pixels (pixel-rows.ts) is quicker. Found by the bench, between 1/8 and 1/2. */
const PIXELS_PER_EDGE: u32 = 4;
const FEWEST_EDGES: u32 = 64;

/** The first run of the scanline above, and of the one at hand. Before it stands a run of the outside. */
export let aboveRuns: usize = 0;
export let currentRuns: usize = 0;
/** Behind the last of the current runs. */
export let currentRunsEnd: usize = 0;
/** Behind the last run above. */
export let aboveRunsEnd: usize = 0;
export let edgeLimit: u32 = 0;
/** The id of the zeros that the filters assume outside of the image. */
let outside: u32 = 0;
let edgeCapacity: u32 = 0;

/** Edges that one scanline may add before it is given up: see `decodeRuns`. */
function capacityFor(limit: u32): u32 {
  // Between two checks at most all runs above are copied.
  return 2 * limit + 16;
}

/** Unknown colours that must fit the colour table: those of the runs above, and those that one scanline may add. */
export function unknownColorsFor(rowPixels: u32): u32 {
  const limit = rowPixels / PIXELS_PER_EDGE + FEWEST_EDGES;
  return limit + capacityFor(limit) + 2;
}

export function layOutRuns(rowPixels: u32): void {
  edgeLimit = rowPixels / PIXELS_PER_EDGE + FEWEST_EDGES;
  edgeCapacity = capacityFor(edgeLimit);
  const bytes = (<usize>edgeCapacity + 2) << 3;
  aboveRuns = takeBlock(bytes) + 8;
  currentRuns = takeBlock(bytes) + 8;
}

/** Above the first scanline lies one run of zeros. */
export function beginRuns<P>(): void {
  outside = idOfWord<P>(0);
  takeCurrentRuns(beginCurrentRuns());
}

/** The current runs, which end at `end`, become those above. */
export function takeCurrentRuns(end: usize): void {
  store<u64>(end, u64.MAX_VALUE);
  const runs = aboveRuns;
  aboveRuns = currentRuns;
  aboveRunsEnd = end;
  currentRuns = runs;
}

/**
 * Starts the current runs with one of the outside, which has no pixel where the next one starts at 0 too; and with
 * another before it, where the neighbour to the upper left of the first pixel is looked for. Returns their end.
 */
export function beginCurrentRuns(): usize {
  appendRun(currentRuns - 8, 0, outside);
  return appendRun(currentRuns, 0, outside);
}

/** Sees to it that the unknown colours of one more scanline fit the colour table. */
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

/** Pixels that are tested at once: 64 bytes, or 48 of RGB. */
function blockPixels<P>(): u32 {
  return sizeof<P>() === 8 ? 16 : 64 / pixelBytes<P>();
}

/** Bits of a block's mask for each pixel: a bit for each byte, but for RGBA one for all four. */
function maskBits<P>(): u32 {
  return sizeof<P>() === 4 ? 1 : pixelBytes<P>();
}

/**
 * The pixels of the block at `pointer` that are not zero or, with `isChange`, differ from the pixel before: those with
 * a bit set.
 */
function blockMask<P>(pointer: usize, isChange: bool): u64 {
  const before = pointer - pixelBytes<P>();
  const zero = i8x16.splat(0);
  let first = v128.load(pointer);
  let second = v128.load(pointer, 16);
  let third = v128.load(pointer, 32);
  let fourth = sizeof<P>() === 8 ? zero : v128.load(pointer, 48);
  if (isChange) {
    first = v128.xor(first, v128.load(before));
    second = v128.xor(second, v128.load(before, 16));
    third = v128.xor(third, v128.load(before, 32));
    if (sizeof<P>() !== 8) fourth = v128.xor(fourth, v128.load(before, 48));
  }
  if (sizeof<P>() === 4) {
    // Lanes of all ones where a pixel is zero, narrowed to bytes.
    const near = v128.narrow<i32>(i32x4.eq(first, zero), i32x4.eq(second, zero));
    const far = v128.narrow<i32>(i32x4.eq(third, zero), i32x4.eq(fourth, zero));
    return <u64>(<u32>i8x16.bitmask(v128.narrow<i16>(near, far)) ^ 0xffff);
  }
  if (!v128.any_true(v128.or(v128.or(first, second), v128.or(third, fourth)))) return 0;
  return (
    nonZeroBits(first) |
    (nonZeroBits(second) << 16) |
    (nonZeroBits(third) << 32) |
    (nonZeroBits(fourth) << 48)
  );
}

function nonZeroBits(bytes: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) ^ 0xffff);
}

/** How many of `rowPixels` pixels differ from the one before, about: what `decodeRuns` would have to do. */
export function countEdges<P>(pixels: usize, rowPixels: u32): u32 {
  let edges: u32 = 0;
  for (let block: u32 = 0; block < rowPixels; block += blockPixels<P>()) {
    edges += <u32>popcnt(blockMask<P>(pixels + <usize>block * pixelBytes<P>(), true));
  }
  return edges / maskBits<P>();
}

/**
 * Decodes the scanline of `rowPixels` pixels whose filtered bytes are at `row`. What it holds is added to the
 * checksum's sums on the way.
 */
export function decodeRuns<P>(filter: Filter, row: usize, rowPixels: u32): RunsOutcome {
  makeRoomForColors<P>();
  const limit = currentRuns + ((<usize>edgeLimit) << 3);
  let above = aboveRuns;
  let next = beginCurrentRuns();
  let left = outside;
  let sum: u64 = 0;
  let weightedSum: u64 = 0;
  /** None: the run whose bytes are still to be summed up. */
  let runPixel: u32 = 0;
  let runStart: u32 = 0;

  /** The first pixel that is not decoded yet. */
  let x: u32 = 0;
  let block: u32 = 0;
  const isNone = filter === Filter.NONE;
  let mask: u64 = blockMask<P>(row, isNone) | (isNone ? 1 : 0);
  const blockBytes = <usize>blockPixels<P>() * pixelBytes<P>();
  let repeat = repeats;
  while (true) {
    while (mask === 0) {
      block += blockPixels<P>();
      if (block >= rowPixels) break;
      const bytes = row + <usize>block * pixelBytes<P>();
      // Blocks that lie in a repeat need no look.
      while (load<usize>(repeat, 4) < bytes + blockBytes) repeat += 16;
      if (load<usize>(repeat) <= bytes) {
        const distance = load<u32>(repeat, 8);
        if (
          distance === 0 ||
          (filter === Filter.NONE && load<usize>(repeat) + pixelBytes<P>() - distance <= bytes)
        ) {
          block += <u32>((load<usize>(repeat, 4) - bytes) / blockBytes - 1) * blockPixels<P>();
          continue;
        }
      }
      mask = blockMask<P>(bytes, isNone);
    }
    let pixelAt = rowPixels;
    if (mask !== 0) {
      const inBlock = <u32>ctz(mask) / maskBits<P>();
      mask &= ~((((<u64>1) << maskBits<P>()) - 1) << (inBlock * maskBits<P>()));
      pixelAt = min(block + inBlock, rowPixels);
    }

    // The zeros before it.
    if (x < pixelAt && filter >= Filter.UP) {
      if (x === 0 && pixelAt === rowPixels && filter !== Filter.AVERAGE) return RunsOutcome.UNCHANGED;
      while (load<u32>(above, 8) <= x) above += 8;
      if (filter === Filter.AVERAGE) {
        while (x < pixelAt) {
          while (load<u32>(above, 8) <= x) above += 8;
          const up = load<u32>(above, 4);
          const leftWord = wordOfId<P>(left);
          const word = averageBytes(leftWord, wordOfId<P>(up));
          if (word === leftWord) {
            // And so on, as long as `up` is the same.
            x = min(load<u32>(above, 8), pixelAt);
            continue;
          }
          if (next >= limit) return RunsOutcome.TOO_MANY;
          left = idOfWord<P>(word);
          next = appendRun(next, x++, left);
        }
      } else {
        if (filter === Filter.PAETH) {
          let upLeft = load<u32>(above) === x ? load<u32>(above - 4) : load<u32>(above, 4);
          while (left !== upLeft) {
            const up = load<u32>(above, 4);
            if (up === upLeft) {
              x = load<u32>(above, 8);
              if (x >= pixelAt) break;
              above += 8;
              continue;
            }
            if (up !== left) {
              left = idOfWord<P>(paethBytes(wordOfId<P>(left), wordOfId<P>(up), wordOfId<P>(upLeft)));
              next = appendRun(next, x, left);
            }
            upLeft = up;
            x++;
            if (x >= pixelAt) break;
            if (load<u32>(above, 8) <= x) above += 8;
          }
        }
        if (x < pixelAt) {
          const up = load<u32>(above, 4);
          store<u64>(next, <u64>x | ((<u64>up) << 32));
          next += (<usize>(up !== left)) << 3;
          left = up;
          while (load<u32>(above, 8) < pixelAt) {
            above += 8;
            const run = load<u64>(above);
            store<u64>(next, run);
            next += 8;
            left = <u32>(run >> 32);
          }
        }
      }
    }
    if (pixelAt === rowPixels) break;
    if (next >= limit) return RunsOutcome.TOO_MANY;

    // The pixel itself.
    const pixel = loadPixel<P>(row + <usize>pixelAt * pixelBytes<P>());
    let word = colorChannels<P>(pixel);
    if (filter === Filter.NONE) {
      const runPixels = <u64>(pixelAt - runStart);
      const runSum = sumOf(runPixel);
      sum += runPixels * runSum;
      weightedSum +=
        runPixels * placeSumOf(runPixel) +
        runSum * pixelBytes<P>() * ((runPixels * (<u64>runStart + pixelAt - 1)) >> 1);
      runPixel = pixel;
      runStart = pixelAt;
    } else {
      const pixelSum = sumOf(pixel);
      sum += pixelSum;
      weightedSum += <u64>pixelAt * pixelBytes<P>() * pixelSum + placeSumOf(pixel);
      if (filter === Filter.SUB) {
        word = addBytes(wordOfId<P>(left), word);
      } else {
        while (load<u32>(above, 8) <= pixelAt) above += 8;
        const up = load<u32>(above, 4);
        if (filter === Filter.UP) {
          word = addBytes(wordOfId<P>(up), word);
        } else if (filter === Filter.AVERAGE) {
          word = addBytes(averageBytes(wordOfId<P>(left), wordOfId<P>(up)), word);
        } else {
          const upLeft = load<u32>(above) === pixelAt ? load<u32>(above - 4) : up;
          let predictor = left;
          if (left === upLeft) predictor = up;
          if (left === upLeft || up === upLeft || left === up) word = addBytes(wordOfId<P>(predictor), word);
          else word = addBytes(paethBytes(wordOfId<P>(left), wordOfId<P>(up), wordOfId<P>(upLeft)), word);
        }
      }
    }
    const id = idOfWord<P>(word);
    store<u64>(next, <u64>pixelAt | ((<u64>id) << 32));
    next += (<usize>(id !== left)) << 3;
    left = id;
    x = pixelAt + 1;
  }

  if (filter === Filter.NONE) {
    const runPixels = <u64>(rowPixels - runStart);
    const runSum = sumOf(runPixel);
    sum += runPixels * runSum;
    weightedSum +=
      runPixels * placeSumOf(runPixel) +
      runSum * pixelBytes<P>() * ((runPixels * (<u64>runStart + rowPixels - 1)) >> 1);
  }
  if (next > limit) return RunsOutcome.TOO_MANY;
  addSums(sum, weightedSum);
  currentRunsEnd = next;
  return RunsOutcome.RUNS;
}
