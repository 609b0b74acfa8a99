/** The colour of each pair of classes: four bytes (R, G, B, A) per pair. */
import type { ComparedCell, ComparedMasks } from "../decoding/protocol.js";
import { brightness } from "../palette.js";
import { valueCountOf } from "../stage/label-image.js";

/** What is painted. The map is always the same, only its palette differs. */
export type Painted = "difference" | "reference" | "other";

export const DIFFERENT = "#e5322d";
/** People who cannot see red can still tell it from red. */
export const NOT_IN_REFERENCE = "#3f7fd9";
/** Of pixels that are the same in both: visible, and almost grey, so that no red class looks like a difference. */
const SAME_ALPHA = 88;
const SAME_SATURATION = 0.25;
const DIMMED_ALPHA = 28;

/** @param colors of the classes, in their order */
export function paintCells(
  compared: ComparedMasks | null,
  colors: readonly string[],
  painted: Painted,
  isolated: number,
): Uint8Array<ArrayBuffer> {
  // Values without a cell do not count as hidden.
  const palette = new Uint8Array((compared === null ? 256 : valueCountOf(compared)) * 4).fill(255);
  compared?.cells.forEach((cell, place) => {
    const [color, alpha] = paint(cell, colors, painted, place === isolated);
    const rgb = Number.parseInt(color.slice(1), 16);
    const isDimmed = isolated >= 0 && place !== isolated;
    palette.set([rgb >> 16, rgb >> 8, rgb, isDimmed ? Math.min(alpha, DIMMED_ALPHA) : alpha], place * 4);
  });
  return palette;
}

function paint(
  { row, column }: ComparedCell,
  colors: readonly string[],
  painted: Painted,
  isIsolated: boolean,
): readonly [color: string, alpha: number] {
  if (painted !== "difference") {
    const color = colors[painted === "reference" ? row : column];
    return color === undefined ? ["#000000", 0] : [color, 255];
  }
  const color = colors[row];
  if (color === undefined) return [NOT_IN_REFERENCE, 255];
  if (row !== column) return [DIFFERENT, 255];
  return isIsolated ? [color, 255] : [desaturate(color), SAME_ALPHA];
}

/** Moves a colour towards the grey of the same brightness. */
function desaturate(color: string): string {
  const rgb = Number.parseInt(color.slice(1), 16);
  const grey = brightness(rgb);
  const channels = [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
  const hex = channels.map((channel) =>
    Math.round(grey + (channel - grey) * SAME_SATURATION)
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${hex.join("")}`;
}
