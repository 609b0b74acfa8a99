/**
 * The module's whole interface. It knows about bytes, pixels and colours, but nothing about legends, PNG chunks or HTTP.
 *
 * To decode compressed bytes: describe the output (`beginOutput`, `addTarget`, …), call `layOutFused`, write the legend's
 * colours at `colorsPointer` and fill the output's tables, call `beginFused`, and then `decodeBand` repeatedly. It asks
 * for input (write it at `inputPointer`, then call `feed`) and hands out bands of rows.
 *
 * To label pixels: call `layOutScan`, write the colours, call `beginScan`; then for each band write its pixels at
 * `pixelsPointer`, scan it, and read its labels at `labelsPointer`. In both cases read the counters once, at the end.
 */

export { colorsPointer } from "./color-table";
export { crc32 } from "./crc32";
export {
  beginFused,
  decodeBand,
  errorDetail,
  feed,
  keepUnreadInput,
  layOutFused,
  sampleColorsPointer,
  usedInput,
} from "./fused";
export { Alpha, Unknown } from "./host";
export { listedBands, listedRuns } from "./listed-rows";
export { clearCountsPointer, measuresPointer, snappedPointer, unlabelledPointer } from "./measure";
export { arenaLimit, INPUT_BYTES, inputPointer } from "./memory";
export {
  addTarget,
  bandOf,
  beginOutput,
  columnsPointer,
  listedBandsPointer,
  runEndsPointer,
  runLabelsPointer,
  sampleOutput,
  valuesOf,
  wantedRowsPointer,
} from "./output";
export { bandRows, endBand } from "./paint";
export { lowBytesSeen } from "./repack";
export { beginScan, labelsPointer, layOutScan, pixelsPointer, SCAN_PIXELS, scanRgb, scanRgba } from "./scan";
