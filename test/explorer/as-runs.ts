/** The same map as runs, however many there are, made pixel by pixel. */
import type { PixelImage, RunImage } from "../../cli/explorer/src/stage/label-image.js";

export function asRuns({ width, height, data }: PixelImage): RunImage {
  const rows: number[] = [];
  const runs: number[] = [];
  let before = "";
  for (let y = 0; y < height; y++) {
    const first = runs.length;
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]!;
      if (x + 1 === width || data[y * width + x + 1] !== value) runs.push(x * 65_536 + value);
    }
    const row = runs.slice(first).join();
    if (row === before) {
      runs.length = first;
      rows.push(...rows.slice(-2));
    } else rows.push(2 * height + first, 2 * height + runs.length - 1);
    before = row;
  }
  const words = Uint32Array.from([...rows, ...runs]);
  return { width, height, words, valueCount: data.BYTES_PER_ELEMENT === 1 ? 256 : 65_536 };
}
