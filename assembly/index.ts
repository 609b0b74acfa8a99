/**
 * The module's whole interface. It knows bytes, pixels and colours; nothing of legends, PNG chunks or HTTP.
 *
 * A decode from compressed bytes: the output (`beginOutput` and on), `layOutFused`, the legend's colours written at
 * `colorsPointer` and the output's tables, `beginFused`, and then `decodeBand` again and again: it asks for input (written
 * at `inputPointer`, then `feed`) and hands out bands of rows.
 *
 * From pixels: `layOutScan`, the colours, `beginScan`, and band after band written at `pixelsPointer`, scanned, and read
 * at `labelsPointer`. The counters are read once at the end.
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
export { Unknown } from "./host";
export { measuresPointer, snappedPointer, unlabelledPointer } from "./measure";
export { INPUT_BYTES, inputPointer } from "./memory";
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
export { bandRows, listedBands, listedRuns } from "./paint";
export { beginScan, labelsPointer, layOutScan, pixelsPointer, SCAN_PIXELS, scanRgb, scanRgba } from "./scan";
export { Status } from "./status";
