/** `labelmap/geometry`: resize, crop, pad, mirror and tile label maps. Re-exports only. */
export { type Area, type Crop, checkArea, type Resize } from "./area.js";
export { type CropBox, crop, type PadOptions, pad } from "./crop-pad.js";
export { flip } from "./flip.js";
export { type MajorityOptions, resizeByMajority } from "./majority.js";
export { type ResizeOptions, resize } from "./resize.js";
export { SAMPLINGS, type Sampling } from "./sampling.js";
export { type Tile, type TileOptions, tile, untile } from "./tile.js";
