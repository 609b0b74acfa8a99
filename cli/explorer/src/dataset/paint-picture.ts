/** Gives a palette PNG other colours: replaces its PLTE chunk (PNG specification, third edition, 11.2.2). */

/** The signature, and the IHDR chunk, which always has 13 bytes. In the worker's pictures, PLTE comes next. */
const PALETTE_OFFSET = 8 + 4 + 4 + 13 + 4;

/**
 * @param png a palette PNG that the worker has drawn.
 * @param colors `#rrggbb` for each index from 0; the others keep theirs.
 */
export function paintPicture(png: Uint8Array, colors: readonly string[]): Uint8Array<ArrayBuffer> {
  const painted = new Uint8Array(png);
  const view = new DataView(painted.buffer);
  const bytes = view.getUint32(PALETTE_OFFSET);
  const start = PALETTE_OFFSET + 8;
  for (const [index, color] of colors.entries()) {
    const rgb = Number.parseInt(color.slice(1), 16);
    painted.set([rgb >> 16, (rgb >> 8) & 255, rgb & 255], start + 3 * index);
  }
  // The check covers the chunk's name and its data.
  view.setUint32(start + bytes, crc(painted.subarray(start - 4, start + bytes)));
  return painted;
}

/** CRC-32 of the PNG specification, annex D, bit by bit: a palette is short. */
function crc(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}
