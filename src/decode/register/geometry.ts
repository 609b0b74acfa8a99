/**
 * `labelmap/geometry`: resize, crop, pad, mirror and tile label maps. Importing it also makes the options `crop` and
 * `resize` of `decodeMask` work.
 */

import { checkArea, samplePixels } from "../../geometry/area.js";
import { registerPart } from "../parts.js";

export * from "../../geometry/index.js";

registerPart("geometry", { checkArea, samplePixels });
