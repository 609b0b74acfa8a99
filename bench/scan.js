/**
 * Pixels to labels in JavaScript, as a user writes it. Labels are Int32Array, row-major, -1 = unknown; `colors` are
 * 0xRRGGBB by label. Each writes into `out`, which is new unless it is given.
 */

/** The plain scan: a look-up in a `Map` for each pixel. A pixel has `channels` samples of 8 bits. */
export function scanWithMap(pixels, channels, colors, out = new Int32Array(pixels.length / channels)) {
  const labels = new Map(colors.map((color, label) => [color, label]).reverse());
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  for (let index = 0, at = 0; index < out.length; index++, at += channels) {
    const color = (pixels[at] << 16) | (pixels[at + green] << 8) | pixels[at + blue];
    out[index] = labels.get(color) ?? -1;
  }
  return out;
}

/** The careful scan: an RGBA pixel is one word (on a little-endian machine), and the `Map` is used only when it changes. */
export function scanWords(pixels, colors, out = new Int32Array(pixels.length >> 2)) {
  const wordOf = (color) => (color >> 16) | (color & 0xff00) | ((color & 255) << 16);
  const labels = new Map(colors.map((color, label) => [wordOf(color), label]).reverse());
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
  let last = -1;
  let label = -1;
  for (let index = 0; index < out.length; index++) {
    const word = words[index] & 0xffffff;
    if (word !== last) {
      last = word;
      label = labels.get(word) ?? -1;
    }
    out[index] = label;
  }
  return out;
}
