/** `labelmap/formats` in Node, Bun and Deno: with all parts of the decoder. */

import "../decode/register/all.js";

export * from "./index.js";
