/** Makes a mask as a second annotator would draw it: slightly shifted, with some things confused and some left out. */
import { encodePng } from "./encode-png.mjs";

/**
 * @param {{ width: number, height: number, data: ArrayLike<number>, labels: readonly { color: string, name: string }[]
 *   }} map
 * @param {{ shift?: readonly [x: number, y: number], names?: Record<string, string>,
 *   hole?: readonly [x: number, y: number, width: number, height: number] }} change
 *   `names`: replaces the names of labels; `hole`: a box in a colour that the legend does not have
 * @returns {{ png: Uint8Array, json: string }}
 */
export function annotateAgain(
  { width, height, data, labels },
  { shift: [dx, dy] = [0, 0], names = {}, hole },
) {
  const samples = new Uint8Array(width * height * 3);
  const [left, top, holeWidth, holeHeight] = hole ?? [0, 0, 0, 0];
  const inside = (place, length) => Math.min(length - 1, Math.max(0, place));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label = labels[data[inside(y - dy, height) * width + inside(x - dx, width)]];
      const isHole = x >= left && x < left + holeWidth && y >= top && y < top + holeHeight;
      const rgb = isHole || label === undefined ? 0x010203 : Number.parseInt(label.color.slice(1), 16);
      samples.set([rgb >> 16, rgb >> 8, rgb], (y * width + x) * 3);
    }
  }
  const legend = Object.fromEntries(labels.map(({ color, name }) => [color, names[name] ?? name]));
  const png = encodePng({ width, height, colourType: 2, bitDepth: 8, samples, filter: 2 });
  return { png, json: JSON.stringify({ legend, url: "https://example.com/mask.png" }) };
}
