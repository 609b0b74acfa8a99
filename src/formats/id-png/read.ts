/** PNGs of ids are masks that need no legend, so the decoder reads them itself. */
export { decodeIds } from "../../decode/decode-ids.js";
