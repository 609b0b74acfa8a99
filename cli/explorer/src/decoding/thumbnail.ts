/** Turns a mask into a small picture. All pixels are counted, but no map of full size is made. */
import { encodeIds } from "labelmap/formats";
import { ColorType, writePng } from "labelmap/png";
import { decodeToPixels, legendOf } from "./decode.js";
import type { Picture, Requests, Thumbnail } from "./protocol.js";

/** Offset of the width in a PNG. The height comes after it (PNG specification, 11.2.1). */
const WIDTH_OFFSET = 16;
/** Not likely to be taken for a legend colour. */
const UNLABELLED = "#808080";
/** As many colours as a palette has. */
const MOST_SLOTS = 256;

type SmallMap = Awaited<ReturnType<typeof decodeToPixels>>;

export async function drawThumbnail(ask: Requests["thumbnail"]["ask"]): Promise<Thumbnail> {
  const known = await legendOf(ask);
  const { width, height } = sizeOf(ask.png);
  const scale = Math.min(1, ask.side / Math.max(width, height));
  const small = (length: number) => Math.max(1, Math.round(length * scale));
  const map = await decodeToPixels(ask.png, known, {
    resize: { width: small(width), height: small(height) },
  });
  const { labels, unlabelled, issues } = map;
  const { kind, encoding } = known;
  return { kind, encoding, picture: drawPicture(map), width, height, labels, unlabelled, issues };
}

/** The colours can be changed by another palette. Only labels beyond its size, those with the fewest pixels, share grey. */
function drawPicture({ width, height, data, labels }: SmallMap): Picture {
  const counts = new Map<number, number>();
  for (const label of data) counts.set(label, (counts.get(label) ?? 0) + 1);
  const shown = [...counts.keys()].filter((label) => labels[label] !== undefined);
  shown.sort((a, b) => counts.get(b)! - counts.get(a)!);
  const slots = shown.slice(0, MOST_SLOTS - 1);
  const slotOf = new Map(slots.map((label, slot) => [label, slot]));
  const rows = Uint8Array.from(data, (label) => slotOf.get(label) ?? slots.length);
  const palette = Uint8Array.from(
    [...slots.map((label) => labels[label]!.color), UNLABELLED].flatMap((color) => bytesOf(color)),
  );
  const png = writePng({ width, height, bitDepth: 8, colorType: ColorType.palette }, rows, palette);
  return {
    png,
    slots,
    exact: shown.length > slots.length ? inAllColors({ width, height, data, labels }) : null,
  };
}

function inAllColors({
  width,
  height,
  data,
  labels,
}: Pick<SmallMap, "width" | "height" | "data" | "labels">) {
  const ids = labels.map(({ color }) => idOf(color));
  return encodeIds({ width, height, data: Int32Array.from(data, (label) => ids[label] ?? idOf(UNLABELLED)) });
}

/** For a file that is not a PNG, any size will do: the decoder reports what is wrong with it. */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  if (png.byteLength < WIDTH_OFFSET + 8) return { width: 1, height: 1 };
  const header = new DataView(png.buffer, png.byteOffset + WIDTH_OFFSET);
  return { width: Math.max(1, header.getUint32(0)), height: Math.max(1, header.getUint32(4)) };
}

/** A legend key that is not a colour has no pixels. */
function bytesOf(color: string): [red: number, green: number, blue: number] {
  const rgb = Number.parseInt(color.slice(1), 16);
  return [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255];
}

/** R is the lowest byte of an id. */
function idOf(color: string): number {
  const [red, green, blue] = bytesOf(color);
  return red | (green << 8) | (blue << 16);
}
