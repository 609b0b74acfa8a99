/** A mask to a small picture of it. It is counted whole, but no map of its own size is made. */
import { encodeIds } from "labelmap/formats";
import { decodeWith, legendOf } from "./decode.js";
import type { Requests, Thumbnail } from "./protocol.js";

/** Where a PNG's header has its width and, after it, its height (PNG specification, 11.2.1). */
const WIDTH_OFFSET = 16;
/** What no legend colour is taken for. */
const UNLABELLED = "#808080";

export async function drawThumbnail(ask: Requests["thumbnail"]["ask"]): Promise<Thumbnail> {
  const known = await legendOf(ask);
  const { width, height } = sizeOf(ask.png);
  const scale = Math.min(1, ask.side / Math.max(width, height));
  const small = (length: number) => Math.max(1, Math.round(length * scale));
  const map = await decodeWith(ask.png, known, { resize: { width: small(width), height: small(height) } });
  const { labels, unlabelled, issues } = map;
  const ids = labels.map(({ color }) => idOf(color));
  const data = Int32Array.from(map.data, (label) => ids[label] ?? idOf(UNLABELLED));
  const png = encodeIds({ width: map.width, height: map.height, data });
  return { png, width, height, labels, unlabelled, issues };
}

/** Of a file that is no PNG some size: it is the decoder that says what is wrong with it. */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  if (png.byteLength < WIDTH_OFFSET + 8) return { width: 1, height: 1 };
  const header = new DataView(png.buffer, png.byteOffset + WIDTH_OFFSET);
  return { width: Math.max(1, header.getUint32(0)), height: Math.max(1, header.getUint32(4)) };
}

/** R is an id's lowest byte. A key of the legend that is no colour has no pixel. */
function idOf(color: string): number {
  const rgb = Number.parseInt(color.slice(1), 16);
  return (rgb >> 16) | (rgb & 0xff00) | ((rgb & 255) << 16);
}
