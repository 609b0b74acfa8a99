/** Counts the pixels of each value in a box of a map: all of them, however large it is. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Box } from "../stage/camera.js";
import { bufferOf, type LabelImage, runAt, valueCountOf } from "../stage/label-image.js";

/** The pixels of each value: as many places as the map's type has values. */
export type Counts = Uint32Array;

/** Pixels that are counted in one go: a few milliseconds. */
const SLICE_PIXELS = 4_000_000;

/**
 * Adds rows of a box to the counts.
 *
 * @param box is inside the image
 * @param from the first row, counted from the top of the box
 * @param end the row after the last one
 */
export function countRows(image: LabelImage, box: Box, from: number, end: number, counts: Counts): void {
  const stop = box.x + box.width;
  for (let y = box.y + from; y < box.y + end; y++) {
    if ("words" in image) {
      const { words } = image;
      for (let run = runAt(image, box.x, y), x = box.x; x < stop; run++) {
        const next = Math.min((words[run]! >>> 16) + 1, stop);
        counts[words[run]! & 0xffff]! += next - x;
        x = next;
      }
    } else {
      const { data, width } = image;
      const start = y * width;
      for (let x = box.x; x < stop; x++) counts[data[start + x]!]!++;
    }
  }
}

export function emptyCounts(image: LabelImage): Counts {
  return new Uint32Array(valueCountOf(image));
}

/** Small boxes are counted at once, large ones bit by bit, so that the page goes on. `null`: not counted yet. */
export function useCounts(image: LabelImage, { x, y, width, height }: Box): Counts | null {
  const isSmall = width * height <= SLICE_PIXELS;
  const box = { x, y, width, height };
  const of = [bufferOf(image), x, y, width, height];
  const now = useMemo(() => {
    if (!isSmall) return null;
    const counts = emptyCounts(image);
    countRows(image, box, 0, height, counts);
    return counts;
  }, of);
  const [late, setLate] = useState<{ readonly of: typeof of; readonly counts: Counts } | null>(null);
  useEffect(() => {
    if (isSmall) return;
    const stop = new AbortController();
    countSlowly(image, box, stop.signal).then((counts) => counts !== null && setLate({ of, counts }));
    return () => stop.abort();
  }, of);
  return now ?? (late?.of.every((part, place) => part === of[place]) ? late.counts : null);
}

/** @returns `null` if it was stopped */
export async function countSlowly(image: LabelImage, box: Box, signal: AbortSignal): Promise<Counts | null> {
  const counts = emptyCounts(image);
  const rows = Math.max(1, Math.floor(SLICE_PIXELS / box.width));
  for (let row = 0; row < box.height; row += rows) {
    await new Promise(requestAnimationFrame);
    if (signal.aborted) return null;
    countRows(image, box, row, Math.min(row + rows, box.height), counts);
  }
  return counts;
}
