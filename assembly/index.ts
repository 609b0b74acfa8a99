/**
 * The module's whole interface. It knows bytes, pixels and colours; nothing of legends, PNG chunks or HTTP.
 *
 * One decode is: `reserve` memory, write the legend's colours at `colorsPointer`, `buildColorTable`, and then,
 * band after band, write pixels at `pixelsPointer`, `scanRgba` or `scanRgb`, and read labels at `labelsPointer`.
 * The counters are read once at the end. A band is small, so that everything here stays in the cache.
 */
export { crc32 } from "./checksum";
export { buildColorTable } from "./color-table";
export {
  BAND_PIXELS,
  boxesPointer,
  colorsPointer,
  countsPointer,
  labelsPointer,
  pixelsPointer,
  reserve,
  UNKNOWN_COLORS_KEPT,
  unknownColorsPointer,
} from "./memory";
export { beginScan, scanRgb, scanRgba, unknownColorCount, unlabelledCount } from "./scan";
