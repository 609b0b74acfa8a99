/**
 * The contenders: their names, as tables and charts show them, and in which loops each takes part.
 *
 * In the **steady** loop memory is reused: an array of the caller's, or memory that a map gave back. In the
 * **allocating** loop each result is new memory, which the operating system may have to hand over page by page.
 */
export const STEADY = "steady";
export const ALLOCATING = "allocating";
export const LOOPS = [STEADY, ALLOCATING];

export const OWN = "labelmap, own array";
export const RELEASED = "labelmap, released maps";
export const REUSED = "labelmap, reused array";
export const ZERO_COPY = "labelmap, zero-copy array";
export const RUNS = "labelmap, runs only";

/** The least time in which labels can be written: no decode. */
export const FILL = "fill of an int32 array, no decode";
export const LIBDEFLATE = "libdeflate, inflate alone";
export const ZLIB_NG = "zlib-ng, inflate alone";
/** Told the size beforehand: one chunk, which is new, or allocated once in the steady loop. */
export const ZLIB = "node:zlib, inflate alone";
/** As people call it: chunks of 16 KiB, which it joins. It cannot be given memory. */
export const ZLIB_DEFAULT = "node:zlib, inflate alone, default chunks";

export const SHARP = "sharp + Map scan";
export const PILLOW = "Pillow + NumPy";
export const OPENCV = "OpenCV + NumPy";
export const LIBSPNG = "libspng + C hash scan";

/** What uses no labels: not compared with the expected ones. */
export const YARDSTICKS = [FILL, LIBDEFLATE, ZLIB_NG, ZLIB, ZLIB_DEFAULT];
export const isOurs = (name) => name.startsWith("labelmap");
export const isYardstick = (name) => YARDSTICKS.includes(name);

/** The versions of npm packages are stated. */
export const PACKAGES = ["upng-js", "fast-png", "pngjs", "sharp", "@jsquash/png"];
const MORE_PEERS = [
  "sharp + careful scan",
  "upng-js + Map scan",
  "fast-png + Map scan",
  "pngjs + Map scan",
  "@jsquash/png + Map scan",
  PILLOW,
  OPENCV,
  LIBSPNG,
];

/** @returns {Record<string, string[]>} the names of the contenders of each loop; `full` adds the slower peers */
export function contendersOf(full) {
  const peers = full ? [SHARP, ...MORE_PEERS] : [SHARP];
  return {
    [STEADY]: [ZERO_COPY, REUSED, RELEASED, RUNS, FILL, LIBDEFLATE, ZLIB_NG, ZLIB, ...peers],
    [ALLOCATING]: [OWN, LIBDEFLATE, ZLIB, ZLIB_DEFAULT, ...peers],
  };
}
