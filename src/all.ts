/**
 * `labelmap/all`: `labelmap` with all its parts, for programs whose size does not matter. In Node, Bun and Deno `labelmap`
 * itself is this file.
 */

import "./decode/register/all.js";

export * from "./index.js";
