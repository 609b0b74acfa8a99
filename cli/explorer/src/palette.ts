/** The colour of each value of a map: four bytes (R, G, B, A) per value. */
import type { ShownLabel } from "./decoding/protocol.js";

/** Of labels that are not isolated: only just visible. */
const DIMMED_ALPHA = 40;
/** Not likely to be taken for a legend colour. */
const UNLISTED = [128, 128, 128, 255];

export function paintPalette(
  values: number,
  labels: readonly ShownLabel[],
  hidden: ReadonlySet<number>,
  isolated: ReadonlySet<number>,
  flashed: number,
): Uint8Array<ArrayBuffer> {
  // Values without a label do not count as hidden.
  const palette = new Uint8Array(values * 4).fill(255);
  palette.set(UNLISTED, palette.length - 4);
  for (const { index, color } of labels) {
    const rgb = Number.parseInt(color.slice(1), 16);
    // White on dark colours and black on light ones: a flash as bright as the colour itself would not be seen.
    const shown = index === flashed ? (brightness(rgb) < 128 ? 0xffffff : 0x000000) : rgb;
    const isDimmed = isolated.size > 0 && !isolated.has(index);
    const alpha = hidden.has(index) ? 0 : isDimmed ? DIMMED_ALPHA : 255;
    palette.set([shown >> 16, shown >> 8, shown, alpha], index * 4);
  }
  return palette;
}

/** 0 to 255, as the eye weighs the channels (ITU-R BT.709). */
export function brightness(rgb: number): number {
  return 0.2126 * (rgb >> 16) + 0.7152 * ((rgb >> 8) & 255) + 0.0722 * (rgb & 255);
}
