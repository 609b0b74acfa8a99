/**
 * `labelmap/node`: `labelmap` with all its parts, and files of the disk as inputs. In Node, Bun and Deno `labelmap` itself
 * is this file.
 */

import "./decode/register/all.js";

export { fromFile } from "./decode/register/files.js";
export * from "./index.js";
