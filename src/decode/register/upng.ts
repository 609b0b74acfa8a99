/**
 * `labelmap/upng`: importing it makes the second engine available. It decodes with upng-js and pako. `engine: "upng"` asks
 * for it, and so do masks with rows of more than 2^26 pixels or 2^28 bytes.
 */

import { decodeUpng } from "../engines/upng.js";
import { registerPart } from "../parts.js";

registerPart("upng", { decodeUpng });
