/** `labelmap/ids` in Node, Bun and Deno: with all parts of the decoder. */

import "./all.js";

export * from "./ids.js";
