/** `labelmap/loader` in Node, Bun and Deno: with all parts of the decoder, for `workers: 0`. */

import "../decode/register/all.js";

export * from "./index.js";
