/** Masks in TIFF, BMP, WebP, GIF and JPEG. Re-exports only. */

export { type ContainerKind, kindOfBytes, kindOfName } from "./kinds.js";
export { type PngSourceOptions, pngSource } from "./png-source.js";
export { type PngOfMask, type ToPngOptions, toPng } from "./to-png.js";
