/**
 * `labelmap/checks`: how the library checks arguments and phrases its errors, for packages built on it such as
 * `labelmap-cli`. Re-exports only.
 */
export { checkOptions, isCount } from "./arguments.js";
export { closest, didYouMean } from "./closest.js";
export { counted } from "./counted.js";
export { checkKeys, isObject, isSize, kindOf, quote } from "./describe.js";
export { invalid } from "./invalid.js";
export { withMemoryFor } from "./memory.js";
