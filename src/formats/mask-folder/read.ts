/** PNGs in colours are what the decoder reads itself. */
export { decodeMask } from "../../decode/decode.js";
