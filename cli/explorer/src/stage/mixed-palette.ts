/** The palette as it is drawn: hidden and dimmed labels, opacity and background are mixed in once, not for each pixel. */

/** R, G and B from 0 to 255. */
export type Color = readonly [number, number, number];

/**
 * Four bytes for each value. Over a background: the mixed colour, and 255; or 0 for hidden labels, in place of which a
 * checkerboard is drawn. Over a photo: the colour, and its share.
 */
export function mixPalette(
  palette: Uint8Array,
  opacity: number,
  background: Color | null,
): Uint8Array<ArrayBuffer> {
  const mixed = new Uint8Array(palette.length);
  for (let at = 0; at < palette.length; at += 4) {
    const share = Math.round(palette[at + 3]! * opacity);
    for (let channel = 0; channel < 3; channel++) {
      const color = palette[at + channel]!;
      mixed[at + channel] = background ? mixBytes(background[channel]!, color, share) : color;
    }
    mixed[at + 3] = !background ? share : palette[at + 3] === 0 ? 0 : 255;
  }
  return mixed;
}

/** The squares of the checkerboard, in CSS pixels. */
export const CHECKER_SIDE = 8;
const CHECKER_CONTRAST = 28;

/** The second colour of the checkerboard. The first is the background. A plain colour would look like another label. */
export function checkerColor(background: Color): Color {
  const isLight = background[1] >= 128;
  const [red, green, blue] = background.map((channel) => channel + (isLight ? -1 : 1) * CHECKER_CONTRAST);
  return [red!, green!, blue!];
}

/** Mixes two bytes. The share of the second is 0 to 255. The result is rounded in the same way as in the shader. */
export function mixBytes(under: number, over: number, share: number): number {
  // v / 255 for v up to 255², rounded: Blinn, "Three wrongs make a right", 1995.
  const sum = under * (255 - share) + over * share + 128;
  return (sum + (sum >> 8)) >> 8;
}
