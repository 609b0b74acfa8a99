/**
 * What is counted while labels are written: pixels and bounding box per label, and the pixels whose colour is not in the
 * legend, with their first colours. The unit of counting is a run, over as many equal rows as follow each other.
 */
import { colorWords, labelCount, turnRound, unknown } from "./color-table";
import { Unknown } from "./host";
import { takeBlock } from "./memory";

/** Distinct colours that are kept with their counts; more would not help a person to find the fault. */
const COLORS_KEPT: u32 = 16;

/** Per label: uint32 pixel count, then int32 left, top, right, bottom of its box; right and bottom are exclusive. */
export let measuresPointer: usize = 0;
const MEASURE_BYTES: u32 = 20;
/**
 * Pixels that are unlabelled, and those that were snapped to the nearest colour of the legend. Each: uint32 pixels in
 * all and distinct colours kept, then pairs of uint32, 0xRRGGBB and pixel count, in the order of their first pixels.
 */
export const unlabelledPointer = memory.data(8 + COLORS_KEPT * 8);
export const snappedPointer = memory.data(8 + COLORS_KEPT * 8);

export function layOutMeasures(labels: u32): void {
  measuresPointer = takeBlock(<usize>labels * MEASURE_BYTES);
}

/** Sets all counters to zero, before an image's first row. */
export function beginMeasures(): void {
  store<u64>(unlabelledPointer, 0);
  store<u64>(snappedPointer, 0);
  for (let label: u32 = 0; label < labelCount; label++) {
    const measure = measuresPointer + <usize>label * MEASURE_BYTES;
    store<u32>(measure, 0);
    store<i32>(measure, i32.MAX_VALUE, 4);
    store<i32>(measure, i32.MAX_VALUE, 8);
    store<i32>(measure, 0, 12);
    store<i32>(measure, 0, 16);
  }
}

/**
 * Counts a run from `left` to before `end`, the same in `rows` rows from `top` on. Rows come in their order. Labels from
 * `labelCount` on, which are numbered colours, are not counted.
 */
export function measureRun(label: i32, left: i32, end: i32, top: i32, rows: i32): void {
  if (<u32>label >= labelCount) return;
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
    if (<u32>label >= labelCount) continue;
    const measure = measuresPointer + <usize>label * MEASURE_BYTES;
    store<u32>(measure, load<u32>(measure) + 1);
    store<i32>(measure, top + 1, 16);
  }
  measureEach(labels, right, width, top);
}

function measureEach(labels: usize, start: i32, end: i32, top: i32): void {
  for (let x = start; x < end; x++) {
    const label = load<i32>(labels + ((<usize>x) << 2));
    measureRun(label, x, x + 1, top, 1);
  }
}

/** Whether pixels of a label may have to be counted by their colour too. */
export function isCountedByColor(label: i32): bool {
  return label < 0 || unknown === Unknown.SNAP;
}

/** Counts `pixels` pixels by their colour word where it is not that of their label. */
export function measureColor(word: u32, label: i32, pixels: u32): void {
  if (label < 0) addToColors(unlabelledPointer, word, pixels);
  else if (unknown === Unknown.SNAP && load<u32>(colorWords + ((<usize>label) << 2)) !== word) {
    addToColors(snappedPointer, word, pixels);
  }
}

function addToColors(colors: usize, word: u32, pixels: u32): void {
  store<u32>(colors, load<u32>(colors) + pixels);
  const color = turnRound(word);
  const kept = load<u32>(colors, 4);
  let entry = colors + 8;
  const end = entry + ((<usize>kept) << 3);
  while (entry < end && load<u32>(entry) !== color) entry += 8;
  if (entry === end) {
    if (kept === COLORS_KEPT) return;
    store<u32>(colors, kept + 1, 4);
    store<u32>(entry, color);
    store<u32>(entry, 0, 4);
  }
  store<u32>(entry, load<u32>(entry, 4) + pixels, 4);
}
