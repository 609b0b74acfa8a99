/**
 * The module's whole interface. It knows bytes, pixels and colours; nothing of legends, PNG chunks or HTTP.
 *
 * A decode from compressed bytes: `layOutFused`, the legend's colours written at `colorsPointer`, `beginFused`, and
 * then `decodeBand` again and again: it asks for input (written at `inputPointer`, then `feed`) and hands out bands of
 * labels. From pixels: `layOutScan`, the colours, `beginScan`, and band after band written at `pixelsPointer`, scanned,
 * and read at `labelsPointer`. The counters are read once at the end.
 */

export { colorsPointer } from "./color-table";
export { crc32 } from "./crc32";
export {
  bandPointer,
  bandRows,
  bandTop,
  beginFused,
  decodeBand,
  errorDetail,
  feed,
  keepUnreadInput,
  layOutFused,
  sampleColorsPointer,
  usedInput,
} from "./fused";
export { measuresPointer, unknownColorCount, unknownColorsPointer, unlabelledCount } from "./measure";
export { INPUT_BYTES, inputPointer } from "./memory";
export { beginScan, labelsPointer, layOutScan, pixelsPointer, SCAN_PIXELS, scanRgb, scanRgba } from "./scan";
export { Status } from "./status";
