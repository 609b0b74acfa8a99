/** Colours as 0xRRGGBB: their channels and distances, for `snap`. */

/** The level of a channel: 0 is red, 1 is green, 2 is blue. */
export function level(rgb: number, channel: number): number {
  return (rgb >> (16 - channel * 8)) & 0xff;
}

/** The square of the Euclidean distance, in steps of the channels. */
export function squareDistance(a: number, b: number): number {
  const red = (a >> 16) - (b >> 16);
  const green = ((a >> 8) & 0xff) - ((b >> 8) & 0xff);
  const blue = (a & 0xff) - (b & 0xff);
  return red * red + green * green + blue * blue;
}

/** The labels that have a colour, in the order of their colours. Of labels with the same colour only the first is listed. */
export function labelsByColor(colors: ArrayLike<number>): Int32Array {
  const isFirst = (label: number, place: number, labels: Int32Array) =>
    place === 0 || colors[label] !== colors[labels[place - 1]!];
  // Numbers sort much faster without a function that compares them. A label fits 16 bits.
  return Int32Array.from(
    Float64Array.from(colors, (rgb, label) => rgb * 0x10000 + label)
      .filter((key) => key >= 0)
      .sort(),
    (key) => key % 0x10000,
  ).filter(isFirst);
}
