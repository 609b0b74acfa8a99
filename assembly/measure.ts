/**
 * What is counted while labels are written: pixels and bounding box per label, unlabelled pixels and their first
 * colours. The unit of counting is a run, over as many equal rows as follow each other.
 */
import { labelCount, turnRound } from "./color-table";
import { takeBlock } from "./memory";

/** Distinct unknown colours that are kept with their counts; more would not help a person to find the fault. */
const UNKNOWN_COLORS_KEPT: u32 = 16;

/** Per label: uint32 pixel count, then int32 left, top, right, bottom of its box; right and bottom are exclusive. */
export let measuresPointer: usize = 0;
const MEASURE_BYTES: u32 = 20;
/** The first unknown colours: pairs of uint32, 0xRRGGBB and pixel count, in the order of their first pixels. */
export let unknownColorsPointer: usize = 0;
export let unknownColorCount: u32 = 0;
/** Pixels whose colour is not in the legend. */
export let unlabelledCount: u32 = 0;

export function layOutMeasures(labels: u32): void {
  measuresPointer = takeBlock(<usize>labels * MEASURE_BYTES);
  unknownColorsPointer = takeBlock(UNKNOWN_COLORS_KEPT * 8);
}

/** Sets all counters to zero, before an image's first row. */
export function beginMeasures(): void {
  unlabelledCount = 0;
  unknownColorCount = 0;
  for (let label: u32 = 0; label < labelCount; label++) {
    const measure = measuresPointer + <usize>label * MEASURE_BYTES;
    store<u32>(measure, 0);
    store<i32>(measure, i32.MAX_VALUE, 4);
    store<i32>(measure, i32.MAX_VALUE, 8);
    store<i32>(measure, 0, 12);
    store<i32>(measure, 0, 16);
  }
}

/** Counts a run from `left` to before `end`, the same in `rows` rows from `top` on. Rows come in their order. */
export function measureRun(label: i32, left: i32, end: i32, top: i32, rows: i32): void {
  const measure = measuresPointer + <usize>label * MEASURE_BYTES;
  store<u32>(measure, load<u32>(measure) + (end - left) * rows);
  // One branch that is seldom taken; a label's first run, which alone can set the top, always takes it.
  if (i32(left < load<i32>(measure, 4)) | i32(end > load<i32>(measure, 12)))
    widenBox(measure, left, end, top);
  store<i32>(measure, top + rows, 16);
}

function widenBox(measure: usize, left: i32, end: i32, top: i32): void {
  store<i32>(measure, min(left, load<i32>(measure, 4)), 4);
  store<i32>(measure, min(top, load<i32>(measure, 8)), 8);
  store<i32>(measure, max(end, load<i32>(measure, 12)), 12);
}

/**
 * Counts a row of `width` labels, -1 for unlabelled ones, in which hardly any two neighbours are equal.
 *
 * Between the sides that the boxes of all labels have reached no box can grow: there only pixels are counted. While a
 * label is still without a pixel there is no such place.
 */
export function measureLabels(labels: usize, width: i32, top: i32): void {
  let left: i32 = 0;
  let right: i32 = width;
  for (let label: u32 = 0; label < labelCount; label++) {
    const measure = measuresPointer + <usize>label * MEASURE_BYTES;
    left = max(left, load<i32>(measure, 4));
    right = min(right, load<i32>(measure, 12));
  }
  if (left > right) left = right = width;
  measureEach(labels, 0, left, top);
  for (let x = left; x < right; x++) {
    const label = load<i32>(labels + ((<usize>x) << 2));
    if (label < 0) continue;
    const measure = measuresPointer + <usize>label * MEASURE_BYTES;
    store<u32>(measure, load<u32>(measure) + 1);
    store<i32>(measure, top + 1, 16);
  }
  measureEach(labels, right, width, top);
}

function measureEach(labels: usize, start: i32, end: i32, top: i32): void {
  for (let x = start; x < end; x++) {
    const label = load<i32>(labels + ((<usize>x) << 2));
    if (label >= 0) measureRun(label, x, x + 1, top, 1);
  }
}

/** Counts `pixels` pixels of a colour word that the legend does not have. */
export function measureUnknown(word: u32, pixels: u32): void {
  unlabelledCount += pixels;
  const color = turnRound(word);
  let entry = unknownColorsPointer;
  const end = unknownColorsPointer + ((<usize>unknownColorCount) << 3);
  while (entry < end && load<u32>(entry) !== color) entry += 8;
  if (entry === end) {
    if (unknownColorCount === UNKNOWN_COLORS_KEPT) return;
    unknownColorCount++;
    store<u32>(entry, color);
    store<u32>(entry, 0, 4);
  }
  store<u32>(entry, load<u32>(entry, 4) + pixels, 4);
}
