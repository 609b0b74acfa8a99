/** Turns a mask into a small picture. All pixels are counted, but no map of full size is made. */
import { encodeIds } from "labelmap/formats";
import { decodeWith, legendOf } from "./decode.js";
import type { Requests, Thumbnail } from "./protocol.js";

/** Offset of the width in a PNG. The height comes after it (PNG specification, 11.2.1). */
const WIDTH_OFFSET = 16;
/** Not likely to be taken for a legend colour. */
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
  return { kind: known.kind, png, width, height, labels, unlabelled, issues };
}

/** For a file that is not a PNG, any size will do: the decoder reports what is wrong with it. */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  if (png.byteLength < WIDTH_OFFSET + 8) return { width: 1, height: 1 };
  const header = new DataView(png.buffer, png.byteOffset + WIDTH_OFFSET);
  return { width: Math.max(1, header.getUint32(0)), height: Math.max(1, header.getUint32(4)) };
}

/** R is the lowest byte of an id. A legend key that is not a colour has no pixels. */
function idOf(color: string): number {
  const rgb = Number.parseInt(color.slice(1), 16);
  return (rgb >> 16) | (rgb & 0xff00) | ((rgb & 255) << 16);
}
