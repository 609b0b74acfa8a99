/**
 * Rows to the rows of the targets (output.ts). A row that is held as runs is listed first, and the list is painted once a
 * band is full: painting touches so much memory that it is not mixed with decoding.
 */
import {
  clearList,
  firstRunOf,
  hasRoomForRow,
  listedBands,
  listLabels,
  listRuns,
  pixelOf,
  rowsOfBand,
} from "./listed-rows";
import {
  bandOf,
  elementBytesOf,
  endBandOf,
  isAnyWhole,
  listsRuns,
  outputWidth,
  pixelBytes,
  places,
  rowsAtOnce,
  runEndsPointer,
  runLabelsPointer,
  targetCount,
  valuesOf,
} from "./output";

/**
 * From this many bytes of a run on, the caller's `TypedArray.fill` of each run is faster than painting and copying, where
 * the output is large: such a call takes about 20 ns.
 */
const BYTES_WORTH_A_FILL: u32 = 640;

/** Rows in the current band. */
export let bandRows: u32 = 0;
/** The last rows of the band, which are listed and not painted yet, and the runs in them. */
let listedRows: u32 = 0;
let runsOfRows: u32 = 0;
/** The first of the bands in the list that is not painted, and how many of its rows are painted. */
let nextBand: u32 = 0;
let paintedRows: u32 = 0;

/** Starts the first band. */
export function beginRows(): void {
  bandRows = 0;
  beginBand();
}

/** Starts a band. The caller has taken the one before. */
export function beginBand(): void {
  for (let target: u32 = 0; target < targetCount; target++) endBandOf(target, bandRows);
  bandRows = 0;
  listedRows = 0;
  runsOfRows = 0;
  forgetList();
}

function forgetList(): void {
  clearList();
  nextBand = 0;
  paintedRows = 0;
}

/** Whether the band must be taken before another row comes. */
export function isBandFull(): bool {
  return bandRows === rowsAtOnce || (listsRuns && !hasRoomForRow());
}

/**
 * Ends a band, which the caller then takes. Returns true if the rows are not painted: the caller then fills its arrays
 * from the list.
 */
export function endBand(): bool {
  const isWorthFills =
    !isAnyWhole() &&
    places === 0 &&
    listedRows === bandRows &&
    runsOfRows * targetCount <= (bandRows * outputWidth * pixelBytes) / BYTES_WORTH_A_FILL;
  if (isWorthFills) return true;
  paintListedRows();
  return false;
}

/** Where a row of a target goes. */
function rowOf(target: u32, row: u32): usize {
  return bandOf(target) + <usize>row * outputWidth * elementBytesOf(target);
}

/**
 * Takes a row that is held as runs.
 *
 * @param labelsOfIds the label of each id
 * @param isRepeat whether the row equals the row that came last
 */
export function putRuns(runs: usize, runsEnd: usize, labelsOfIds: usize, width: u32, isRepeat: bool): void {
  if (!hasRoomForRow()) paintListedRows();
  listRuns(runs, runsEnd, labelsOfIds, width, isRepeat);
  runsOfRows += firstRunOf(listedBands) - firstRunOf(listedBands - 1);
  listedRows++;
  bandRows++;
}

/** Paints what is listed and not painted yet. Without a target of runs, the list is empty then. */
function paintListedRows(): void {
  if (listedRows === 0) return;
  for (let target: u32 = 0; target < targetCount; target++) {
    const elementBytes = elementBytesOf(target);
    if (elementBytes > 0) paintRows(elementBytes, valuesOf(target), rowOf(target, bandRows - listedRows));
  }
  endPainting();
}

function endPainting(): void {
  listedRows = 0;
  if (listsRuns) {
    nextBand = listedBands - 1;
    paintedRows = rowsOfBand(nextBand);
  } else forgetList();
}

function paintRows(elementBytes: u32, values: usize, to: usize): void {
  let row = to;
  let painted = paintedRows;
  for (let band = nextBand; band < listedBands; band++) {
    const first = firstRunOf(band);
    const last = firstRunOf(band + 1);
    for (const rows = rowsOfBand(band); painted < rows; painted++) {
      paintRow(first, last, elementBytes, values, row);
      row += <usize>outputWidth * elementBytes;
    }
    painted = 0;
  }
}

/**
 * Writes the values of a row, and up to 63 bytes more. Each run may write beyond its end, since the next run overwrites
 * that. A loop of four stores with an inexact end costs less than the branches of an exact one.
 */
function paintRow(first: u32, last: u32, elementBytes: u32, values: usize, row: usize): void {
  // A value is repeated through four bytes by a product: 0x01010101, 0x00010001 or 1.
  const bits = elementBytes << 3;
  const mask = u32.MAX_VALUE >>> (32 - bits);
  const repeat = u32.MAX_VALUE / mask;
  let place = row;
  for (let run = (<usize>first) << 2, end = (<usize>last) << 2; run < end; run += 4) {
    let value = load<u32>(runLabelsPointer + run);
    if (values !== 0) value = load<u32>(values + ((<usize>value) << 2), 4);
    const runEnd = row + <usize>load<u32>(runEndsPointer + run) * elementBytes;
    const four = i32x4.splat((value & mask) * repeat);
    while (place < runEnd) {
      v128.store(place, four);
      v128.store(place, four, 16);
      v128.store(place, four, 32);
      v128.store(place, four, 48);
      place += 64;
    }
    place = runEnd;
  }
}

/**
 * Where to write the labels of a row that is not held as runs, for `putLabels`: straight into the output if that consists
 * of labels. The rows before it are painted now, since painting may write beyond a row.
 *
 * @param labelRow room for the labels of a row
 */
export function beginLabelRow(labelRow: usize): usize {
  paintListedRows();
  const isOutput = targetCount === 1 && elementBytesOf(0) === 4 && valuesOf(0) === 0 && places === 0;
  return isOutput ? rowOf(0, bandRows) : labelRow;
}

/** Takes a row of labels, at the address that `beginLabelRow` gave. */
export function putLabels(labels: usize): void {
  for (let target: u32 = 0; target < targetCount; target++) {
    const elementBytes = elementBytesOf(target);
    const to = rowOf(target, bandRows);
    const values = valuesOf(target);
    if (to === labels) continue;
    if (elementBytes === 4) copyLabels<i32>(labels, values, to);
    else if (elementBytes === 1) copyLabels<u8>(labels, values, to);
    else if (elementBytes === 2) copyLabels<u16>(labels, values, to);
    else listLabels(labels);
  }
  bandRows++;
  endPainting();
}

function copyLabels<T>(labels: usize, values: usize, row: usize): void {
  for (let column: u32 = 0; column < outputWidth; column++) {
    let value = load<i32>(labels + (pixelOf(column) << 2));
    if (values !== 0) value = load<i32>(values + ((<usize>value) << 2), 4);
    store<T>(row + <usize>column * sizeof<T>(), <T>value);
  }
}
