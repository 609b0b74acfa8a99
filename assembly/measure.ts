/**
 * What is counted while labels are written: pixels and bounding box of each label, and the pixels whose colour is not in
 * the legend, with the first few colours. A run is counted at once, for all consecutive equal rows.
 */
import { colorWords, isClear, labelCount, seesTransparency, swapRedBlue, unknown } from "./color-table";
import { Unknown } from "./host";
import { takeBlock } from "./memory";

/** Distinct colours that are listed with their counts. More would not help anyone to find the fault. */
const MAX_LISTED_COLORS: u32 = 16;

/** For each label: uint32 pixel count, then int32 left, top, right, bottom of its box; right and bottom are exclusive. */
export let measuresPointer: usize = 0;
const MEASURE_BYTES: u32 = 20;
/**
 * Pixels that are unlabelled, and pixels that were snapped to the nearest colour of the legend. For each kind: uint32
 * pixels in all, uint32 listed colours, then pairs of uint32 (0xRRGGBB and pixel count) in the order of first appearance.
 */
export const unlabelledPointer = memory.data(8 + MAX_LISTED_COLORS * 8);
export const snappedPointer = memory.data(8 + MAX_LISTED_COLORS * 8);

/** For each label: uint32 count of its fully transparent pixels, if the image may have any. */
export let clearCountsPointer: usize = 0;
/** Whether all pixels have to be counted by their colour, and not only those without a label. */
let countsColors: bool = false;

export function layOutMeasures(labels: u32): void {
  measuresPointer = takeBlock(<usize>labels * MEASURE_BYTES);
}

/** These counters are hardly ever used, so they come last in the layout: what is used for every run keeps its place. */
export function layOutClearCounts(labels: u32): void {
  clearCountsPointer = takeBlock((<usize>labels) << 2);
}

/** Of a grey or palette image: several labels have fully transparent samples, or each pixel is counted by its colour. */
export const SEVERAL_LABELS: i32 = i32.MIN_VALUE;
/** Of a grey or palette image: the label that has fully transparent samples, -1 if none has, or SEVERAL_LABELS. */
export let clearSampleLabel: i32 = SEVERAL_LABELS;

/**
 * The ids from `firstCounted` on, `countedIds` of them: their label may have another colour than their pixels, or these may
 * be fully transparent. So they are counted by their colour.
 */
export let firstCounted: u32 = 0;
export let countedIds: u32 = 0;

export function setCountedIds(first: u32, ids: u32): void {
  firstCounted = first;
  countedIds = ids;
}

export function setClearSampleLabel(label: i32): void {
  clearSampleLabel = label;
}

/** Sets all counters to zero, before an image's first row. Call it after `beginColors`. */
export function beginMeasures(): void {
  countsColors = unknown === Unknown.SNAP || seesTransparency();
  memory.fill(clearCountsPointer, 0, (<usize>labelCount) << 2);
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
 * Counts a run from `left` to before `end` in `rows` rows from `top` on. Rows must come from top to bottom. Labels from
 * `labelCount` on are numbered colours and are not counted.
 */
export function measureRun(label: i32, left: i32, end: i32, top: i32, rows: i32): void {
  if (<u32>label >= labelCount) return;
  const measure = measuresPointer + <usize>label * MEASURE_BYTES;
  store<u32>(measure, load<u32>(measure) + (end - left) * rows);
  // One branch that is rarely taken. A label's first run always takes it, and only this run can set the top.
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
 * Counts a row of `width` labels, -1 for unlabelled pixels, in which few neighbours are equal.
 *
 * In the columns that lie inside the boxes of all labels no box can grow sideways, so only pixels are counted there. As
 * long as a label has no pixel there are no such columns.
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

/** Whether a label's pixels may also have to be counted by their colour. */
export function isCountedByColor(label: i32): bool {
  return label < 0 || countsColors;
}

/**
 * Counts `pixels` pixels by their colour word, if they have no label, their label has another colour, or they are fully
 * transparent.
 */
export function measureColor(word: u32, label: i32, pixels: u32): void {
  if (label < 0) {
    addToColors(unlabelledPointer, word, pixels);
    return;
  }
  if (isClear(word)) {
    const count = clearCountsPointer + ((<usize>label) << 2);
    store<u32>(count, load<u32>(count) + pixels);
  }
  const isOther = ((load<u32>(colorWords + ((<usize>label) << 2)) ^ word) & 0xffffff) !== 0;
  if (isOther && unknown === Unknown.SNAP) addToColors(snappedPointer, word, pixels);
}

function addToColors(colors: usize, word: u32, pixels: u32): void {
  store<u32>(colors, load<u32>(colors) + pixels);
  const color = swapRedBlue(word);
  const listed = load<u32>(colors, 4);
  let entry = colors + 8;
  const end = entry + ((<usize>listed) << 3);
  while (entry < end && load<u32>(entry) !== color) entry += 8;
  if (entry === end) {
    if (listed === MAX_LISTED_COLORS) return;
    store<u32>(colors, listed + 1, 4);
    store<u32>(entry, color);
    store<u32>(entry, 0, 4);
  }
  store<u32>(entry, load<u32>(entry, 4) + pixels, 4);
}
