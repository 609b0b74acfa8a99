/** The way back from a PNG of ids: the decoder itself reads it, since such a PNG is a mask that needs no legend. */
export { decodeIds } from "../../decode/decode-ids.js";
