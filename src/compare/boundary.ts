/**
 * Counts the pixels of each class that lie deep inside it, for Boundary IoU: the IoU of the pixels that are not. The
 * definition is by Cheng et al., "Boundary IoU" (CVPR 2021), the arithmetic is that of `mask_to_boundary` in its code:
 *
 *   distance  max(1, round(dilation ratio × the image's diagonal)), in pixels
 *   interior  the pixels of a class whose square of 2 × distance + 1 pixels has no other class, and lies in the image
 *   boundary  the other pixels of the class
 *
 * That code erodes each class's mask once for each pixel of the distance. Here one pass finds the interior of all classes
 * at once, since a pixel has only one class. Each run loses `distance` pixels at both ends. What is left of a column's
 * pixel is interior if its class stays the same from `distance` rows above to `distance` rows below:
 *
 *   row 0   7 7 7 7 7 2 2    shortened by 1   - 7 7 7 - - -    since   - 0 0 0 - - -
 *   row 1   7 7 7 7 2 2 2                     - 7 7 - - 2 -            - 0 0 - - 1 -
 *   row 2   7 7 7 2 2 2 2                     - 7 - - 2 2 -            - 0 - - 2 1 -
 *
 * In row 2, only column 1 has had its class since row 0, so it is the only interior pixel of row 1.
 */
import { withMemoryFor } from "../checks/memory.js";
import type { PixelCounts } from "./confusion.js";
import type { SegmentRuns } from "./segments.js";

/** The dilation ratio of the paper for COCO. For Cityscapes and LVIS it is 0.005. */
export const DEFAULT_DILATION_RATIO = 0.02;

/** How far a class's boundary reaches into the class, in pixels. */
export function boundaryDistance(width: number, height: number, dilationRatio: number): number {
  return Math.max(1, roundHalfToEven(dilationRatio * Math.sqrt(width * width + height * height)));
}

/** Rounds as Python does: 2.5 to 2, 3.5 to 4. */
function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

/** The interior pixels per class, over any number of images. Pixels whose reference is void are left out. */
export class InteriorCounts {
  /** Per class: the pixels of its interior in the reference. */
  readonly #reference: Float64Array;
  /** Per class: the pixels of its interior in the prediction. */
  readonly #predicted: Float64Array;
  /** Per class: its pixels in both maps at once that are interior in at least one of them. */
  readonly #right: Float64Array;

  constructor(classCount: number) {
    this.#reference = new Float64Array(classCount);
    this.#predicted = new Float64Array(classCount);
    this.#right = new Float64Array(classCount);
  }

  /** Adds what other images have counted. */
  addAll(other: InteriorCounts): void {
    other.#reference.forEach((pixels, index) => {
      this.#reference[index]! += pixels;
      this.#predicted[index]! += other.#predicted[index]!;
      this.#right[index]! += other.#right[index]!;
    });
  }

  /** The pixels of a class's boundaries, from all its pixels. Those that are right are in both boundaries. */
  boundaryOf(classIndex: number, { reference, predicted, right }: PixelCounts): PixelCounts {
    return {
      reference: reference - this.#reference[classIndex]!,
      predicted: predicted - this.#predicted[classIndex]!,
      right: right - this.#right[classIndex]!,
    };
  }

  /** Counts the interior pixels of an image. The maps must have the same size. */
  add(reference: SegmentRuns, prediction: SegmentRuns, distance: number): void {
    const { width, height } = reference.runs;
    if (2 * distance + 1 > Math.min(width, height)) return;
    const [a, b] = withMemoryFor(`the boundaries of ${width}×${height} pixels`, () => [
      new Columns(reference, distance),
      new Columns(prediction, distance),
    ]);
    // The rows nearer to the image's edge have no interior pixel.
    const end = height - distance;
    const isNew = rowsThatDiffer([reference, prediction], distance);
    for (let top = distance; top < end; ) {
      let bottom = top + 1;
      while (bottom < end && isNew[bottom] === 0) bottom++;
      a.advance(top + distance);
      b.advance(top + distance);
      this.#addRow(a, b, top, top - distance, bottom - top);
      top = bottom;
    }
  }

  /**
   * @param first the first row of the pixels' squares.
   * @param rows how many equal rows there are.
   */
  #addRow(a: Columns, b: Columns, row: number, first: number, rows: number): void {
    let runA = a.firstRunOf(row);
    let runB = b.firstRunOf(row);
    for (let start = 0; start < a.width; ) {
      const endA = a.runEnds[runA]!;
      const endB = b.runEnds[runB]!;
      const end = Math.min(endA, endB);
      const r = a.classOfRun[runA]!;
      const p = b.classOfRun[runB]!;
      if (r >= 0) {
        const inA = countUpTo(first, a.since, start, end);
        this.#reference[r]! += inA * rows;
        if (p >= 0) {
          const inB = countUpTo(first, b.since, start, end);
          this.#predicted[p]! += inB * rows;
          if (r === p) {
            const inBoth = inA > 0 && inB > 0 ? countBothUpTo(first, a.since, b.since, start, end) : 0;
            this.#right[r]! += (inA + inB - inBoth) * rows;
          }
        }
      }
      if (end === endA) runA++;
      if (end === endB) runB++;
      start = end;
    }
  }
}

/** 1 for each row whose interior pixels may differ from those of the row above. */
function rowsThatDiffer(maps: readonly SegmentRuns[], distance: number): Uint8Array {
  const height = maps[0]!.runs.height;
  const isNew = new Uint8Array(height);
  for (const { runs } of maps) {
    for (const bandTop of runs.bandTops) {
      // A new band is at the row itself, enters the squares at their lowest row, or leaves the row above them.
      if (bandTop < height) isNew[bandTop] = 1;
      if (bandTop >= distance) isNew[bandTop - distance] = 1;
      if (bandTop + distance < height) isNew[bandTop + distance] = 1;
    }
  }
  return isNew;
}

/** Stands for a column that has no class at present. It is greater than any row. */
const NEVER = 2 ** 31 - 1;

/** Since which row each column has had its class, in the shortened runs of a map. */
class Columns {
  readonly width: number;
  readonly runEnds: Uint32Array;
  /** The index of each run's class, or -1 if it is void. */
  readonly classOfRun: Int32Array;
  /** For each column, the row since which it has had its class, or `NEVER`. */
  readonly since: Int32Array;
  readonly #bandTops: Uint32Array;
  readonly #bandRuns: Uint32Array;
  readonly #distance: number;
  /** The class of each column. */
  readonly #classes: Int32Array;
  /** The band of the row that was asked for last. */
  #band = 0;
  /** The next band to enter the squares. */
  #next = 0;

  constructor({ runs, segmentOfRun, segments }: SegmentRuns, distance: number) {
    this.width = runs.width;
    this.runEnds = runs.runEnds;
    this.classOfRun = segmentOfRun.map((segment) => segments[segment]?.classIndex ?? -1);
    this.since = new Int32Array(runs.width).fill(NEVER);
    this.#bandTops = runs.bandTops;
    this.#bandRuns = runs.bandRuns;
    this.#distance = distance;
    this.#classes = new Int32Array(runs.width).fill(-1);
  }

  /** The first run of a row. The rows must ascend from call to call. */
  firstRunOf(row: number): number {
    while (this.#bandTops[this.#band + 1]! <= row) this.#band++;
    return this.#bandRuns[this.#band]!;
  }

  /** Takes in all rows up to this one. */
  advance(row: number): void {
    const last = this.#bandTops.length - 1;
    for (; this.#next < last && this.#bandTops[this.#next]! <= row; this.#next++) this.#enter(this.#next);
  }

  #enter(band: number): void {
    const row = this.#bandTops[band]!;
    const end = this.#bandRuns[band + 1]!;
    // The columns from here on have no class, up to the next run that is long enough.
    let empty = 0;
    let start = 0;
    for (let run = this.#bandRuns[band]!; run < end; run++) {
      const classIndex = this.classOfRun[run]!;
      // Two objects of a class that touch are one region of the class.
      while (run + 1 < end && this.classOfRun[run + 1] === classIndex) run++;
      const left = start + this.#distance;
      start = this.runEnds[run]!;
      const right = start - this.#distance;
      if (classIndex < 0 || left >= right) continue;
      this.#clear(empty, left);
      this.#set(left, right, classIndex, row);
      empty = right;
    }
    this.#clear(empty, this.width);
  }

  #clear(start: number, end: number): void {
    this.#classes.fill(-1, start, end);
    this.since.fill(NEVER, start, end);
  }

  #set(start: number, end: number, classIndex: number, row: number): void {
    const classes = this.#classes;
    const since = this.since;
    for (let x = start; x < end; x++) {
      if (classes[x] === classIndex) continue;
      classes[x] = classIndex;
      since[x] = row;
    }
  }
}

/** The number of columns that have had their class since `row` or before. */
function countUpTo(row: number, since: Int32Array, start: number, end: number): number {
  let count = 0;
  for (let x = start; x < end; x++) if (since[x]! <= row) count++;
  return count;
}

function countBothUpTo(row: number, a: Int32Array, b: Int32Array, start: number, end: number): number {
  let count = 0;
  for (let x = start; x < end; x++) if (a[x]! <= row && b[x]! <= row) count++;
  return count;
}
