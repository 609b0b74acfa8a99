/**
 * A PNG whose colours are ids, `id = R + 256 G + 256² B` (`+ 256³ A` with `alpha`), to a map of places in the table of
 * its ids. Pixel by pixel through upng-js.
 */
import { decodeRgba } from "../engines/upng.js";
import { parsePng } from "../png.js";
import { loadModule } from "../wasm/module.js";
import { bytesOf, type FileInput } from "./bytes.js";

/** What a PNG of ids holds. */
export interface IdMap {
  readonly width: number;
  readonly height: number;
  /** Each pixel's place in `ids`. */
  readonly data: Int32Array;
  /** Every id that occurs, in row-major order of appearance. */
  readonly ids: Uint32Array;
  /** What is known of each id, in the order of `ids`. */
  readonly segments: readonly {
    readonly id: number;
    readonly pixelCount: number;
    /** `[x, y, width, height]` in pixels. */
    readonly bbox: readonly [x: number, y: number, width: number, height: number];
  }[];
}

/** @throws {PngError | DecodeError} */
export async function decodeIds(png: FileInput, options: { readonly alpha?: boolean } = {}): Promise<IdMap> {
  const bytes = bytesOf(png, "the PNG");
  await loadModule();
  const container = parsePng(bytes, { maxPixels: 2 ** 28, maxBytes: 2 ** 30, verify: true });
  const { width, height } = container.header;
  const { pixels } = decodeRgba(bytes, container);
  const places = new Map<number, number>();
  const found: {
    id: number;
    pixelCount: number;
    left: number;
    top: number;
    right: number;
    bottom: number;
  }[] = [];
  const data = new Int32Array(width * height);
  for (let index = 0; index < data.length; index++) {
    const alpha = options.alpha ? pixels[index * 4 + 3]! : 0;
    const low = pixels[index * 4]! + 256 * pixels[index * 4 + 1]! + 65_536 * pixels[index * 4 + 2]!;
    const id = low + 2 ** 24 * alpha;
    const x = index % width;
    const y = Math.floor(index / width);
    let place = places.get(id);
    if (place === undefined) {
      place = found.length;
      places.set(id, place);
      found.push({ id, pixelCount: 0, left: x, top: y, right: x, bottom: y });
    }
    const segment = found[place]!;
    segment.pixelCount++;
    segment.left = Math.min(segment.left, x);
    segment.right = Math.max(segment.right, x);
    segment.bottom = y;
    data[index] = place;
  }
  return {
    width,
    height,
    data,
    ids: Uint32Array.from(found, ({ id }) => id),
    segments: found.map(({ id, pixelCount, left, top, right, bottom }) => ({
      id,
      pixelCount,
      bbox: [left, top, right - left + 1, bottom - top + 1],
    })),
  };
}
