/**
 * `labelmap/png`: plain PNG files, for programs that show or check them. Re-exports only. To decode a mask, use
 * `decodeMask` of `labelmap`, which makes no pixels.
 */
export { ColorType, type PngHeader } from "./container.js";
export { type DecodedRgba, decodeRgba, readPngHeader } from "./decode-rgba.js";
export { writePng } from "./writer.js";
