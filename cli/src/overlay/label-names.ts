/** Writes the names of labels on them, where there is room. */
import type { LabelMap } from "labelmap";
import { placeNames, type Wanted } from "./place-names.js";
import { CAP_HEIGHT, drawLine, shapeLine } from "./text.js";

/** As shares of the size: the room on each side of a name, and the height of its box. */
const SIDE = 0.25;
const HEIGHT = 1.3;
/** A name that does not fit is tried in this share of its size. */
const SMALLER = 0.78;
const HALO = { color: "#101216", opacity: 0.6, share: 0.22 };

/**
 * @param scale pixels of the picture per pixel of the map
 * @param unit the size of the picture's type, in pixels of the picture
 * @returns SVG elements
 */
export function drawNames(map: LabelMap, scale: number, unit: number): string {
  const names = namesOf(map);
  const sizes = [unit, unit * SMALLER];
  const wanted = Array.from(names, ([label, name]): Wanted => {
    const { width } = shapeLine(name);
    const boxes = sizes.map((size) => ({
      width: Math.ceil(((width + 2 * SIDE) * size) / scale),
      height: Math.ceil((HEIGHT * size) / scale),
    }));
    return { label, boxes };
  });
  return placeNames(map, wanted)
    .map(({ label, size: which, box }) => {
      const name = names.get(label)!;
      const size = sizes[which]!;
      const x = (box.x + box.width / 2) * scale - (shapeLine(name).width * size) / 2;
      const y = (box.y + box.height / 2) * scale + (CAP_HEIGHT * size) / 2;
      const halo = { ...HALO, width: HALO.share * size };
      return drawLine(name, { x, y, size, color: "#ffffff", halo });
    })
    .join("");
}

/** The class, with a number if several labels have this class. */
function namesOf({ labels }: LabelMap): Map<number, string> {
  const counts = new Map<string, number>();
  const shown = labels.filter(({ pixelCount }) => pixelCount > 0);
  for (const { className } of shown) counts.set(className, (counts.get(className) ?? 0) + 1);
  return new Map(
    shown.map(({ index, className, instanceNumber }) => [
      index,
      counts.get(className)! > 1 && instanceNumber > 0 ? `${className} ${instanceNumber}` : className,
    ]),
  );
}
