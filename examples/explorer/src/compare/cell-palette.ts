/** What each pair of classes is drawn with: four bytes (R, G, B, A) a pair. */
import type { ComparedCell, ComparedMasks } from "../decoding/protocol.js";
import type { Shown } from "./compare-state.js";

export const DIFFERENT = "#e5322d";
/** Told from red by those who are blind to it, too. */
export const NOT_IN_REFERENCE = "#3f7fd9";
/** Of what is the same in both: its colours are to be made out behind what differs. */
const SAME_ALPHA = 88;
const DIMMED_ALPHA = 28;

export function paintCells(
  compared: ComparedMasks | null,
  shown: Shown,
  isolated: number,
): Uint8Array<ArrayBuffer> {
  const palette = new Uint8Array((compared?.data instanceof Uint16Array ? 65_536 : 256) * 4);
  compared?.cells.forEach((cell, place) => {
    const [color, alpha] = paint(cell, compared, shown, place === isolated);
    const rgb = Number.parseInt(color.slice(1), 16);
    const isDimmed = isolated >= 0 && place !== isolated;
    palette.set([rgb >> 16, rgb >> 8, rgb, isDimmed ? Math.min(alpha, DIMMED_ALPHA) : alpha], place * 4);
  });
  return palette;
}

function paint(
  { row, column }: ComparedCell,
  { classes }: ComparedMasks,
  shown: Shown,
  isIsolated: boolean,
): readonly [color: string, alpha: number] {
  if (shown !== "difference") {
    const color = classes[shown === "reference" ? row : column]?.color;
    return color === undefined ? ["#000000", 0] : [color, 255];
  }
  const color = classes[row]?.color;
  if (color === undefined) return [NOT_IN_REFERENCE, 255];
  if (row !== column) return [DIFFERENT, 255];
  return [color, isIsolated ? 255 : SAME_ALPHA];
}
