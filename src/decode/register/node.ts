/**
 * `labelmap/node`: files of the disk as inputs, in Node, Bun and Deno. Importing it also lets the other functions take
 * `file:` URLs.
 */

import "./all.js";

export { fromFile } from "./files.js";
