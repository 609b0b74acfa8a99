/**
 * The rows of the legend: classes, if the colours are those of classes or their objects, and otherwise labels. What is hidden
 * or not isolated is left out.
 */
import { classColorOf, coloringOf } from "../coloring.js";
import { isShown, type OpenMask, shownLabels } from "../state.js";
import type { CornerRow } from "./corner-list.js";
import type { Counts } from "./count-in-box.js";

const UNLISTED = { name: "unlisted colours", color: "#808080" };

/**
 * The rows with the most pixels come first.
 *
 * @param counts of a part of the mask; `null`: of the whole mask
 */
export function legendRows({ decoded }: OpenMask, counts: Counts | null): CornerRow[] {
  const by = coloringOf(decoded);
  const isByClass = by === "class" || by === "instance";
  const rows = new Map<string | number, CornerRow>();
  for (const label of shownLabels.value) {
    const pixels = counts === null ? label.pixelCount : counts[label.index]!;
    if (pixels === 0 || !isShown(label)) continue;
    const { name, className, color } = label;
    const key = isByClass ? className : label.index;
    const row = rows.get(key) ?? {
      name: isByClass ? className : name,
      color: (isByClass ? classColorOf(decoded, className) : null) ?? color,
      pixels: 0,
    };
    rows.set(key, { ...row, pixels: row.pixels + pixels });
  }
  // No label has the largest value: it stands for unlisted colours.
  const unlisted = counts === null ? decoded.unlistedPixels : counts.at(-1)!;
  const all = [...rows.values(), ...(unlisted > 0 ? [{ ...UNLISTED, pixels: unlisted }] : [])];
  return all.sort((a, b) => b.pixels - a.pixels);
}
