/** COCO's polygons to a run-length code, by the rule of pycocotools 2.0.11 (`rleFrPoly` and `rleMerge` in maskApi.c). */
import { FormatError } from "../../errors.js";
import { addCocoRing } from "../../objects/rasterize/coco-polygon.js";
import { RangeCollector } from "../../objects/rasterize/pixel-runs.js";
import type { Rle } from "../../objects/rle.js";

/**
 * The longest that all outlines of an image may be, in pixels. Their true length is far below it, unless the coordinates
 * are no pixels.
 */
const MAX_LENGTH = Math.floor(2 ** 25 / 5);

/** How much of one image's outlines has been drawn. */
export interface Drawn {
  /** In pixels, along x or y, whichever is longer. */
  length: number;
}

/**
 * The mask of all pixels that are in any of the rings.
 *
 * @param rings `[x1, y1, x2, y2, …]` in pixels; (0, 0) is the image's top left corner
 * @param path where the rings are, for the message
 * @param drawn counts the length of the outlines; pass the same object for all polygons of an image
 * @throws {FormatError} FORMAT_UNSUPPORTED: the outlines are longer than 2^25 / 5 pixels, because a coordinate is huge.
 */
export function rleOfPolygons(
  rings: readonly (readonly number[])[],
  width: number,
  height: number,
  path: string,
  drawn: Drawn = { length: 0 },
): Rle<number[]> {
  const pixels = new RangeCollector();
  rings.forEach((ring, place) => {
    checkLength(ring, `${path}[${place}]`, drawn);
    addCocoRing(ring, { width, height }, pixels);
  });
  const counts: number[] = [];
  let reached = 0;
  for (const end of pixels.take()) {
    counts.push(end - reached);
    reached = end;
  }
  if (reached < width * height) counts.push(width * height - reached);
  return { size: [height, width], counts };
}

function checkLength(ring: readonly number[], path: string, drawn: Drawn): void {
  for (let point = 0; point < ring.length; point += 2) {
    const next = (point + 2) % ring.length;
    drawn.length += Math.max(
      Math.abs(ring[next]! - ring[point]!),
      Math.abs(ring[next + 1]! - ring[point + 1]!),
    );
  }
  if (drawn.length <= MAX_LENGTH) return;
  const message = `${path}: makes the outlines longer than ${MAX_LENGTH} pixels; check that the coordinates are pixels.`;
  throw new FormatError("FORMAT_UNSUPPORTED", "COCO polygon", message);
}
